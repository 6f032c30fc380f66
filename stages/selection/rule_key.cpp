#include "stages/selection/rule_key.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "stages/base/nearest_name.h"
#include "stages/dicom/attribute_name.h"
#include "stages/dicom/dictionary.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_attributes = 60'000;  // the table takes 65,535
constexpr std::string_view sequence_vr = "SQ";
constexpr std::string_view binary_vrs = "OB OD OF OL OV OW";
constexpr std::string_view path_key = "Path";

bool is_one_of(std::string_view vr, std::string_view list) {
  return vr.size() == 2 && list.find(vr) != std::string_view::npos;
}

// The keyword's or tag's row as a top-level attribute; nullopt for a keyword that nobody knows.
std::optional<AttributeRow> find_row(const ElementName& element, const AttributeTable& table) {
  if (!element.tag) {
    const auto index = table.find(element.text);
    if (index && table[*index].path.empty()) return table[*index];
    const auto entry = find_keyword(element.text);
    if (!entry) return std::nullopt;
    return AttributeRow{.tag = entry->tag,
                        .vr = entry->vr,
                        .keyword = entry->keyword,
                        .private_creator = {},
                        .path = {}};
  }
  const auto entry = find_tag(*element.tag, element.private_creator);
  // What a vendor's file reads has a VR, whether or not the dictionary knows it.
  const auto row = std::ranges::find_if(table.rows(), [&](const AttributeRow& one) {
    return one.tag == *element.tag && one.private_creator == element.private_creator &&
           one.path.empty();
  });
  return AttributeRow{.tag = *element.tag,
                      .vr = row != table.rows().end() ? row->vr
                            : entry                   ? entry->vr
                                                      : "UN",
                      .keyword = entry ? entry->keyword : "",
                      .private_creator = element.private_creator,
                      .path = {}};
}

ResolvedKey unknown_keyword(std::string_view keyword, const AttributeTable& table) {
  NearestName nearest(keyword);
  for (const ImageFactRow& row : image_fact_rows()) nearest.offer(row.key);
  for (const AttributeRow& row : table.rows())
    if (!row.keyword.empty()) nearest.offer(row.keyword);
  if (const auto standard = nearest_keyword(keyword)) nearest.offer(*standard);
  const auto best = nearest.best();
  return {.unknown = "no attribute is named \"" + std::string(keyword) + "\", so no series has it" +
                     (best ? "; did you mean \"" + *best + "\"?" : "")};
}

ResolvedKey bad_key(std::string error) { return {.error = std::move(error)}; }

ResolvedKey attribute_key(AttributeIndex index, const AttributeTable& table) {
  const std::string& vr = table[index].vr;
  ResolvedKey resolved;
  resolved.key = {.source = RuleKey::Source::attribute,
                  .attribute = index,
                  .scale = scale_of(vr),
                  .untyped = vr == "UN",
                  .is_sequence = vr == sequence_vr};
  return resolved;
}

// The sequences that a path goes through; or what is wrong with one of them.
std::optional<ResolvedKey> add_steps(std::vector<SequenceStep>& steps,
                                     std::span<const ElementName> sequences,
                                     const AttributeTable& table) {
  for (const ElementName& sequence : sequences) {
    const auto row = find_row(sequence, table);
    if (!row) return unknown_keyword(sequence.text, table);
    const auto step = step_into(sequence, *row);
    if (!step) return bad_key(step.problem().detail);
    steps.push_back(*step);
  }
  return std::nullopt;
}

// Values are those of frames: from the functional groups of each, whichever of the two they are in.
bool is_of_frames(const SequenceStep& step) {
  constexpr std::uint32_t shared_groups = 0x52009229;
  constexpr std::uint32_t per_frame_groups = 0x52009230;
  return (step.tag == shared_groups && step.item == 0) ||
         (step.tag == per_frame_groups && step.item == SequenceStep::any_item);
}

}  // namespace

ResolvedKey resolve_rule_key(std::string_view text, AttributeTable& table) {
  if (text == path_key) return {.key = {.source = RuleKey::Source::path}};
  if (const auto fact = find_fact(text)) {
    const ImageFactRow& row = image_fact_rows()[*fact];
    return {.key = {.source = RuleKey::Source::fact,
                    .fact = *fact,
                    .scale = row.numeric ? Scale::decimal : Scale::text,
                    .alternatives = row.alternatives}};
  }
  if (const auto index = table.find(text)) return attribute_key(*index, table);

  const auto name = parse_attribute_name(text);
  if (!name)
    return bad_key("not a key: " + name.problem().detail +
                   "; a key is Keyword, ggggeeee, (gggg,eeee), (gggg,\"CREATOR\",ee) or "
                   "Sequence[0].Keyword");
  auto row = find_row(name->element, table);
  if (!row) return unknown_keyword(name->element.text, table);
  if (is_one_of(row->vr, binary_vrs))
    return bad_key("the VR " + row->vr + " is binary, expected an attribute with text or numbers");
  if (const auto problem = add_steps(row->path, name->sequences, table)) return *problem;
  if (!row->path.empty() && is_of_frames(row->path.front())) row->path.erase(row->path.begin());
  if (table.rows().size() >= most_attributes)
    return bad_key("more than 60,000 attributes are asked for");
  if (row->keyword.empty() || !name->sequences.empty()) row->keyword = text;
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
