#include "stages/group_series.h"

#include <algorithm>
#include <tuple>

namespace dcmflow {

void GroupSeries::add(InstancePtr instance) {
  const auto& shared = *instance->shared;
  Key key{shared.study_instance_uid, shared.series_instance_uid};
  const std::lock_guard lock(mutex_);
  groups_[std::move(key)].push_back(std::move(instance));
}

std::vector<SeriesPtr> GroupSeries::finish() {
  std::vector<SeriesPtr> all;
  for (auto& [key, instances] : groups_) {
    std::ranges::sort(instances, {}, [](const InstancePtr& i) {
      return std::tuple<std::string_view, std::string_view>(i->sop_instance_uid(), i->file->name);
    });
    auto series = std::make_shared<Series>();
    series->study_instance_uid = key.first;
    series->series_instance_uid = key.second;
    instances.shrink_to_fit();
    series->instances = std::move(instances);
    all.push_back(std::move(series));
  }
  groups_.clear();
  return all;
}

}  // namespace dcmflow
