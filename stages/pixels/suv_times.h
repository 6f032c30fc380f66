#pragma once
// When the images of a PET series were acquired, to when they are corrected for decay, and when the
// drug was injected. Moments are µs since 1970 in the scanner's clock. Problems are all
// suv_unclear.

#include <cstdint>
#include <optional>
#include <utility>

#include "stages/dicom_types.h"

namespace dcmflow {

// To which moment the values of an image are corrected (PS3.3 C.8.9.1.1.5).
enum class DecayCorrection : std::uint8_t {
  none,   // to none: each image is of its own time
  start,  // the start of the scan
  admin,  // the injection
  dated,  // Decay Correction DateTime (Enhanced PET, C.8.22.6)
};

// Of one series, whose images it looks through when it is asked first; for one thread.
class SuvTimes {
 public:
  explicit SuvTimes(const Series& series) : series_(series) {}

  // The moment that the values of a frame are of. REQUIRES: correction is not admin.
  //   none   when the activity was that of the mean over the frame: T_ave of C.8.9.4.1.5 behind its
  //          acquisition, of its duration
  //   start  Series Date and Time. Where an image of the series was acquired before that, by a
  //          second at least, the series was made later: GE's scan time; else, when each image says
  //          by Frame Reference Time how long after the start it is of, that start, on which they
  //          must agree within 1 % of the activity; else when the first was acquired
  //   dated  Decay Correction DateTime
  Result<std::int64_t> values_of(const Frame& frame, DecayCorrection correction,
                                 double half_life_s);

  // Radiopharmaceutical Start DateTime; without it the last Start Time before the scan, which is on
  // the same day or, over midnight, on the day before, 12 h before the scan at the most. Never
  // behind the last image of the series, and behind `moment`, what values_of() gave, only within
  // the scan.
  Result<std::int64_t> injection(const Frame& frame, std::int64_t moment);

 private:
  struct Acquired {
    std::optional<std::int64_t> earliest, latest;  // of the images that say it
  };
  const Acquired& acquired();
  Result<std::int64_t> scan_start(const Frame& frame, double half_life_s);
  Result<std::int64_t> injection_of_day(const Frame& frame, std::int64_t moment);
  Result<std::int64_t> start_by_images(const Frame& frame, std::int64_t earliest,
                                       double half_life_s) const;

  const Series& series_;
  std::optional<Acquired> acquired_;
  // By the half-life that was asked for first.
  std::optional<std::pair<double, Result<std::int64_t>>> start_by_images_;
};

}  // namespace dcmflow
