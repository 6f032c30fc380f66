#pragma once
// How a value becomes a voxel of a prepared image. Pure; no Problems.

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace dcmflow {

// The nearest value of a type, halves to even.
template <class Value>
Value rounded_to(double value) {
  if constexpr (std::is_floating_point_v<Value>) {
    return static_cast<Value>(value);
  } else {
    using Limits = std::numeric_limits<Value>;
    if (std::isnan(value)) return 0;
    return static_cast<Value>(
        std::clamp(std::nearbyint(value), double{Limits::lowest()}, double{Limits::max()}));
  }
}

}  // namespace dcmflow
