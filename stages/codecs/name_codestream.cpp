#include "stages/codecs/name_codestream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace dcmflow {
namespace {

constexpr std::uint64_t header_bytes = 8;
constexpr std::array<std::uint8_t, 4> item{0xFE, 0xFF, 0x00, 0xE0};
constexpr std::array<std::uint8_t, 4> sequence_delimiter{0xFE, 0xFF, 0xDD, 0xE0};

// Of an item (or its delimiter) at that place; nullopt when there is none.
std::optional<std::uint32_t> length_of(ByteSource& source, std::uint64_t at,
                                       const std::array<std::uint8_t, 4>& tag) {
  const auto* p = source.at(at, header_bytes);
  if (!p || !std::equal(tag.begin(), tag.end(), p)) return std::nullopt;
  std::uint32_t length = 0;
  std::memcpy(&length, p + 4, sizeof length);
  return length;
}

}  // namespace

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
  const auto table = length_of(source, offset, item);
  if (!table) return {};
  const auto fragment = offset + header_bytes + *table;
  const auto length = length_of(source, fragment, item);
  if (!length) return {};
  const auto count = std::min<std::size_t>(*length, 16);
  const auto* p = source.at(fragment + header_bytes, count);
  if (!p) return {};
  return {p, count};
}

bool is_items(ByteSource& source, std::uint64_t offset, std::uint64_t length) {
  const auto end = offset + length;
  std::size_t items = 0;
  while (offset + header_bytes <= end) {
    const auto item_length = length_of(source, offset, item);
    if (!item_length) return items > 1 && length_of(source, offset, sequence_delimiter) == 0;
    offset += header_bytes + *item_length;
    ++items;
  }
  return items > 1 && offset == end;
}

}  // namespace dcmflow
