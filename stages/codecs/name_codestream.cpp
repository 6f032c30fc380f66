#include "stages/codecs/name_codestream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace dcmflow {

std::string_view name_codestream(std::span<const std::uint8_t> first_bytes) {
  struct Magic {
    std::string_view name;
    std::size_t count;
    std::array<std::uint8_t, 4> bytes;
  };
  constexpr std::array magics{Magic{"JPEG-LS", 4, {0xFF, 0xD8, 0xFF, 0xF7}},
                              Magic{"JPEG", 2, {0xFF, 0xD8}},
                              Magic{"JPEG 2000", 4, {0xFF, 0x4F, 0xFF, 0x51}},
                              Magic{"JPEG 2000", 4, {0x00, 0x00, 0x00, 0x0C}}};
  const auto found = std::ranges::find_if(magics, [&](const Magic& magic) {
    return first_bytes.size() >= magic.count &&
           std::equal(magic.bytes.begin(), magic.bytes.begin() + magic.count, first_bytes.begin());
  });
  return found == magics.end() ? std::string_view() : found->name;
}

std::span<const std::uint8_t> first_fragment(ByteSource& source, std::uint64_t offset) {
  constexpr std::uint64_t header_bytes = 8;
  const auto length_of_item = [&](std::uint64_t at) -> std::optional<std::uint32_t> {
    constexpr std::array<std::uint8_t, 4> item{0xFE, 0xFF, 0x00, 0xE0};
    const auto* p = source.at(at, header_bytes);
    if (!p || !std::equal(item.begin(), item.end(), p)) return std::nullopt;
    std::uint32_t length = 0;
    std::memcpy(&length, p + 4, sizeof length);
    return length;
  };
  const auto table = length_of_item(offset);
  if (!table) return {};
  const auto fragment = offset + header_bytes + *table;
  const auto length = length_of_item(fragment);
  if (!length) return {};
  const auto count = std::min<std::size_t>(*length, 16);
  const auto* p = source.at(fragment + header_bytes, count);
  if (!p) return {};
  return {p, count};
}

}  // namespace dcmflow
