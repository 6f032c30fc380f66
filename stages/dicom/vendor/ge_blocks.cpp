#include "stages/dicom/vendor/ge_blocks.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "stages/dicom/byte_source.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t longest_protocol = 1 << 20;  // inflated: a few kilobytes are usual

template <class Number>
Number read_little(Bytes bytes, std::size_t at) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    bits |= std::uint32_t{bytes[at + i]} << (8 * static_cast<unsigned>(i));
  if constexpr (sizeof(Number) == 4)
    return std::bit_cast<Number>(bits);
  else
    return static_cast<Number>(bits);
}

}  // namespace

// The header of the scan's raw data (a "pool header") stands where a pointer at byte 24 says. Where
// its fields are changed with version 25.
std::optional<bool> ge_polarity_is_positive(Bytes block) {
  constexpr std::size_t pointer = 24;
  constexpr std::size_t shortest = 916;
  constexpr float first_of_later = 25.002F;
  constexpr std::size_t later_begin = 0x4C, flags = 0x30, kind = 0x3A;
  constexpr std::size_t order_before = 0x394, order_later = 0x308;
  constexpr std::uint16_t is_echo_planar = 0x0800, is_flipped = 0x0004, bottom_up = 2;
  if (block.size() < pointer + 2) return std::nullopt;
  const std::size_t header = read_little<std::uint16_t>(block, pointer);
  if (block.size() < header + shortest + 2 + later_begin) return std::nullopt;
  const auto version = read_little<float>(block, header);
  if (!(version >= 5 && version <= 40)) return std::nullopt;
  const bool is_later = version >= first_of_later;
  const auto begin = header + (is_later ? later_begin : 0);
  if (!(read_little<std::uint16_t>(block, begin + kind) & is_echo_planar)) return std::nullopt;
  const bool flipped = read_little<std::uint16_t>(block, begin + flags) & is_flipped;
  const auto order =
      read_little<std::uint16_t>(block, begin + (is_later ? order_later : order_before));
  return flipped == (order == bottom_up);
}

std::string ge_protocol_text(Bytes block) {
  constexpr std::size_t length_bytes = 4;
  if (block.size() <= length_bytes) return {};
  const std::size_t length = read_little<std::uint32_t>(block, 0);
  block = block.subspan(length_bytes);
  if (length < block.size()) block = block.first(length);  // padding stands behind it
  std::vector<std::uint8_t> zipped(block.begin(), block.end());
  const auto size = zipped.size();
  BufferSource bytes(zipped, size);
  if (!is_gzip(bytes)) return {};
  std::vector<std::uint8_t> window;
  InflateSource inflated(bytes, 0, window, InflateSource::Wrapping::gzip, longest_protocol);
  const auto text = inflated.up_to(0, longest_protocol);
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

std::optional<std::string_view> ge_protocol_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    // "set KEY "value"" in some releases.
    if (line.starts_with("set ")) line.remove_prefix(4);
    if (!line.starts_with(key) || line.size() == key.size() || line[key.size()] != ' ') continue;
    const auto begin = line.find('"');
    const auto end = line.rfind('"');
    if (begin == std::string_view::npos || end == begin) return std::nullopt;
    return line.substr(begin + 1, end - begin - 1);
  }
  return std::nullopt;
}

}  // namespace dcmflow
