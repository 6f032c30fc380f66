#include "stages/sort_slices.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

#include "config/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/grid.h"
#include "stages/geometry/spacing.h"
#include "stages/pixels/choose_values.h"
#include "stages/sorting/order_frames.h"
#include "stages/sorting/split_series.h"
#include "stages/sorting/usable_instances.h"

namespace dcmflow {
namespace {

struct Refusal {
  Reason reason;
  std::string detail;
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

// What this release does not repair is refused, with the numbers that say why.
std::optional<Refusal> judge_spacing(const Spacing& spacing, double shear, double corner_error,
                                     const Tolerances& tolerances) {
  if (shear > tolerances.shear_deg && corner_error > tolerances.corner_fail_mm)
    return Refusal{Reason::gantry_tilt, "slices are sheared by " + number(shear) + "°, at most " +
                                            number(tolerances.shear_deg) + "° is taken as none"};
  if (spacing.kind == SpacingKind::missing)
    return Refusal{Reason::missing_slices, std::to_string(spacing.missing) +
                                               " slices are missing: the largest gap is " +
                                               number(spacing.worst_gap) + " mm, the median " +
                                               number(spacing.median_gap) + " mm"};
  if (spacing.kind == SpacingKind::irregular)
    return Refusal{Reason::irregular_spacing, "a gap of " + number(spacing.worst_gap) +
                                                  " mm among gaps of " +
                                                  number(spacing.median_gap) + " mm"};
  return std::nullopt;
}

// A lone slice has no gap to measure: Spacing Between Slices, then Slice Thickness (PS3.3
// C.7.6.2.1.1).
double single_slice_spacing(const Frame& frame, std::vector<std::string>& flags) {
  const auto between = parse_decimal(frame.find(attribute_index(0x00180088)).value_or(""));
  if (between && *between > 0) {
    flags.emplace_back("spacing_from_spacing_between_slices");
    return *between;
  }
  if (const double thickness = frame.slice_thickness().value_or(0); thickness > 0) {
    flags.emplace_back("spacing_from_slice_thickness");
    return thickness;
  }
  flags.emplace_back("spacing_unknown");
  return 1;
}

std::variant<Stack, Refusal> make_stack(const SeriesPtr& series, const OrderedCluster& ordered,
                                        const Tolerances& tolerances) {
  Stack stack;
  stack.series = series;
  std::vector<double> positions;
  stack.frames.reserve(ordered.slots.size());
  for (const auto& slot : ordered.slots) {
    positions.push_back(slot.position);
    stack.frames.push_back(slot.frames.front());
  }
  const auto& first = stack.frames.front();
  const bool single = stack.frames.size() == 1;
  stack.grid = make_grid(stack.frames, ordered.cluster.orientation,
                         single ? single_slice_spacing(first, stack.flags) : 0);
  stack.max_corner_error_mm = max_corner_error_mm(stack.frames, stack.grid);
  stack.verdict = corner_verdict(stack.max_corner_error_mm, stack.grid, tolerances);

  const auto spacing = measure_spacing(positions, tolerances);
  const auto shear = shear_deg(stack.frames, ordered.cluster.orientation);
  if (auto refusal = judge_spacing(spacing, shear, stack.max_corner_error_mm, tolerances))
    return *refusal;
  if (stack.verdict == Verdict::fail)
    return Refusal{Reason::geometry_inconsistent,
                   "corners of slices are " + number(stack.max_corner_error_mm) +
                       " mm off the grid, at most " +
                       number(std::max(tolerances.corner_fail_mm,
                                       tolerances.corner_fail_of_gap * stack.grid.spacing[2])) +
                       " mm is accepted"};
  if (spacing.kind == SpacingKind::jitter) stack.flags.emplace_back("spacing_jitter");
  if (first.instance->shared->pixel_spacing_is_imager)
    stack.flags.emplace_back("spacing_from_imager");
  return stack;
}

// The main image: most slices, then lowest Acquisition Number, then lowest Instance Number.
auto main_order(const Stack& stack) {
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  std::int64_t acquisition = last;
  std::int64_t instance_number = last;
  for (const auto& frame : stack.frames) {
    acquisition = std::min(
        acquisition,
        parse_integer(frame.find(attribute_index(0x00200012)).value_or("")).value_or(last));
    instance_number = std::min(instance_number, frame.instance->instance_number().value_or(last));
  }
  return std::tuple(-static_cast<std::int64_t>(stack.frames.size()), acquisition, instance_number,
                    std::string(stack.frames.front().instance->sop_instance_uid()));
}

struct Named {
  Stack stack;
  Cluster cluster;
};

// Every image but the main one is named by why it was split off; a word that is taken gets a
// number.
std::vector<Stack> name_stacks(std::vector<Named> named) {
  std::ranges::sort(named, {}, [](const Named& n) { return main_order(n.stack); });
  std::vector<Stack> stacks;
  std::map<std::string, unsigned> uses;
  for (auto& n : named) {
    n.stack.is_main = stacks.empty();
    n.stack.image_stem = n.stack.series->image_stem;
    if (!n.stack.is_main) {
      n.stack.split_reason = split_word(n.cluster, named.front().cluster);
      const auto nth = ++uses[n.stack.split_reason];
      n.stack.image_stem += '_' + n.stack.split_reason + (nth == 1 ? "" : std::to_string(nth));
    }
    stacks.push_back(std::move(n.stack));
  }
  return stacks;
}

}  // namespace

void refuse_frames(const std::vector<Frame>& frames, Reason reason, const std::string& detail,
                   std::vector<RefusedInstance>& refused) {
  const Instance* last = nullptr;
  for (const auto& frame : frames) {
    if (frame.instance.get() != last) refused.push_back({frame.instance, reason, detail});
    last = frame.instance.get();
  }
}

SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options) {
  SortedSeries sorted;
  std::vector<Named> named;
  const auto usable = usable_frames(*series, tolerances, same_pixels, options, sorted.refused);
  for (const auto& cluster : split_series(usable, tolerances)) {
    for (auto& ordered : order_frames(cluster, tolerances, same_pixels, sorted.refused)) {
      auto made = make_stack(series, ordered, tolerances);
      if (auto* stack = std::get_if<Stack>(&made)) {
        choose_values(*stack, options);
        named.push_back({std::move(*stack), std::move(ordered.cluster)});
        continue;
      }
      const auto& refusal = std::get<Refusal>(made);
      refuse_frames(ordered.cluster.frames, refusal.reason, refusal.detail, sorted.refused);
    }
  }
  sorted.stacks = name_stacks(std::move(named));
  return sorted;
}

}  // namespace dcmflow
