#include "stages/sorting/rank_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/sorting/dimension_keys.h"
#include "stages/sorting/order_labels.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

// Labels each position's frames by the rank of their values in it; nullopt when two are equal.
template <class Value>
std::optional<Labels> rank_at_positions(const Positions& positions,
                                        const std::vector<Value>& values) {
  Labels labels;
  labels.count = positions.members(0);
  labels.of.resize(positions.frames.size());
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    std::vector<std::uint32_t> order(positions.members(position));
    std::iota(order.begin(), order.end(), positions.begin_of(position));
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return values[i]; });
    for (std::uint32_t k = 0; k < order.size(); ++k) {
      if (k > 0 && values[order[k]] == values[order[k - 1]]) return std::nullopt;
      labels.of[order[k]] = k;
    }
  }
  return labels;
}

// Whether the values put the groups of each class one after another, each as a whole.
template <class Value>
bool keep_together(const std::vector<std::uint32_t>& groups, const Labels& classes,
                   const std::vector<Value>& values) {
  struct Placed {
    std::uint32_t of_class;
    Value value;
    std::uint32_t group;
    auto operator<=>(const Placed&) const = default;
  };
  std::vector<Placed> ordered;
  for (std::size_t i = 0; i < values.size(); ++i)
    ordered.push_back({classes.of[i], values[i], groups[i]});
  std::ranges::sort(ordered);
  std::set<std::pair<std::uint32_t, std::uint32_t>> begun;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const auto& [of_class, value, group] = ordered[i];
    const bool is_next = i == 0 || ordered[i - 1].of_class != of_class;
    if (!is_next && ordered[i - 1].group == group) continue;
    if (!is_next && ordered[i - 1].value == value) return false;
    if (!begun.emplace(of_class, group).second) return false;
  }
  return true;
}

// At each position the values are even steps apart: phases of one heartbeat, and no delays that
// were measured. Two are always so.
bool are_even_steps(const Labels& labels, const std::vector<double>& values,
                    const Positions& positions) {
  constexpr double tolerance = 0.1;
  if (labels.count < 3) return false;
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    std::vector<double> ordered(labels.count);
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i)
      ordered[labels.of[i]] = values[i];
    const double step = (ordered.back() - ordered.front()) / (labels.count - 1);
    for (std::uint32_t k = 0; k + 1 < labels.count; ++k)
      if (std::abs(ordered[k + 1] - ordered[k] - step) > tolerance * step) return false;
  }
  return true;
}

// Collects what numbers and times say of the k-th frame of each class in each position.
class Ranking {
 public:
  Ranking(const Positions& positions, const Labels& classes)
      : positions_(positions), classes_(classes), position_of_(position_of_frames(positions)) {}

  // Volume after volume, or in even steps, they leave no doubt: true, and that is found().
  template <class Value>
  bool add(const std::vector<Value>& values, const std::vector<double>& times = {}) {
    std::vector<std::pair<std::uint32_t, Value>> keys;
    for (std::size_t i = 0; i < values.size(); ++i) keys.emplace_back(classes_.of[i], values[i]);
    auto labels = rank_at_positions(positions_, keys);
    if (!labels || !is_within(*labels, classes_)) return false;
    const bool is_sure =
        keep_together(labels->of, classes_, values) ||
        (!times.empty() && classes_.count == 1 && are_even_steps(*labels, times, positions_));
    if (is_sure) found_.clear();
    if (is_sure || keep_together(position_of_, classes_, values))
      found_.push_back(std::move(*labels));
    return is_sure;
  }

  // nullopt where nothing orders them, or one orders them otherwise than another.
  std::optional<Labels> found() const {
    if (found_.empty() || std::ranges::any_of(found_, [&](const Labels& other) {
          return !is_same_partition(other, found_.front());
        }))
      return std::nullopt;
    return classes_.count > 1 ? by_acquisition(found_.front(), positions_) : found_.front();
  }

 private:
  const Positions& positions_;
  const Labels& classes_;
  const std::vector<std::uint32_t> position_of_;
  std::vector<Labels> found_;
};

}  // namespace

std::optional<Labels> label_by_trigger_time(const Positions& positions) {
  if (!positions.all_equal()) return std::nullopt;
  std::vector<double> times, parts;
  for (const auto& frame : positions.frames) {
    const auto time = parse_decimal(frame.find(attribute_index(0x00181060)).value_or(""));
    if (!time) return std::nullopt;
    times.push_back(*time);
    const auto interval = parse_decimal(frame.find(attribute_index(0x00181062)).value_or(""));
    if (interval && *interval > 0) parts.push_back(*time / *interval);
  }
  const Labels one_class{std::vector<std::uint32_t>(positions.frames.size()), 1};
  for (const auto& values : {times, parts}) {
    if (values.size() != positions.frames.size()) continue;
    Ranking ranking(positions, one_class);
    if (ranking.add(values, values)) return ranking.found();
  }
  return std::nullopt;
}

std::optional<Labels> label_by_rank(const Positions& positions, const Labels& classes) {
  if (!positions.all_equal()) return std::nullopt;
  Ranking ranking(positions, classes);
  const auto numbers = instance_numbers(positions);
  if (!numbers.empty() && ranking.add(numbers)) return ranking.found();
  for (const auto& key : dimension_keys()) {
    std::vector<KeyValue> values;
    for (const auto& frame : positions.frames)
      if (const auto value = key.value(frame); value && key.seconds > 0) values.push_back(*value);
    if (values.size() != positions.frames.size()) continue;
    go_on_after_midnight(key, values);
    std::vector<double> times;
    for (const auto& value : values) times.push_back(value.front());
    if (ranking.add(values, times)) return ranking.found();
  }
  if (auto found = ranking.found(); found || positions.size() > 1) return found;
  std::vector<std::uint32_t> as_they_are(positions.frames.size());
  std::iota(as_they_are.begin(), as_they_are.end(), 0);
  ranking.add(as_they_are);
  return ranking.found();
}

}  // namespace dcmflow
