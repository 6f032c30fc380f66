// Functional groups, vectors and grids for the target "multi_frame".

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/choices_writer.h"

namespace dcmflow::fuzz {
namespace {

// An element, or a sequence when it has items.
struct Node {
  std::uint32_t tag = 0;
  std::string value;
  std::vector<std::vector<Node>> items = {};
};
using Item = std::vector<Node>;

// In the order of make_item() of multi_frame_fuzz.cpp.
void choose_item(Choices& choices, const Item& item, unsigned depth) {
  choices.number(static_cast<unsigned>(item.size()), most_in_item);
  for (const auto& node : item) {
    if (depth < deepest) choices.yes_or_no(!node.items.empty());
    if (node.items.empty()) {
      const auto at = std::ranges::find(elements, node.tag, &Element::tag);
      choices.number(static_cast<unsigned>(at - elements.begin()), elements.size() - 1);
      choices.text(node.value);
      continue;
    }
    choices.number(static_cast<unsigned>(node.items.size()), most_items);
    for (const auto& inner : node.items) choose_item(choices, inner, depth + 1);
    choices.number(index_of(sequences, node.tag), sequences.size() - 1);
  }
}

void choose_head(Choices& choices, std::string_view sop_class, unsigned frames,
                 const Item& referenced = {}) {
  const auto* const row =
      std::ranges::find(classes, sop_class, [](const auto& pair) { return pair.first; });
  choices.number(static_cast<unsigned>(row - classes.begin()), classes.size() - 1);
  choices.number(frames - 1, 5);
  choices.yes_or_no(true);  // an item a frame
  choices.yes_or_no(!referenced.empty());
  if (!referenced.empty()) choose_item(choices, referenced, 0);
  choices.yes_or_no(true);  // Spacing Between Slices
}

Bytes groups_input(std::string_view sop_class, const Item& shared, const std::vector<Item>& frames,
                   const std::vector<Item>& segments = {}, const Item& referenced = {}) {
  Choices choices;
  choose_head(choices, sop_class, static_cast<unsigned>(frames.size()), referenced);
  for (const auto& segment : segments) choose_item(choices, segment, 0);
  choices.yes_or_no(!shared.empty());
  if (!shared.empty()) choose_item(choices, shared, 0);
  for (const auto& frame : frames) choose_item(choices, frame, 0);
  return choices.input();
}

const Node measures{0x00289110, "", {{{0x00280030, "1\\1"}, {0x00180050, "2"}}}};
const Node plane{0x00209116, "", {{{0x00200037, "1\\0\\0\\0\\1\\0"}}}};

Node position(unsigned slice) {
  return {0x00209113, "", {{{0x00200032, "0\\0\\" + std::to_string(2 * slice)}}}};
}

void add_groups(const Inputs& inputs) {
  std::vector<Item> diffusion, rescaled, segments, private_groups;
  for (unsigned i = 0; i < 6; ++i) {
    const Node direction{0x00189076, "", {{{0x00189089, binary<double>({0, 0.6, 0.8})}}}};
    diffusion.push_back(
        {position(i % 3),
         {0x00189117, "", {{{0x00189087, binary<double>({i < 3 ? 0. : 1000.})}, direction}}},
         {0x00209111,
          "",
          {{{0x00189074, "20240102120000." + std::to_string(i)},
            {0x00209128, binary<std::uint32_t>({i / 3 + 1})},
            {0x00209057, binary<std::uint32_t>({i % 3 + 1})},
            {0x00209157, binary<std::uint32_t>({i / 3 + 1, i % 3 + 1})}}}}});
    rescaled.push_back(
        {position(i),
         {0x00289145,
          "",
          {{{0x00281052, std::to_string(i)}, {0x00281053, "1.5"}, {0x00281054, "HU"}}}},
         {0x00409096,
          "",
          {{{0x00409216, binary<std::uint16_t>({0})},
            {0x00409211, binary<std::uint16_t>({255})},
            {0x00409224, binary<double>({0})},
            {0x00409225, binary<double>({1})}}}}});
    segments.push_back(
        {position(i % 3),
         {0x0062000A,
          "",
          {{{0x0062000B, binary<std::uint16_t>({static_cast<std::uint16_t>(i / 3 + 1)})}}}}});
    private_groups.push_back(
        {{0x002111FE, "", {{{0x00210010, "A"}, {0x00211001, std::to_string(i)}}}},
         {0x2005140F, "", {{{0x00200013, std::to_string(i)}, {0x00281053, "2"}}}},
         position(i)});
  }
  const std::vector<Item> labels{
      {{0x0062000B, binary<std::uint16_t>({1})}, {0x00620005, "liver"}},
      {{0x0062000B, binary<std::uint16_t>({2})}, {0x00620005, "spleen"}}};
  const Item referenced{{0x0008114A, "", {{{0x00200013, "1"}}, {{0x00200013, "2"}}}}};
  constexpr std::string_view mr = "1.2.840.10008.5.1.4.1.1.4.1";
  inputs.add("multi_frame", "diffusion", groups_input(mr, {measures, plane}, diffusion));
  inputs.add("multi_frame", "rescaled",
             groups_input("1.2.840.10008.5.1.4.1.1.2.1", {measures, plane}, rescaled));
  inputs.add("multi_frame", "segments",
             groups_input("1.2.840.10008.5.1.4.1.1.66.4", {measures, plane}, segments, labels,
                          referenced));
  inputs.add("multi_frame", "private", groups_input(mr, {measures, plane}, private_groups));
  inputs.add("multi_frame", "map", groups_input("1.2.840.10008.5.1.4.1.1.30", {}, rescaled));
}

void add_vectors(const Inputs& inputs) {
  Choices nuclear;
  choose_head(nuclear, "1.2.840.10008.5.1.4.1.1.20", 6);
  const auto choose_vector = [&](bool is_there, unsigned most) {
    nuclear.yes_or_no(is_there);
    for (unsigned i = 0; is_there && i < 6; ++i) nuclear.byte(i % most + 1);
  };
  choose_vector(true, 2);   // Energy Window Vector
  choose_vector(true, 1);   // Detector Vector
  nuclear.yes_or_no(true);  // Detector Information Sequence
  choose_item(nuclear, {{0x00200037, "1\\0\\0\\0\\1\\0"}, {0x00200032, "0\\0\\9"}}, 0);
  choose_vector(true, 2);  // Phase Vector
  choose_vector(false, 1);
  choose_vector(true, 3);  // Time Slot Vector
  choose_vector(true, 3);  // Slice Vector
  choose_vector(false, 1);
  inputs.add("multi_frame", "nuclear", nuclear.input());
  for (const std::string offsets : {"0\\2\\4", "5\\7\\9"}) {
    Choices dose;
    choose_head(dose, "1.2.840.10008.5.1.4.1.1.481.2", 3);
    dose.text(offsets);
    dose.text("0.001");
    inputs.add("multi_frame", offsets.starts_with('0') ? "dose" : "dose_absolute", dose.input());
  }
}

}  // namespace

void add_multi_frames(const Inputs& inputs) {
  add_groups(inputs);
  add_vectors(inputs);
}

}  // namespace dcmflow::fuzz
