#include "stages/series_facts.h"

#include "stages/geometry/orientation.h"

namespace dcmflow {

SeriesFacts find_facts(const SeriesPtr& series, std::span<const Stack> stacks,
                       const std::string& format, const Tolerances& tolerances) {
  SeriesFacts facts;
  facts.series = series;
  facts.volume_count = stacks.size();
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
  facts.plane = plane_name(main.grid.direction[2]);
  facts.slice_count = main.frames.size();
  facts.slice_spacing = main.grid.spacing[2];
  facts.is_regular = main.frames.size() > 1;
  return facts;
}

}  // namespace dcmflow
