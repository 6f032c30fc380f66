#pragma once
// Which values of an image are shown from black to white. Pure; no Problems.

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
// colours are shown whole. `values`: some of the image, finite, in order.
DisplayWindow choose_window(const Stack& stack, std::span<const float> values);

// 0 (black) to 255; what is no number is 0.
std::uint8_t level_of(double value, const std::array<double, 2>& window);

// MONOCHROME1 (PS3.3 C.7.6.3.1.2), as it is stored.
bool shows_high_dark(const Stack& stack);

}  // namespace dcmflow
