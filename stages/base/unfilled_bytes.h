#pragma once
// A vector of bytes that resize() does not fill: a frame that a header promises and no codestream
// gives takes no memory. A value; not thread-safe.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace dcmflow {

template <class Value>
struct UnfillingAllocator : std::allocator<Value> {
  template <class Other>
  void construct(Other* place) noexcept {
    ::new (static_cast<void*>(place)) Other;
  }
  template <class Other, class... Arguments>
  void construct(Other* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) Other(std::forward<Arguments>(arguments)...);
  }
};

using UnfilledBytes = std::vector<std::uint8_t, UnfillingAllocator<std::uint8_t>>;

}  // namespace dcmflow
