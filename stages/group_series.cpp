#include "stages/group_series.h"

#include <algorithm>
#include <tuple>

#include "stages/sorting/split_by_patient.h"

namespace dcmflow {

void GroupSeries::add(InstancePtr instance) {
  const auto& shared = *instance->shared;
  Key key{shared.study_instance_uid, shared.series_instance_uid};
  const Lock lock(mutex_);
  groups_[std::move(key)].push_back(std::move(instance));
}

std::vector<SeriesPtr> GroupSeries::finish() {
  const Lock lock(mutex_);
  std::vector<SeriesPtr> all;
  for (auto& [key, instances] : groups_) {
    std::ranges::sort(instances, {}, [](const InstancePtr& i) {
      return std::tuple<std::string_view, std::string_view>(i->sop_instance_uid(), i->file->name);
    });
    auto of_patients = split_by_patient(std::move(instances));
    for (std::uint32_t patient = 0; patient < of_patients.size(); ++patient) {
      auto series = std::make_shared<Series>();
      series->study_instance_uid = key.first;
      series->series_instance_uid = key.second;
      series->patients = static_cast<std::uint32_t>(of_patients.size());
      series->patient = patient;
      series->instances = std::move(of_patients[patient]);
      series->instances.shrink_to_fit();
      all.push_back(std::move(series));
    }
  }
  groups_.clear();
  return all;
}

}  // namespace dcmflow
