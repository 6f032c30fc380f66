#include "stages/geometry/time_step.h"

#include <cmath>

namespace dcmflow {
namespace {

// How much of a step a volume may be off its time for the steps to be even: clocks are read in
// hundredths of a second.
constexpr double uneven_step = 0.05;

}  // namespace

double time_step(const Stack& stack) {
  const auto& keys = stack.volume_keys;
  if (keys.size() < 2 || !keys.front().time || !keys.back().time) return 0;
  const double first = *keys.front().time;
  const double step = (*keys.back().time - first) / static_cast<double>(keys.size() - 1);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const double expected = first + step * static_cast<double>(i);
    if (!keys[i].time || !(std::abs(*keys[i].time - expected) <= uneven_step * step)) return 0;
  }
  return step > 0 ? step : 0;
}

}  // namespace dcmflow
