#include "stages/selection/series_facts.h"

#include "stages/base/vector3.h"
#include "stages/geometry/orientation.h"

namespace dcmflow {

SeriesFacts find_facts(const SeriesPtr& series, std::span<const Stack> stacks,
                       const std::string& format, const Tolerances& tolerances) {
  SeriesFacts facts;
  facts.series = series;
  for (const Stack& stack : stacks) facts.volume_count += stack.volumes;
  facts.converted = !stacks.empty();
  facts.format = format;
  if (stacks.empty()) {
    const auto& orientation = series->instances.front()->shared->image_orientation_patient;
    if (orientation)
      if (const auto made = make_orientation(*orientation, tolerances.iop_orthonormal))
        facts.plane = plane_name(made->normal);
    return facts;
  }
  const auto& main = stacks.front();
  facts.slice_count = main.grid.size[2];
  facts.slice_spacing = main.grid.spacing[2];
  facts.is_regular = main.grid.size[2] > 1 && main.verdict != Verdict::fail;
  if (main.grid.is_placed)
    facts.plane = plane_name(cross(main.grid.direction[0], main.grid.direction[1]));
  return facts;
}

}  // namespace dcmflow
