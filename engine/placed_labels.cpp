#include "engine/placed_labels.h"

#include <cstdio>
#include <string>
#include <utility>

#include "config/settings.h"
#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/geometry/voxel_space.h"

namespace dcmflow {

double PlacedLabels::voxel_mm3() const { return VoxelSpace(source.grid).voxel_mm3(); }

Problem about_image(Problem problem, const ToDicomCall& call) {
  if (problem.subject.empty()) problem.subject = call.image;
  return problem;
}

std::uint64_t bytes_for_voxels() { return free_memory() / 3; }

Result<PlacedLabels> place_labels(const ToDicomCall& call, const std::atomic<int>& stop) {
  const auto text = read_text_file(call.meta, Reason::bad_settings, printable(call.meta));
  if (!text) return text.problem();
  auto meta = parse_segment_meta(without_byte_order_mark(*text), call.meta);
  if (!meta) return meta.problem();
  auto labels = read_label_image(call.image, bytes_for_voxels());
  if (!labels) return about_image(labels.problem(), call);
  const auto given = find_labels(labels->voxels, labels->voxels.size());
  if (auto checked = check_labels(given, *meta); !checked)
    return about_image(checked.problem(), call);
  auto source = find_derived_source(call, labels->grid, stop);
  if (!source) return about_image(source.problem(), call);
  PlacedLabels placed{std::move(*meta), std::move(*source), {}, {}};
  placed.voxels = bring_back(std::move(*labels), placed.source);
  const auto& size = placed.source.grid.size;
  placed.places = find_labels(placed.voxels, std::size_t{size[0]} * size[1]);
  for (const auto& [number, place] : given)
    if (!placed.places.contains(number))
      std::fputs(("dcmflow: warning: label " + std::to_string(number) + " has " +
                  counted(place.voxels, "voxel") + ", and none at a voxel of the source\n")
                     .c_str(),
                 stderr);
  if (placed.places.empty())
    return about_image({Reason::labels_unusable, {}, "no label is at a voxel of the source"}, call);
  return placed;
}

}  // namespace dcmflow
