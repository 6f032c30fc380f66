#pragma once
// Which image of a series bears its name: by what the images are, and by UIDs only where nothing
// else tells them apart. Pure; no Problems.

#include <compare>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "stages/sorting/order_frames.h"

namespace dcmflow {

// Most slices; then no localizer, ORIGINAL, magnitude; the lowest Acquisition Number, Echo Time,
// Instance Number; what else it was split by; where it lies; its volume; the lowest SOP Instance
// UID. The least is the main image.
using MainOrder = std::tuple<std::int64_t, bool, bool, bool, std::int64_t, double, std::int64_t,
                             std::vector<ContrastValue>, PropertyValues, std::vector<double>,
                             std::uint32_t, std::string>;

// `origin` is what the stack was made of; its frames are not asked for.
MainOrder main_order(const Stack& stack, const OrderedCluster& origin);

}  // namespace dcmflow
