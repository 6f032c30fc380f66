#include "stages/base/name_digest.h"

#include "stages/base/sha256.h"

namespace dcmflow {

std::string name_digest(std::string_view path) {
  constexpr std::size_t digits = 32;
  Sha256 sum;
  sum.add(path.data(), path.size());
  return hex(sum.finish()).substr(0, digits);
}

}  // namespace dcmflow
