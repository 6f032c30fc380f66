#include "stages/base/inode_set.h"

#include <utility>

namespace dcmflow {
namespace {

// The slot of `number`, or the free one where it belongs. Inode numbers come in runs: the
// multiplication (2^64 / golden ratio) spreads them. REQUIRES: a free slot; the size is a power of
// two.
std::size_t slot_of(const std::vector<std::uint64_t>& slots, std::uint64_t number) {
  const std::size_t mask = slots.size() - 1;
  std::size_t slot = ((number * 0x9E3779B97F4A7C15U) >> 20) & mask;
  while (slots[slot] != 0 && slots[slot] != number) slot = (slot + 1) & mask;
  return slot;
}

}  // namespace

bool InodeSet::insert(dev_t device, ino_t inode) { return devices_[device].insert(inode); }

std::size_t InodeSet::bytes() const {
  std::size_t total = 0;
  for (const auto& [device, numbers] : devices_)
    total += numbers.slots.size() * sizeof(std::uint64_t);
  return total;
}

bool InodeSet::Numbers::insert(std::uint64_t number) {
  if (number == 0) return !std::exchange(has_zero, true);
  if ((used + 1) * 4 > slots.size() * 3) grow();
  std::uint64_t& slot = slots[slot_of(slots, number)];
  if (slot == number) return false;
  slot = number;
  ++used;
  return true;
}

void InodeSet::Numbers::grow() {
  std::vector<std::uint64_t> larger(slots.empty() ? 64 : slots.size() * 2);
  for (const std::uint64_t number : slots)
    if (number != 0) larger[slot_of(larger, number)] = number;
  slots = std::move(larger);
}

}  // namespace dcmflow
