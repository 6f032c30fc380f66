#pragma once
// Where series stand in the catalogue, before any of them is told.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

struct Run;

// Ids that do not depend on what is done first: series in the order of the JSON files, files in
// that of their series, images in that of planning, those too that may be chosen later. No
// Problems; for one thread, but for the reading.
class CataloguePlaces {
 public:
  struct Place {
    std::int64_t id = 0;
    std::int64_t study_id = 0;
    std::int64_t first_file_id = 0;
    std::int64_t first_image_id = 0;
    std::span<const Series* const> study;  // all series of the study and patient
  };

  // In place of those that there were, those of run.series, which come behind them: all of some
  // studies.
  void assign(const Run& run);
  // REQUIRES: the series is one of those that were assigned last.
  const Place& operator[](std::size_t series) const { return places_[series]; }
  // Of a file that is in no series.
  std::int64_t take_file_id() { return next_file_id_++; }

 private:
  std::vector<const Series*> sorted_;
  std::vector<Place> places_;
  std::int64_t next_series_id_ = 1;
  std::int64_t next_file_id_ = 1;
  std::int64_t next_image_id_ = 1;
  std::int64_t last_study_id_ = 0;
};

}  // namespace dcmflow
