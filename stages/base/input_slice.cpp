#include "stages/base/input_slice.h"

#include <algorithm>
#include <utility>

#include "stages/base/stable_hash.h"

namespace dcmflow {

bool InputSlice::has(std::string_view name) const {
  const auto hash = stable_hash(name);
  return (hash ^ hash >> 32) % parts == part;
}

Problem same_file_problem(std::string name) {
  return {Reason::same_file, std::move(name),
          "a second path (hard or symbolic link) to a file that an earlier path gave"};
}

std::string walk_key(std::string_view name) {
  std::string key(name);
  std::ranges::replace(key, '/', '\0');
  return key;
}

}  // namespace dcmflow
