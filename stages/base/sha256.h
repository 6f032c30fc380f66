#pragma once
// SHA-256 of bytes that come in pieces. SHA-256 as in FIPS 180-4.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dcmflow {

// Not thread-safe. Throws std::bad_alloc.
class Sha256 {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(const void* bytes, std::size_t count);
  // Of all that was added. REQUIRES: asked once.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// In lower case.
std::string hex(const Sha256::Digest& digest);

}  // namespace dcmflow
