#include "config/rule_key.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "config/nearest_name.h"
#include "stages/dicom/dictionary.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_attributes = 60'000;  // the table takes 65,535
constexpr std::size_t longest_path = 16;
constexpr std::string_view numeric_vrs = "IS DS US SS UL SL FL FD SV UV";
constexpr std::string_view sequence_vr = "SQ";
constexpr std::string_view binary_vrs = "OB OD OF OL OV OW";

bool is_one_of(std::string_view vr, std::string_view list) {
  return vr.size() == 2 && list.find(vr) != std::string_view::npos;
}

// One element of a path, before its VR is known.
struct Element {
  std::string keyword{};  // as written; empty for a tag
  std::uint32_t tag = 0;
  std::string creator{};
  std::optional<std::uint32_t> item{};
};

std::optional<std::uint32_t> parse_digits(std::string_view text, int base) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view trim(std::string_view text, std::string_view padding) {
  const auto begin = text.find_first_not_of(padding);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(padding) - begin + 1);
}

// gggg,eeee or gggg,"CREATOR",ee: what stands in the parentheses. A creator may hold commas.
std::optional<Element> parse_parenthesised(std::string_view text) {
  const auto first = text.find(',');
  const auto last = text.rfind(',');
  if (first == std::string_view::npos) return std::nullopt;
  const std::string_view group_text = trim(text.substr(0, first), " ");
  const std::string_view element_text = trim(text.substr(last + 1), " ");
  const auto group = parse_digits(group_text, 16);
  const auto element = parse_digits(element_text, 16);
  if (!group || !element || group_text.size() != 4) return std::nullopt;
  Element found{.tag = *group << 16 | *element};
  if (first == last) return element_text.size() == 4 ? std::optional(found) : std::nullopt;
  found.creator = trim(trim(text.substr(first + 1, last - first - 1), " "), "\"'");
  const bool is_private = element_text.size() == 2 && (*group & 1) == 1 && !found.creator.empty();
  return is_private ? std::optional(found) : std::nullopt;
}

// The part of the text up to the '.' that ends an element; inside parentheses and quotes dots
// belong to a creator.
std::string_view first_step(std::string_view text) {
  bool inside = false;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') inside = true;
    if (text[i] == ')') inside = false;
    if (text[i] == '.' && !inside) return text.substr(0, i);
  }
  return text;
}

std::optional<Element> parse_element(std::string_view text) {
  std::optional<std::uint32_t> item;
  if (const auto bracket = text.rfind('[');
      bracket != std::string_view::npos && text.ends_with(']')) {
    item = parse_digits(text.substr(bracket + 1, text.size() - bracket - 2), 10);
    if (!item) return std::nullopt;
    text = text.substr(0, bracket);
  }
  std::optional<Element> element;
  if (text.starts_with('(') && text.ends_with(')')) {
    element = parse_parenthesised(text.substr(1, text.size() - 2));
  } else if (const auto tag = parse_digits(text, 16); tag && text.size() == 8) {
    element = Element{.tag = *tag};
  } else if (!text.empty() && text.find_first_of("([,])") == std::string_view::npos) {
    element = Element{.keyword = std::string(text)};
  }
  if (element) element->item = item;
  return element;
}

std::optional<std::vector<Element>> parse_path(std::string_view text) {
  std::vector<Element> path;
  while (path.size() < longest_path) {
    const std::string_view step = first_step(text);
    auto element = parse_element(step);
    if (!element) return std::nullopt;
    path.push_back(std::move(*element));
    if (step.size() == text.size()) return path;
    text.remove_prefix(step.size() + 1);
  }
  return std::nullopt;
}

