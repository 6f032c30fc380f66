#pragma once
// What stays of a series, and of its files, when it is put away. Pure; no Problems.

#include <memory>

#include "stages/dicom_instance.h"

namespace dcmflow {

// Without its instances.
inline std::shared_ptr<Series> bare_series(const Series& whole) {
  auto series = std::make_shared<Series>();
  series->study_instance_uid = whole.study_instance_uid;
  series->series_instance_uid = whole.series_instance_uid;
  series->patients = whole.patients;
  series->patient = whole.patient;
  return series;
}

// Without pixels, frames and defect.
inline SharedPtr<Instance> bare_instance(const Instance& whole) {
  auto instance = share<Instance>();
  instance->file = whole.file;
  instance->shared = whole.shared;
  instance->values = whole.values;
  return instance;
}

}  // namespace dcmflow
