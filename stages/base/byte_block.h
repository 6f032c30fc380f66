#pragma once
// Bytes that grow, in eight bytes of what holds them: for what there are a million of. Plain value,
// thread-safe to read; no Problems.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace dcmflow {

// Size and room stand before the bytes. REQUIRES: less than 4 GiB of them.
class ByteBlock {
 public:
  ByteBlock() = default;
  explicit ByteBlock(std::string_view bytes) { append(bytes); }
  ByteBlock(const ByteBlock& other) : ByteBlock(other.view()) {}
  ByteBlock(ByteBlock&&) noexcept = default;
  ByteBlock& operator=(const ByteBlock& other) { return *this = ByteBlock(other); }
  ByteBlock& operator=(ByteBlock&&) noexcept = default;
  ~ByteBlock() = default;

  std::string_view view() const {
    return block_ ? std::string_view(block_.get() + sizeof(Head), head().size) : std::string_view();
  }
  std::uint32_t room() const { return block_ ? head().room : 0; }
  bool operator==(const ByteBlock& other) const { return view() == other.view(); }

  // Of bytes that are not its own.
  void append(std::string_view bytes);
  void reserve(std::uint32_t bytes) {
    if (bytes > room()) move_to(bytes);
  }
  void shrink_to_fit() {
    if (view().size() < room()) move_to(static_cast<std::uint32_t>(view().size()));
  }

 private:
  struct Head {
    std::uint32_t size, room;
  };
  Head head() const {
    Head head;
    std::memcpy(&head, block_.get(), sizeof head);
    return head;
  }

  void move_to(std::uint32_t room);  // REQUIRES: room for all that there is

  std::unique_ptr<char[]> block_;
};

}  // namespace dcmflow
