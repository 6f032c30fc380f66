#include "stages/pixels/lut_bytes.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

enum Segment : std::uint16_t { discrete = 0, linear = 1, indirect = 2 };

// Reads segments one after another from the numbers of a segmented table.
class SegmentedTable {
 public:
  SegmentedTable(std::span<const std::uint16_t> numbers, unsigned bits, std::size_t most)
      : numbers_(numbers), number_bits_(bits), most_(most) {}

  std::vector<std::uint16_t> expand() {
    std::size_t at = 0;
    while (at < numbers_.size() && entries_.size() < most_ && segment(at, true)) continue;
    if (entries_.size() > most_) entries_.resize(most_);
    return std::move(entries_);
  }

 private:
  // Appends the segment at `at` and goes behind it. False when it is none; an empty one is none,
  // so that every step fills the table.
  bool segment(std::size_t& at, bool indirect_allowed) {
    if (numbers_.size() - at < 2) return false;
    const auto code = numbers_[at];
    const std::size_t length = numbers_[at + 1];
    at += 2;
    if (length == 0) return false;
    if (code == discrete) return append_values(at, length);
    if (code == linear) return append_ramp(at, length);
    return code == indirect && indirect_allowed && append_copies(at, length);
  }

  bool append_values(std::size_t& at, std::size_t length) {
    if (length > numbers_.size() - at) return false;
    const auto values = numbers_.subspan(at, length);
    entries_.insert(entries_.end(), values.begin(), values.end());
    at += length;
    return true;
  }

  // From the last entry, without it, to the value of the segment.
  bool append_ramp(std::size_t& at, std::size_t length) {
    if (at >= numbers_.size() || entries_.empty()) return false;
    const double begin = entries_.back();
    const double end = numbers_[at++];
    for (std::size_t i = 1; i <= length; ++i)
      entries_.push_back(static_cast<std::uint16_t>(std::lround(
          begin + (end - begin) * static_cast<double>(i) / static_cast<double>(length))));
    return true;
  }

  // `segments` of those at a byte offset, which is 32 bits in two or four numbers, the least
  // significant first. Those are no copies themselves, so this goes one level deep.
  bool append_copies(std::size_t& at, std::size_t segments) {
    const std::size_t parts = 32 / number_bits_;
    if (numbers_.size() - at < parts) return false;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < parts; ++i)
      offset |= std::size_t{numbers_[at + i]} << (i * number_bits_);
    at += parts;
    std::size_t from = offset / (number_bits_ / 8);
    for (std::size_t i = 0; i < segments && entries_.size() < most_; ++i)
      if (from >= numbers_.size() || !segment(from, false)) return false;
    return true;
  }

  std::span<const std::uint16_t> numbers_;
  unsigned number_bits_;
  std::size_t most_;
  std::vector<std::uint16_t> entries_;
};

}  // namespace

std::vector<std::uint16_t> words_of(std::span<const std::uint8_t> bytes, bool big_endian) {
  std::vector<std::uint16_t> words(bytes.size() / 2);
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = static_cast<std::uint16_t>(bytes[2 * i + (big_endian ? 1 : 0)] |
                                          bytes[2 * i + (big_endian ? 0 : 1)] << 8);
  return words;
}

std::optional<LutDescriptor> lut_descriptor(std::span<const std::uint8_t> bytes, bool big_endian,
                                            bool is_signed) {
  if (bytes.size() < 6) return std::nullopt;
  const auto numbers = words_of(bytes.first(6), big_endian);
  return LutDescriptor{.entries = numbers[0] == 0 ? 65536U : numbers[0],
                       .first = is_signed ? std::int64_t{static_cast<std::int16_t>(numbers[1])}
                                          : std::int64_t{numbers[1]},
                       .bits = numbers[2]};
}

std::vector<std::uint16_t> lut_entries(std::span<const std::uint8_t> bytes, bool big_endian,
                                       bool is_in_words, const LutDescriptor& descriptor) {
  std::vector<std::uint16_t> entries;
  if (bytes.size() >= std::size_t{descriptor.entries} * 2 || descriptor.bits > 8) {
    entries = words_of(bytes, big_endian);
  } else {
    entries.assign(bytes.begin(), bytes.end());
    if (big_endian && is_in_words)
      for (std::size_t i = 0; i + 1 < entries.size(); i += 2) std::swap(entries[i], entries[i + 1]);
  }
  if (entries.size() > descriptor.entries) entries.resize(descriptor.entries);
  return entries;
}

std::vector<std::uint16_t> segmented_lut_entries(std::span<const std::uint8_t> bytes,
                                                 bool big_endian, const LutDescriptor& descriptor) {
  const auto words = words_of(bytes, big_endian);
  if (descriptor.bits > 8) return SegmentedTable(words, 16, descriptor.entries).expand();
  // Bytes in words: the first is the less significant one.
  std::vector<std::uint16_t> numbers;
  for (const auto word : words) {
    numbers.push_back(word & 0xFF);
    numbers.push_back(word >> 8);
  }
  return SegmentedTable(numbers, 8, descriptor.entries).expand();
}

}  // namespace dcmflow
