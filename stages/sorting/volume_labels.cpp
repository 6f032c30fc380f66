#include "stages/sorting/volume_labels.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/sorting/order_labels.h"

namespace dcmflow {
namespace {

constexpr auto none = std::numeric_limits<std::uint32_t>::max();

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

}  // namespace

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
  go_on_after_midnight(key, values);
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
    files.push_back(frame.instance->file->place());
  }
  auto labels = rank_values(files);
  return labels.count > 1 ? std::optional(std::move(labels)) : std::nullopt;
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
