#include "stages/to_dicom/label_places.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace dcmflow {
namespace {

constexpr std::size_t most_listed = 20;

std::string list_words(const std::vector<std::uint16_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), most_listed); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(numbers[i]);
  if (numbers.size() > most_listed)
    text += " and " + std::to_string(numbers.size() - most_listed) + " more";
  return text;
}

}  // namespace

LabelPlaces find_labels(std::span<const std::uint16_t> voxels, std::size_t slice_voxels) {
  LabelPlaces places;
  std::vector<std::uint64_t> counts(std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1);
  std::vector<std::uint16_t> seen;
  for (std::uint32_t slice = 0; slice * slice_voxels < voxels.size(); ++slice) {
    seen.clear();
    for (const auto label : voxels.subspan(slice * slice_voxels, slice_voxels))
      if (label != 0 && counts[label]++ == 0) seen.push_back(label);
    for (const auto label : seen) {
      places[label].voxels += counts[label];
      places[label].slices.push_back(slice);
      counts[label] = 0;
    }
  }
  return places;
}

Status check_labels(const LabelPlaces& places, const SegmentMeta& meta) {
  const auto refuse = [](const std::string& what) {
    return Problem{Reason::labels_unusable, {}, what};
  };
  if (places.empty()) return refuse("every voxel is 0: there is no segment in it");
  std::vector<std::uint16_t> held, named, unnamed;
  for (const auto& [number, place] : places) held.push_back(number);
  for (const auto& segment : meta.segments) named.push_back(segment.number);
  std::ranges::set_difference(held, named, std::back_inserter(unnamed));
  if (unnamed.empty()) return Done{};
  return refuse("its voxels hold " + list_words(held) + ", META names " + list_words(named) +
                "; expected a name for " + list_words(unnamed));
}

}  // namespace dcmflow
