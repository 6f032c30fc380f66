#pragma once
// What the targets that make whole files do with them: header walk, sorting, and every frame read.

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "stages/decode_header.h"
#include "stages/dicom/element_digests.h"
#include "stages/dicom/suv_attributes.h"
#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/fuzz/fuzz_target.h"

namespace dcmflow::fuzz {

// Frames that are larger are not decoded: the time would go into clearing memory.
inline constexpr std::uint64_t largest_frame = std::uint64_t{1} << 22;
inline constexpr std::size_t most_frames = 64;

// What rules and users ask for besides: values in sequences, of frames, of private elements.
inline AttributeTable more_attributes() {
  constexpr auto any = SequenceStep::any_item;
  AttributeTable table;
  add_suv_attributes(table);
  table.add({.tag = 0x00321060,
             .vr = "LO",
             .keyword = "a",
             .private_creator = {},
             .path = {{0x00400275, 0}}});
  table.add({.tag = 0x00080100,
             .vr = "SH",
             .keyword = "b",
             .private_creator = {},
             .path = {{0x00400275, any}, {0x00400008, 1}}});
  table.add({.tag = 0x00400260, .vr = "SQ", .keyword = "c", .private_creator = {}, .path = {}});
  table.add({.tag = 0x00209111, .vr = "SQ", .keyword = "d", .private_creator = {}, .path = {}});
  table.add({.tag = 0x00281053,
             .vr = "DS",
             .keyword = "e",
             .private_creator = {},
             .path = {{0x00409096, any}}});
  table.add({.tag = 0x00091001, .vr = "LO", .keyword = "f", .private_creator = "A", .path = {}});
  table.add({.tag = 0x00210001, .vr = "DS", .keyword = "g", .private_creator = "A", .path = {}});
  return table;
}

inline InstancePtr decode(const FilePtr& file) {
  static const AttributeTable table = more_attributes();
  static const HeaderPlan plan(table);
  HeaderInterner interner;
  auto instance = decode_header(file, plan, interner);
  if (!instance) {
    promise(instance.problem().subject == file->name, "a problem of a header names the file");
    return nullptr;
  }
  promise(!(*instance)->frames() ||
              (*instance)->frames()->size() == (*instance)->pixel_data.number_of_frames,
          "an instance says something of each of its frames, or of none");
  return std::move(*instance);
}

// Sorts instances that claim to be one series. Each instance must be in a stack or refused.
inline void sort_and_read(std::vector<InstancePtr> instances) {
  auto series = std::make_shared<Series>();
  series->instances = std::move(instances);
  series->series_instance_uid = "image";
  const auto is_small = [](const Frame& frame) {
    return frame.instance->shared->layout.frame_bytes() <= largest_frame;
  };
  const auto sorted = sort_slices(
      series, Tolerances{},
      [&](const Frame& a, const Frame& b) {
        return is_small(a) && is_small(b) && same_decoded_pixels(a, b);
      },
      {.suv = Suv::lbm}, digest_elements);
  // Whatever the order of the frames says.
  for (const auto& instance : series->instances) (void)digest_elements(instance->file);
  std::set<const Instance*> accounted;
  for (const auto& refused : sorted.refused) accounted.insert(refused.instance.get());
  FrameBuffers buffers;
  for (const auto& stack : sorted.stacks) {
    promise(!stack.frames.empty(), "a stack has frames");
    promise(stack.recipes.empty() || stack.recipes.size() == stack.written_slices(),
            "a stack has a recipe for each written slice, or none");
    for (const auto& frame : stack.frames) accounted.insert(frame.instance.get());
    for (std::size_t i = 0; i < std::min(stack.frames.size(), most_frames); ++i)
      if (is_small(stack.frames[i])) (void)read_frame(stack.frames[i], buffers);
  }
  promise(accounted.size() == series->instances.size(), "each instance is in a stack or refused");
}

}  // namespace dcmflow::fuzz
