#include "engine/catalogue_places.h"

#include <algorithm>
#include <numeric>

#include "engine/run.h"
#include "stages/catalog/sorted.h"

namespace dcmflow {

void CataloguePlaces::assign(const Run& run) {
  std::vector<std::size_t> order(run.series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return series_name(*run.series[i]); });
  sorted_.clear();
  for (const std::size_t i : order) sorted_.push_back(run.series[i].get());
  places_.assign(run.series.size(), {});
  const auto is_of_study = [&](std::size_t at, const Series& series) {
    return sorted_[at]->study_instance_uid == series.study_instance_uid &&
           sorted_[at]->patient == series.patient;
  };
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && is_of_study(end, *sorted_[begin])) ++end;
    ++last_study_id_;
    for (std::size_t at = begin; at < end; ++at) {
      const std::size_t i = order[at];
      places_[i] = {next_series_id_++, last_study_id_, next_file_id_, next_image_id_,
                    std::span(sorted_).subspan(begin, end - begin)};
      next_file_id_ += static_cast<std::int64_t>(sorted_[at]->instances.size());
      next_image_id_ += static_cast<std::int64_t>(run.volumes[i].size() + run.left_out[i].size());
    }
  }
}

}  // namespace dcmflow
