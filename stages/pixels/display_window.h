#pragma once
// Which values of an image are shown from black to white. Pure; no Problems.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

struct DisplayWindow {
  std::array<double, 2> range{};  // the first is less than the second
  bool is_of_header = false;
};

// Window Center and Width (PS3.3 C.11.2.1.2) of the frame in the middle, where they are of the
// values of the image and show some of these; else of all values but few at either end. Labels and
// colours are shown whole. `values`: some of the image, finite; their order changes.
DisplayWindow choose_window(const Stack& stack, std::span<float> values);

// Values → 0 (black) to 255, the nearest; what is no number is 0.
class GreyLevels {
 public:
  explicit GreyLevels(const std::array<double, 2>& window)
      : black_(static_cast<float>(window[0])),
        scale_(static_cast<float>(255 / (window[1] - window[0]))) {}
  // Without a branch, so that a loop over pixels is one over vectors.
  std::uint8_t of(float value) const {
    constexpr float half = 0.5F;  // what is cut off below is less than one
    const float level = (value - black_) * scale_ + half;
    const float shown = level > 0 ? std::min(level, 255.F) : 0.F;
    return static_cast<std::uint8_t>(static_cast<int>(shown));
  }

 private:
  float black_;
  float scale_;
};

// MONOCHROME1 (PS3.3 C.7.6.3.1.2), as it is stored.
bool shows_high_dark(const Stack& stack);

}  // namespace dcmflow
