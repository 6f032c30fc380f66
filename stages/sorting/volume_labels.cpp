#include "stages/sorting/volume_labels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr auto none = std::numeric_limits<std::uint32_t>::max();

// Of every frame; empty when one has none.
std::vector<std::int64_t> numbers_of(const Positions& positions, AttributeIndex attribute) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(positions.frames.size());
  for (const auto& frame : positions.frames) {
    const auto number = parse_integer(frame.find(attribute).value_or(""));
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<std::int64_t> instance_numbers(const Positions& positions) {
  return numbers_of(positions, attribute_index(0x00200013));
}

// Whether each of two labels follows from the other, where frames have both.
bool is_one_to_one(const std::vector<std::int64_t>& a, const std::vector<std::uint32_t>& b) {
  std::map<std::int64_t, std::uint32_t> b_of;
  std::map<std::uint32_t, std::int64_t> a_of;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (b_of.try_emplace(a[i], b[i]).first->second != b[i] ||
        a_of.try_emplace(b[i], a[i]).first->second != a[i])
      return false;
  return true;
}

std::vector<std::uint32_t> position_of_frames(const Positions& positions) {
  std::vector<std::uint32_t> position_of;
  position_of.reserve(positions.frames.size());
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    position_of.insert(position_of.end(), positions.members(position), position);
  return position_of;
}

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

// Dimension Index Values of every frame; empty when one has none, or as many as no other has.
std::vector<std::vector<double>> dimension_indexes(const Positions& positions) {
  std::vector<std::vector<double>> indexes;
  for (const auto& frame : positions.frames) {
    auto numbers = parse_numbers(frame.find(attribute_index(0x00209157)).value_or(""));
    if (!numbers || numbers->empty() ||
        (!indexes.empty() && numbers->size() != indexes.front().size()))
      return {};
    indexes.push_back(std::move(*numbers));
  }
  return indexes;
}

// Every k-th value is before every next one.
bool follow_each_other(const Labels& labels, const std::vector<double>& values) {
  constexpr double endless = std::numeric_limits<double>::infinity();
  std::vector<double> first(labels.count, endless), last(labels.count, -endless);
  for (std::size_t i = 0; i < values.size(); ++i) {
    first[labels.of[i]] = std::min(first[labels.of[i]], values[i]);
    last[labels.of[i]] = std::max(last[labels.of[i]], values[i]);
  }
  for (std::uint32_t k = 0; k + 1 < labels.count; ++k)
    if (last[k] >= first[k + 1]) return false;
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

}  // namespace

Labels by_acquisition(Labels labels, const Positions& positions) {
  const auto numbers = instance_numbers(positions);
  if (numbers.empty()) return labels;
  std::vector<std::int64_t> lowest(labels.count, std::numeric_limits<std::int64_t>::max());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    lowest[labels.of[i]] = std::min(lowest[labels.of[i]], numbers[i]);
  std::vector<std::uint32_t> order(labels.count), place(labels.count);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t volume) { return lowest[volume]; });
  for (std::uint32_t k = 0; k < order.size(); ++k) place[order[k]] = k;
  for (auto& label : labels.of) label = place[label];
  return labels;
}

std::optional<Labels> label_by_key(const Positions& positions, const DimensionKey& key) {
  std::vector<KeyValue> values;
  values.reserve(positions.frames.size());
  std::size_t absent = 0;
  for (const auto& frame : positions.frames) {
    const auto value = key.value(frame);
    absent += !value;
    if (!value && !key.may_be_absent) return std::nullopt;
    values.push_back(value.value_or(KeyValue{-1}));
  }
  if (absent == values.size()) return std::nullopt;
  auto labels = rank_values(values);
  if (labels.count < 2) return std::nullopt;
  return key.may_be_absent ? by_acquisition(std::move(labels), positions) : labels;
}

std::optional<Labels> label_by_dimension_index(const Positions& positions) {
  const auto indexes = dimension_indexes(positions);
  if (indexes.empty()) return std::nullopt;
  // What is the same for all frames of a position says where that is.
  std::vector<std::size_t> of_volume;
  for (std::size_t d = 0; d < indexes.front().size(); ++d)
    for (std::uint32_t position = 0; position < positions.size(); ++position) {
      const auto first = positions.begin_of(position);
      const auto of_position = std::span(indexes).subspan(first, positions.members(position));
      if (std::ranges::all_of(of_position,
                              [&](const auto& i) { return i[d] == of_position[0][d]; }))
        continue;
      of_volume.push_back(d);
      break;
    }
  if (of_volume.empty()) return std::nullopt;
  std::vector<std::vector<double>> of_volumes;
  for (const auto& index : indexes) {
    of_volumes.emplace_back();
    for (const auto d : of_volume) of_volumes.back().push_back(index[d]);
  }
  return rank_values(of_volumes);
}

std::vector<Labels> label_by_each_index(const Positions& positions) {
  std::vector<Labels> all;
  const auto indexes = dimension_indexes(positions);
  for (std::size_t d = 0; !indexes.empty() && d < indexes.front().size(); ++d) {
    std::vector<double> values;
    for (const auto& index : indexes) values.push_back(index[d]);
    auto labels = rank_values(values);
    if (labels.count > 1 && labels.count < values.size()) all.push_back(std::move(labels));
  }
  return all;
}

