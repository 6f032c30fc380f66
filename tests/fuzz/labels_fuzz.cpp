// Contour Data, a contour a line: what is taken of it lies in planes, each slice shows one or none,
// and a voxel is inside or not. What begins as a file is read as a structure set and segmentation.

#include <algorithm>
#include <cmath>
#include <string_view>

#include "stages/labels/contour_planes.h"
#include "stages/labels/oblique_planes.h"
#include "stages/labels/read_segmentation.h"
#include "stages/labels/structure_set.h"
#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

constexpr Grid grid{.size = {24, 16, 8},
                    .spacing = {1, 1.5, 2},
                    .origin = {-12, -12, -8},
                    .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
constexpr std::uint64_t most_bytes = 1 << 20;

void read_file(std::span<const std::uint8_t> bytes) {
  const MemoryFile file(bytes);
  const auto instance = decode(file.file());
  if (!instance) return;
  if (const auto found = read_structure_set(*instance, most_bytes)) {
    std::uint64_t taken = 0;
    for (const auto& structure : found->structures) {
      promise(structure.segment.number >= 1 && structure.segment.number <= 65535,
              "a number is a voxel value");
      for (const auto& contour : structure.contours) {
        promise(contour.size() >= 3, "a closed contour has three points");
        taken += contour.size() * sizeof(Vector3);
      }
    }
    promise(taken <= most_bytes, "contours take no more memory than they may");
  }
  if (const auto found = read_segmentation(*instance)) {
    promise(!found->segments.empty(), "a segmentation has a segment");
    for (const auto& segment : found->segments)
      promise(segment.number >= 1 && segment.number <= 65535, "a number is a voxel value");
  }
}

void paint(const ContourPlanes& planes) {
  std::vector<std::uint16_t> cells(std::size_t{grid.size[0]} * grid.size[1]);
  promise(planes.of_slice.size() == grid.size[2], "each slice has a plane or none");
  for (const auto plane : planes.of_slice) {
    promise(plane >= -1 && plane < static_cast<std::int32_t>(planes.planes.size()),
            "a plane is one of the planes");
    if (plane < 0) continue;
    fill_contours(planes.planes[static_cast<std::size_t>(plane)], grid.size[0], grid.size[1],
                  cells);
    promise(*std::ranges::max_element(cells) <= 1, "a voxel is inside or not");
  }
}

void paint_oblique(const ObliquePlanes& planes) {
  std::vector<std::uint16_t> cells(std::size_t{grid.size[0]} * grid.size[1]);
  for (std::uint32_t k = 0; k < grid.size[2]; ++k) {
    fill_oblique(planes, grid.size[0], k, cells);
    promise(*std::ranges::max_element(cells) <= 1, "a voxel is inside or not");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  constexpr std::size_t preamble = 128;
  if (size > preamble + 4 && std::equal(input + preamble, input + preamble + 4, "DICM")) {
    read_file({input, size});
    return 0;
  }
  std::string_view text(reinterpret_cast<const char*>(input), size);
  std::vector<std::vector<Vector3>> contours;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto parsed = parse_contour(text.substr(0, end), 0);
    for (const auto& point : parsed.points)
      for (const double coordinate : point)
        promise(std::abs(coordinate) <= most_coordinate_mm, "a point lies near a patient");
    if (parsed.damage.empty() && parsed.points.size() >= 3)
      contours.push_back(std::move(parsed.points));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (contours.empty()) return 0;
  if (const auto planes = find_contour_planes(contours, grid, {})) paint(*planes);
  if (const auto planes = find_oblique_planes(contours, grid, {})) paint_oblique(*planes);
  return 0;
}
