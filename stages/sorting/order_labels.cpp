#include "stages/sorting/order_labels.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

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

}  // namespace

std::vector<std::int64_t> instance_numbers(const Positions& positions) {
  return numbers_of(positions, attribute_index(0x00200013));
}

std::vector<std::uint32_t> position_of_frames(const Positions& positions) {
  std::vector<std::uint32_t> position_of;
  position_of.reserve(positions.frames.size());
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    position_of.insert(position_of.end(), positions.members(position), position);
  return position_of;
}

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

}  // namespace dcmflow
