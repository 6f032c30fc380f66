#include "stages/base/byte_block.h"

#include <algorithm>

namespace dcmflow {
namespace {

constexpr std::uint32_t least_room = 56;  // with the head a line of the cache

}  // namespace

void ByteBlock::append(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto held = static_cast<std::uint32_t>(view().size());
  const auto size = held + static_cast<std::uint32_t>(bytes.size());
  if (size > room()) move_to(std::max({size, 2 * room(), least_room}));
  char* const block = block_.get();
  const Head head{size, room()};
  std::memcpy(block, &head, sizeof head);
  std::memcpy(block + sizeof head + held, bytes.data(), bytes.size());
}

void ByteBlock::move_to(std::uint32_t room) {
  const auto bytes = view();
  auto block = std::make_unique_for_overwrite<char[]>(sizeof(Head) + room);
  const Head head{static_cast<std::uint32_t>(bytes.size()), room};
  std::memcpy(block.get(), &head, sizeof head);
  if (!bytes.empty()) std::memcpy(block.get() + sizeof head, bytes.data(), bytes.size());
  block_ = std::move(block);
}

}  // namespace dcmflow
