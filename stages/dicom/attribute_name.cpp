#include "stages/dicom/attribute_name.h"

#include <algorithm>
#include <charconv>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

constexpr std::size_t deepest_path = 16;
constexpr std::uint32_t highest_item = 65535;
constexpr std::size_t longest_creator = 64;  // LO, PS3.5 6.2

Problem refused(std::string_view text, const std::string& why) {
  return {Reason::bad_settings, std::string(text), '\'' + std::string(text) + "' " + why};
}

std::optional<std::uint32_t> parse_number(std::string_view text, int base) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// `digits` hexadecimal digits, no more and no fewer.
std::optional<std::uint32_t> parse_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits ? parse_number(text, 16) : std::nullopt;
}

// The creator without the quotes around it; nullopt when they do not match.
std::optional<std::string_view> unquoted(std::string_view text) {
  constexpr std::string_view quotes = "\"'";
  text = trimmed(text, " ");
  if (text.find_first_of(quotes) == std::string_view::npos) return text;
  const bool matches = text.size() >= 2 && text.front() == text.back() &&
                       quotes.find(text.front()) != std::string_view::npos;
  return matches ? std::optional(text.substr(1, text.size() - 2)) : std::nullopt;
}

// (gggg,"CREATOR",ee). The block's number is each file's own (PS3.5 7.8), so `ee` has two digits. A
// creator may hold commas.
Result<ElementName> parse_private(std::string_view text) {
  const auto inside = text.substr(1, text.size() - 2);
  const auto first = inside.find(',');
  const auto last = inside.rfind(',');
  const auto creator =
      first < last ? unquoted(inside.substr(first + 1, last - first - 1)) : std::nullopt;
  if (!creator) return refused(text, "is no private attribute, expected (gggg,\"CREATOR\",ee)");
  const auto group = parse_hex(trimmed(inside.substr(0, first), " "), 4);
  const auto element = parse_hex(trimmed(inside.substr(last + 1), " "), 2);
  if (!group || !element)
    return refused(text, "needs 4 hexadecimal digits for the group and 2 for the element");
  if (*group % 2 == 0) return refused(text, "has an even group, private attributes have odd ones");
  if (creator->empty() || creator->size() > longest_creator)
    return refused(text, "has a private creator of " + std::to_string(creator->size()) +
                             " bytes, expected 1 to " + std::to_string(longest_creator));
  return ElementName{std::string(text), *group << 16 | *element, std::string(*creator), {}};
}

// (gggg,eeee)
Result<ElementName> parse_tag(std::string_view text) {
  const auto inside = text.substr(1, text.size() - 2);
  const auto comma = std::min(inside.find(','), inside.size());
  const auto group = parse_hex(trimmed(inside.substr(0, comma), " "), 4);
  const auto element =
      parse_hex(trimmed(inside.substr(std::min(comma + 1, inside.size())), " "), 4);
  if (!group || !element) return refused(text, "is no tag, expected (gggg,eeee)");
  return ElementName{std::string(text), *group << 16 | *element, "", {}};
}

Result<ElementName> parse_plain(std::string_view text) {
  if (text.starts_with('(') && text.ends_with(')')) {
    const bool is_private =
        text.find('"') != std::string_view::npos || std::ranges::count(text, ',') > 1;
    return is_private ? parse_private(text) : parse_tag(text);
  }
  if (text.empty() || text.find_first_of("([,])") != std::string_view::npos)
    return refused(text, "is no keyword of the DICOM dictionary (PS3.6) and no tag");
  return ElementName{std::string(text), parse_hex(text, 8), "", {}};
}

// A name that may end with [item].
Result<ElementName> parse_element(std::string_view text) {
  const auto bracket = text.ends_with(']') ? text.rfind('[') : std::string_view::npos;
  if (bracket == std::string_view::npos) return parse_plain(text);
  const auto inside = text.substr(bracket + 1, text.size() - bracket - 2);
  const bool any = inside == "*";
  const auto item = any ? std::optional(SequenceStep::any_item) : parse_number(inside, 10);
  if (!item || (*item > highest_item && !any))
    return refused(text, "needs the number of its item, [0] to [" + std::to_string(highest_item) +
                             "], or [*]");
  auto element = parse_plain(text.substr(0, bracket));
  if (element) element->item = item;
  return element;
}

// The pieces between the dots; a dot inside quotes or parentheses belongs to a private creator.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  bool inside = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') inside = true;
    if (text[i] == ')') inside = false;
    if (text[i] != '.' || inside) continue;
    pieces.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

}  // namespace

Result<AttributeName> parse_attribute_name(std::string_view text) {
  const auto pieces = split(text);
  if (pieces.size() > deepest_path)
    return refused(text, "has " + std::to_string(pieces.size()) + " steps, at most " +
                             std::to_string(deepest_path) + " are possible");
  AttributeName name;
  for (const std::string_view piece : pieces) {
    auto element = parse_element(piece);
    if (!element) return element.problem();
    name.sequences.push_back(std::move(*element));
  }
  name.element = std::move(name.sequences.back());
  name.sequences.pop_back();
  if (name.element.item)
    return refused(text, "is an item of a sequence, expected an attribute in it");
  return name;
}

Result<SequenceStep> step_into(const ElementName& sequence, const AttributeRow& found) {
  if (!found.private_creator.empty())
    return refused(sequence.text, "is private, only standard sequences can be steps of a path");
  if (!found.vr.empty() && found.vr != "SQ" && found.vr != "UN")
    return refused(sequence.text, "has the VR " + found.vr + ", expected a sequence (SQ)");
  return SequenceStep{found.tag, sequence.item.value_or(0)};
}

}  // namespace dcmflow
