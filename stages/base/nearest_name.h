#pragma once
// "Did you mean": the known name that is most like a misspelt one. No Problems; a NearestName is
// for one thread, the rest is pure.

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dcmflow {

// Edits (insert, delete, replace, swap of neighbours) that turn one name into the other, ignoring
// ASCII case.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Keeps the best of the names that it is offered; of equally near ones, the first in the alphabet.
class NearestName {
 public:
  // REQUIRES: `wanted` outlives this.
  explicit NearestName(std::string_view wanted) : wanted_(wanted) {}

  void offer(std::string_view name);

  // nullopt when nothing offered is near enough to be meant: more than a third of the letters
  // differ.
  std::optional<std::string> best() const;

 private:
  std::string_view wanted_;
  std::string best_;
  std::size_t distance_ = std::numeric_limits<std::size_t>::max();
};

// For a message: 'did you mean "Modality"?', or 'expected one of' and all the names when none is
// near enough.
std::string what_is_known(std::string_view wanted, std::span<const std::string_view> names);

}  // namespace dcmflow
