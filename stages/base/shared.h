#pragma once
// Objects that several hold, by pointers of eight bytes: for what there are a million of.
// Thread-safe as std::shared_ptr is: pointers to one object may be copied and dropped by any
// threads. No Problems.

#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <utility>

namespace dcmflow {

// Base of what is shared; a copy of it is held by nobody yet. What has it stays an aggregate, which
// over Boost's own counter nothing is. REQUIRES: below 2^32 pointers to one object.
template <class Object>
class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) noexcept {}
  Shared& operator=(const Shared&) noexcept { return *this; }

  // As Boost's intrusive_ptr calls them.
  friend void intrusive_ptr_add_ref(const Shared* object) {
    object->holders_.fetch_add(1, std::memory_order_relaxed);
  }
  friend void intrusive_ptr_release(const Shared* object) {
    if (object->holders_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete static_cast<const Object*>(object);
  }

 private:
  mutable std::atomic<std::uint32_t> holders_{0};
};

template <class Object>
using SharedPtr = boost::intrusive_ptr<Object>;

// The object, on the heap.
template <class Object>
SharedPtr<Object> share(Object object = {}) {
  return SharedPtr<Object>(new Object(std::move(object)));
}

}  // namespace dcmflow
