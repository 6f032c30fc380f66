#include "stages/base/nearest_name.h"

#include <algorithm>
#include <vector>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

// Longer names are never keywords; the bound keeps the table of distances small.
constexpr std::size_t longest_name = 128;

std::size_t tolerated(std::string_view name) { return std::max<std::size_t>(1, name.size() / 3); }

}  // namespace

// Optimal string alignment over three rows of the table.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, previous);
    std::swap(previous, current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] =
          std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
  }
  return current[b.size()];
}

void NearestName::offer(std::string_view name) {
  if (wanted_.size() > longest_name || name.size() > longest_name) return;
  const std::size_t longer = std::max(name.size(), wanted_.size());
  if (longer - std::min(name.size(), wanted_.size()) > std::min(distance_, tolerated(wanted_)))
    return;
  const std::size_t distance = edit_distance(wanted_, name);
  if (distance > distance_ || (distance == distance_ && name >= best_)) return;
  distance_ = distance;
  best_ = name;
}

std::optional<std::string> NearestName::best() const {
  if (best_.empty() || distance_ > tolerated(wanted_)) return std::nullopt;
  return best_;
}

std::string what_is_known(std::string_view wanted, std::span<const std::string_view> names) {
  NearestName nearest(wanted);
  std::string all;
  for (const std::string_view name : names) {
    nearest.offer(name);
    all.append(all.empty() ? "" : " ").append(name);
  }
  const auto best = nearest.best();
  return best ? "did you mean \"" + *best + "\"?" : "expected one of " + all;
}

}  // namespace dcmflow
