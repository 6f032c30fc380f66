#include "config/attribute_name.h"

#include <algorithm>
#include <charconv>

namespace dcmflow {
namespace {

constexpr std::size_t deepest_path = 16;
constexpr std::uint32_t highest_item = 65535;
constexpr std::size_t longest_creator = 64;  // LO, PS3.5 6.2

Problem refused(std::string_view text, const std::string& why) {
  return {Reason::bad_settings, std::string(text), '\'' + std::string(text) + "' " + why};
}

// `digits` hexadecimal digits, no more and no fewer.
std::optional<std::uint32_t> parse_hex(std::string_view text, std::size_t digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.size() != digits || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// (gggg,"CREATOR",ee). The block's number is each file's own (PS3.5 7.8), so `ee` has two digits.
Result<AttributeName> parse_private(std::string_view text) {
  const auto open = text.find('"');
  const auto close = text.rfind('"');
  const auto before = trimmed(text.substr(1, open - 1));
  const auto after = trimmed(text.substr(close + 1, text.size() - close - 2));
  if (close == open || !before.ends_with(',') || !after.starts_with(','))
    return refused(text, "is no private attribute, expected (gggg,\"CREATOR\",ee)");
  const auto group = parse_hex(trimmed(before.substr(0, before.size() - 1)), 4);
  const auto element = parse_hex(trimmed(after.substr(1)), 2);
  const auto creator = text.substr(open + 1, close - open - 1);
  if (!group || !element)
    return refused(text, "needs 4 hexadecimal digits for the group and 2 for the element");
  if (*group % 2 == 0) return refused(text, "has an even group, private attributes have odd ones");
  if (creator.empty() || creator.size() > longest_creator)
    return refused(text, "has a private creator of " + std::to_string(creator.size()) +
                             " bytes, expected 1 to " + std::to_string(longest_creator));
  return AttributeName{*group << 16 | *element, "", std::string(creator), {}};
}

// (gggg,eeee)
Result<AttributeName> parse_tag(std::string_view text) {
  const auto inside = text.substr(1, text.size() - 2);
  const auto comma = std::min(inside.find(','), inside.size());
  const auto group = parse_hex(trimmed(inside.substr(0, comma)), 4);
  const auto element = parse_hex(trimmed(inside.substr(std::min(comma + 1, inside.size()))), 4);
  if (!group || !element) return refused(text, "is no tag, expected (gggg,eeee)");
  return AttributeName{*group << 16 | *element, "", "", {}};
}

// One name without steps into sequences.
Result<AttributeName> parse_plain(std::string_view text, const FindKeyword& find_keyword) {
  if (text.starts_with('(') && text.ends_with(')'))
    return text.find('"') == std::string_view::npos ? parse_tag(text) : parse_private(text);
  if (const auto found = find_keyword(text))
    return AttributeName{found->first, found->second, "", {}};
  if (const auto tag = parse_hex(text, 8)) return AttributeName{*tag, "", "", {}};
  return refused(text, "is no keyword of the DICOM dictionary (PS3.6) and no tag");
}

// The pieces between the dots; a dot inside quotes belongs to a private creator.
std::vector<std::string_view> split_steps(std::string_view text) {
  std::vector<std::string_view> steps;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != '.' || quoted) continue;
    steps.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  steps.push_back(text.substr(begin));
  return steps;
}

Result<SequenceStep> parse_step(std::string_view text, const FindKeyword& find_keyword) {
  const auto bracket = std::min(text.rfind('['), text.size());
  const auto number = text.substr(std::min(bracket + 1, text.size()));
  std::uint32_t item = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), item);
  if (error != std::errc{} || item > highest_item || number.substr(end - number.data()) != "]")
    return refused(text,
                   "needs the number of its item, [0] to [" + std::to_string(highest_item) + "]");
  const auto sequence = parse_plain(text.substr(0, bracket), find_keyword);
  if (!sequence) return sequence.problem();
  if (!sequence->private_creator.empty())
    return refused(text, "is private, only standard sequences can be steps of a path");
  if (!sequence->vr.empty() && sequence->vr != "SQ")
    return refused(text, "has the VR " + sequence->vr + ", expected a sequence (SQ)");
  return SequenceStep{sequence->tag, item};
}

}  // namespace

Result<AttributeName> parse_attribute_name(std::string_view text, const FindKeyword& find_keyword) {
  auto steps = split_steps(text);
  if (steps.size() > deepest_path)
    return refused(text, "has " + std::to_string(steps.size()) + " steps, at most " +
                             std::to_string(deepest_path) + " are possible");
  auto name = parse_plain(steps.back(), find_keyword);
  if (!name) return name;
  if (name->vr == "SQ")
    return refused(text, "is a sequence, expected an attribute in one of its items");
  steps.pop_back();
  for (const std::string_view text_of_step : steps) {
    const auto step = parse_step(text_of_step, find_keyword);
    if (!step) return step.problem();
    name->path.push_back(*step);
  }
  return name;
}

}  // namespace dcmflow
