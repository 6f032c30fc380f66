#include "stages/base/sha256.h"

#include <nettle/sha2.h>

#include <string_view>

namespace dcmflow {

struct Sha256::Context {
  sha256_ctx nettle;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { sha256_init(&context_->nettle); }

Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, std::size_t count) {
  sha256_update(&context_->nettle, count, static_cast<const std::uint8_t*>(bytes));
}

Sha256::Digest Sha256::finish() {
  Digest digest{};
  sha256_digest(&context_->nettle, digest.size(), digest.data());
  return digest;
}

std::string hex(const Sha256::Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : digest) text.append({digits[byte >> 4], digits[byte & 15]});
  return text;
}

}  // namespace dcmflow
