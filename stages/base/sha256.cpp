#include "stages/base/sha256.h"

#include <openssl/evp.h>

#include <new>
#include <string_view>

namespace dcmflow {

struct Sha256::Context {
  EVP_MD_CTX* const evp = EVP_MD_CTX_new();
  Context() {
    if (evp == nullptr) throw std::bad_alloc();
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, std::size_t count) {
  EVP_DigestUpdate(context_->evp, bytes, count);
}

Sha256::Digest Sha256::finish() {
  Digest digest{};
  EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  return digest;
}

std::string hex(const Sha256::Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : digest) text.append({digits[byte >> 4], digits[byte & 15]});
  return text;
}

}  // namespace dcmflow