std::optional<Labels> label_by_multi_frame(const Positions& positions) {
  std::vector<std::string_view> files;
  for (const auto& frame : positions.frames) {
    if (frame.instance->pixel_data.number_of_frames < 2 || frame.find(attribute_index(0x00209161)))
      return std::nullopt;
    files.push_back(frame.instance->file->name);
  }
  auto labels = rank_values(files);
  return labels.count > 1 ? std::optional(std::move(labels)) : std::nullopt;
}

std::optional<Labels> label_by_runs(const Positions& positions) {
  const auto numbers = instance_numbers(positions);
  if (numbers.empty()) return std::nullopt;
  const auto position_of = position_of_frames(positions);
  std::vector<std::uint32_t> order(numbers.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return numbers[i]; });
  Labels labels{.of = std::vector<std::uint32_t>(numbers.size()), .count = 1};
  int direction = 0;  // of the run, once it has two frames
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (numbers[order[k]] == numbers[order[k - 1]]) return std::nullopt;
    const auto here = position_of[order[k]], before = position_of[order[k - 1]];
    const int step = here > before ? 1 : here < before ? -1 : 0;
    if (step == 0 || (direction != 0 && step != direction)) {
      ++labels.count;
      direction = 0;
    } else {
      direction = step;
    }
    labels.of[order[k]] = labels.count - 1;
  }
  return labels.count > 1 ? std::optional(std::move(labels)) : std::nullopt;
}

std::optional<Labels> label_by_blocks(const Positions& positions, AttributeIndex number) {
  const auto numbers = numbers_of(positions, number);
  if (numbers.empty() || numbers.size() % positions.size() != 0) return std::nullopt;
  auto labels = rank_values(numbers);
  if (labels.count != numbers.size()) return std::nullopt;
  std::vector<std::int64_t> in_block;
  for (auto& label : labels.of) {
    in_block.push_back(label % positions.size());
    label /= positions.size();
  }
  labels.count /= positions.size();
  if (!is_one_to_one(in_block, position_of_frames(positions))) return std::nullopt;
  return labels;
}

std::optional<Labels> label_by_numbering(const Positions& positions) {
  const auto numbers = instance_numbers(positions);
  if (numbers.empty() || *std::ranges::min_element(numbers) < 1) return std::nullopt;
  std::int64_t volumes = 0;
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    volumes = std::max<std::int64_t>(volumes, positions.members(position));
  const auto position_of = position_of_frames(positions);
  for (const bool volumes_outside : {true, false}) {
    const std::int64_t inside = volumes_outside ? positions.size() : volumes;
    std::vector<std::int64_t> outer, inner;
    for (const auto number : numbers) {
      outer.push_back((number - 1) / inside);
      inner.push_back((number - 1) % inside);
    }
    if (is_one_to_one(volumes_outside ? inner : outer, position_of))
      return rank_values(volumes_outside ? outer : inner);
  }
  return std::nullopt;
}

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
  for (const auto& values : {times, parts}) {
    if (values.size() != positions.frames.size()) continue;
    auto labels = rank_at_positions(positions, values);
    if (!labels) continue;
    if (follow_each_other(*labels, values) || are_even_steps(*labels, values, positions))
      return labels;
  }
  return std::nullopt;
}

std::optional<Labels> label_by_rank(const Positions& positions, const Labels& classes) {
  if (!positions.all_equal()) return std::nullopt;
  const auto rank = [&](const auto& values) -> std::optional<Labels> {
    std::vector<std::pair<std::uint32_t, std::ranges::range_value_t<decltype(values)>>> keys;
    for (std::size_t i = 0; i < values.size(); ++i) keys.emplace_back(classes.of[i], values[i]);
    auto labels = rank_at_positions(positions, keys);
    if (!labels || !is_within(*labels, classes)) return std::nullopt;
    return classes.count > 1 ? by_acquisition(std::move(*labels), positions) : labels;
  };
  if (const auto numbers = instance_numbers(positions); !numbers.empty())
    if (auto labels = rank(numbers)) return labels;
  for (const auto& key : dimension_keys()) {
    std::vector<KeyValue> values;
    for (const auto& frame : positions.frames)
      if (const auto value = key.value(frame); value && key.seconds > 0) values.push_back(*value);
    if (values.size() != positions.frames.size()) continue;
    if (auto labels = rank(values)) return labels;
  }
  if (positions.size() > 1) return std::nullopt;
  std::vector<std::uint32_t> as_they_are(positions.frames.size());
  std::iota(as_they_are.begin(), as_they_are.end(), 0);
  return rank(as_they_are);
}

bool is_distinct(const Labels& labels, const Positions& positions) {
  std::vector<std::uint32_t> last_position(labels.count, none);
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i)
      if (std::exchange(last_position[labels.of[i]], position) == position) return false;
  return true;
}

std::vector<std::uint32_t> frames_of_volumes(const Labels& labels) {
  std::vector<std::uint32_t> frames(labels.count);
  for (const auto label : labels.of) ++frames[label];
  return frames;
}

bool is_complete(const Labels& labels, const Positions& positions) {
  return std::uint64_t{labels.count} * positions.size() == positions.frames.size() &&
         is_distinct(labels, positions);
}

bool is_same_partition(const Labels& a, const Labels& b) {
  std::vector<std::uint32_t> b_of(a.count, none), a_of(b.count, none);
  for (std::size_t i = 0; i < a.of.size(); ++i) {
    auto& its_b = b_of[a.of[i]];
    auto& its_a = a_of[b.of[i]];
    if ((its_b != none && its_b != b.of[i]) || (its_a != none && its_a != a.of[i])) return false;
    its_b = b.of[i];
    its_a = a.of[i];
  }
  return true;
}

}  // namespace dcmflow
