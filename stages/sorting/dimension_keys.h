#pragma once
// What can tell the images at one position apart: the attributes that count volumes, in the order
// in which they are tried (geometry rules, section 1). Pure; no Problems; thread-safe.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Equal for frames of one volume, different for others; compares in the order of the volumes. Up to
// four numbers: a b-value has a direction.
using KeyValue = std::array<double, 4>;

struct DimensionKey {
  std::string_view dimension;  // what it counts, as Stack::dimension
  std::optional<KeyValue> (*value)(const Frame&);
  std::string (*text)(const Frame&);
  // Says which volume a frame is of, and nothing else: a time or an acquisition number can be that
  // of a slice.
  bool is_index = false;
  // Seconds between two values, in units of its first number; 0 when it is no time.
  double seconds = 0;
  // Frames without a value are one more volume beside those with: nothing says that they are
  // diffusion weighted.
  bool may_be_absent = false;
};

// Temporal position, trigger time, cardiac and respiratory phase, Philips' phase number, diffusion
// (rounded), frame reference time, acquisition number, acquisition time, content time.
std::span<const DimensionKey> dimension_keys();

// Numbers that tell volumes apart in another way than by being equal: those of a frame among
// dimensions, the rank of a trigger time, the place of an image among those of a PET series.
const DimensionKey& dimension_index_key();
const DimensionKey& trigger_time_key();
const DimensionKey& image_index_key();

// The values of a key that is a time of day, where no frame says a date: in the order of time also
// over midnight. Others stay as they are.
void go_on_after_midnight(const DimensionKey& key, std::vector<KeyValue>& values);

// When a frame was acquired: Frame Reference Time, Acquisition DateTime or Date and Time, Trigger
// Time. Only differences of one clock mean anything.
struct Clock {
  std::optional<double> (*value)(const Frame&);
  double seconds;  // of a difference of 1
};
std::span<const Clock> clocks();

}  // namespace dcmflow
