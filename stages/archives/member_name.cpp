#include "stages/archives/member_name.h"

#include <algorithm>

namespace dcmflow {

std::optional<std::string> plain_member_name(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    const auto part = name.substr(0, name.find('/'));
    name.remove_prefix(std::min(name.size(), part.size() + 1));
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    if (!plain.empty()) plain += '/';
    plain += part;
  }
  if (plain.empty()) return std::nullopt;
  return plain;
}

}  // namespace dcmflow
