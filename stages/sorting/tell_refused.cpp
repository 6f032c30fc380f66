#include "stages/sorting/tell_refused.h"

#include <algorithm>
#include <array>
#include <map>

#include "stages/base/reasons.h"

namespace dcmflow {
namespace {

constexpr std::array faults{Reason::no_geometry,        Reason::no_pixel_spacing,
                            Reason::pixel_data_missing, Reason::pixel_data_short,
                            Reason::image_size_invalid, Reason::pixel_layout_unsupported,
                            Reason::decode_failed,      Reason::transfer_syntax_unsupported,
                            Reason::duplicate_conflict, Reason::malformed,
                            Reason::truncated};

bool is_of(const PropertyValues& frame, const PropertyValues& stack) {
  return without_storage(frame) == without_storage(stack);
}

}  // namespace

void tell_refused(const std::vector<RefusedInstance>& refused, std::vector<SortedStack>& stacks) {
  std::map<SortedStack*, std::map<Reason, std::size_t>> told;
  for (const auto& r : refused) {
    if (std::ranges::find(faults, r.reason) == faults.end()) continue;
    const auto properties = property_values({.instance = r.instance});
    SortedStack* best = nullptr;
    for (auto& stack : stacks)
      if (is_of(properties, stack.origin.cluster.properties) &&
          (!best || stack.stack.frames.size() > best->stack.frames.size()))
        best = &stack;
    if (best) ++told[best][r.reason];
  }
  for (auto& [sorted, counts] : told) {
    auto& stack = sorted->stack;
    stack.warn();
    stack.flags.emplace_back("slices_refused");
    for (const auto& [reason, count] : counts)
      stack.missing.push_back(std::to_string(count) + (count == 1 ? " file" : " files") +
                              " of it refused: " + std::string(reason_code(reason)));
  }
}

}  // namespace dcmflow