// The keyword's or tag's row as a top-level attribute; nullopt for a keyword that nobody knows.
std::optional<AttributeRow> find_row(const Element& element, const AttributeTable& table) {
  if (!element.keyword.empty()) {
    const auto index = table.find(element.keyword);
    if (index && table[*index].path.empty()) return table[*index];
    const auto entry = find_keyword(element.keyword);
    if (!entry) return std::nullopt;
    return AttributeRow{.tag = entry->tag,
                        .vr = entry->vr,
                        .keyword = entry->keyword,
                        .private_creator = {},
                        .path = {}};
  }
  const auto entry = find_tag(element.tag, element.creator);
  return AttributeRow{.tag = element.tag,
                      .vr = entry ? entry->vr : "UN",
                      .keyword = entry ? entry->keyword : "",
                      .private_creator = element.creator,
                      .path = {}};
}

ResolvedKey unknown_keyword(std::string_view keyword, const AttributeTable& table) {
  NearestName nearest(keyword);
  for (const SeriesFactRow& row : series_facts) nearest.offer(row.key);
  for (const AttributeRow& row : table.rows()) nearest.offer(row.keyword);
  if (const auto standard = nearest_keyword(keyword)) nearest.offer(*standard);
  const auto best = nearest.best();
  return {.warning = "no attribute is named \"" + std::string(keyword) + "\", so no series has it" +
                     (best ? "; did you mean \"" + *best + "\"?" : "")};
}

ResolvedKey bad_key(std::string error) { return {.error = std::move(error)}; }

ResolvedKey attribute_key(AttributeIndex index, const AttributeTable& table) {
  const std::string& vr = table[index].vr;
  ResolvedKey resolved;
  resolved.key = {.source = RuleKey::Source::attribute,
                  .attribute = index,
                  .numeric = is_one_of(vr, numeric_vrs),
                  .untyped = vr == "UN"};
  return resolved;
}

// The sequences that a path goes through; or what is wrong with one of them.
std::optional<ResolvedKey> add_steps(std::vector<SequenceStep>& steps,
                                     std::span<const Element> sequences,
                                     const AttributeTable& table) {
  for (const Element& element : sequences) {
    const auto row = find_row(element, table);
    if (!row) return unknown_keyword(element.keyword, table);
    if (!row->private_creator.empty())
      return bad_key("a path through private sequences is not supported");
    if (row->vr != sequence_vr && row->vr != "UN")
      return bad_key("\"" + row->keyword + "\" has the VR " + row->vr +
                     ", expected a sequence (SQ) before the dot");
    steps.push_back({row->tag, element.item.value_or(0)});
  }
  return std::nullopt;
}

}  // namespace

ResolvedKey resolve_rule_key(std::string_view text, AttributeTable& table) {
  const auto fact = std::ranges::find(series_facts, text, &SeriesFactRow::key);
  if (fact != series_facts.end())
    return {.key = {.source = RuleKey::Source::fact, .fact = fact->fact, .numeric = fact->numeric}};
  if (const auto index = table.find(text)) return attribute_key(*index, table);

  const auto path = parse_path(text);
  if (!path || path->back().item)
    return bad_key(
        "not a key: expected Keyword, ggggeeee, (gggg,eeee), (gggg,\"CREATOR\",ee) with an odd "
        "group, or "
        "Sequence[0].Keyword");
  auto row = find_row(path->back(), table);
  if (!row) return unknown_keyword(path->back().keyword, table);
  if (row->vr == sequence_vr)
    return bad_key("a sequence has no value; expected a path such as " + std::string(text) +
                   "[0].CodeValue");
  if (is_one_of(row->vr, binary_vrs))
    return bad_key("the VR " + row->vr + " is binary, expected an attribute with text or numbers");
  if (const auto problem = add_steps(row->path, std::span(*path).first(path->size() - 1), table))
    return *problem;
  if (table.rows().size() >= most_attributes)
    return bad_key("more than 60,000 attributes are asked for");
  if (row->keyword.empty() || path->size() > 1) row->keyword = text;
  row->in_metadata = false;
  const bool odd_without_creator = (row->tag >> 16 & 1) == 1 && row->private_creator.empty();
  ResolvedKey resolved = attribute_key(table.add(std::move(*row)), table);
  if (odd_without_creator)
    resolved.warning =
        "the block of a private element may differ from file to file; better name its creator, "
        "(gggg,\"CREATOR\",ee)";
  return resolved;
}

}  // namespace dcmflow
