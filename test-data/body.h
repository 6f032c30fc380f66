#pragma once
// Pixel content that compresses like a scan: a body in air, with organs, bone and noise.

#include <array>
#include <cstdint>
#include <functional>

namespace dcmflow {

// The value at a position in the patient (LPS, mm): an elliptic cylinder around the origin with the
// given half axes, in HU for CT (`is_ct`), else in the arbitrary units of MR. The noise depends on
// position and seed alone.
std::function<double(const std::array<double, 3>&)> body(bool is_ct, double half_width,
                                                         double half_depth, std::uint64_t seed);

}  // namespace dcmflow
