#include "stages/database/fingerprint.h"

#include "stages/base/sha256.h"

namespace dcmflow {

std::string fingerprint(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  Sha256 sha256;
  sha256.add(text.data(), text.size());
  std::string hex;
  for (const auto byte : sha256.finish()) hex.append({digits[byte >> 4], digits[byte & 15]});
  return hex;
}

}  // namespace dcmflow
