#include "stages/labels/contour_labels.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "stages/base/counted.h"
#include "stages/labels/contour_planes.h"
#include "stages/labels/fill_contours.h"
#include "stages/labels/oblique_planes.h"

namespace dcmflow {
namespace {

using Planes = std::variant<ContourPlanes, ObliquePlanes>;

class ContourPainter : public LabelPainter {
 public:
  explicit ContourPainter(const Grid& grid) : columns_(grid.size[0]), rows_(grid.size[1]) {}

  void add(Planes&& planes) { structures_.push_back(std::move(planes)); }

  bool is_blank(std::size_t segment, std::uint32_t slice) const override {
    if (const auto* oblique = std::get_if<ObliquePlanes>(&structures_[segment]))
      return slice < oblique->box[2][0] || slice >= oblique->box[2][1];
    return std::get<ContourPlanes>(structures_[segment]).of_slice[slice] < 0;
  }
  Result<std::uint64_t> paint(std::size_t segment, std::uint32_t slice, FrameBuffers&,
                              std::span<std::uint16_t> cells) const override {
    // What lies outside of the slice is told by leaves().
    if (const auto* oblique = std::get_if<ObliquePlanes>(&structures_[segment])) {
      fill_oblique(*oblique, columns_, slice, cells);
      return std::uint64_t{0};
    }
    const auto& planes = std::get<ContourPlanes>(structures_[segment]);
    const auto plane = planes.of_slice[slice];
    if (plane < 0)
      std::ranges::fill(cells, std::uint16_t{0});
    else
      fill_contours(planes.planes[static_cast<std::size_t>(plane)], columns_, rows_, cells);
    return std::uint64_t{0};
  }
  std::uint64_t memory() const override { return 0; }

 private:
  const std::uint32_t columns_, rows_;
  std::vector<Planes> structures_;
};

std::string words_of(const Segment& segment) {
  return "structure " + std::to_string(segment.roi_number.value_or(segment.number)) + ": ";
}

// Whether a contour comes beyond the outer edges of the voxels.
bool leaves(const ContourPlanes& planes, const Grid& grid) {
  const auto is_beyond = [&](const std::array<double, 2>& point) {
    return point[0] < -0.5 || point[0] > grid.size[0] - 0.5 || point[1] < -0.5 ||
           point[1] > grid.size[1] - 0.5;
  };
  return std::ranges::any_of(planes.planes, [&](const auto& polygons) {
    return std::ranges::any_of(
        polygons, [&](const Polygon& polygon) { return std::ranges::any_of(polygon, is_beyond); });
  });
}

// What is told of a structure, part by part.
class Words {
 public:
  void add(std::size_t count, std::string_view thing, std::string_view what) {
    if (count > 0) add(counted(count, thing).append(what));
  }
  void add(std::string_view what) { words_.append(words_.empty() ? "" : "; ").append(what); }
  const std::string& text() const { return words_; }

 private:
  std::string words_;
};

void tell_planes(const ContourPlanes& planes, Words& words) {
  words.add(planes.planes_between, "plane", " of contours between slices, shown by the nearest");
  words.add(planes.slices_filled, "slice",
            " between coarse planes of contours, filled from the nearest");
  words.add(planes.planes_left_out, "plane", " of contours denser than slices, left out");
  words.add(planes.slices_between, "slice", " between contours that have none, left empty");
}

// How a structure is not simply what its contours are.
void tell(const Structure& structure, const Planes& planes, const Grid& grid,
          std::vector<Problem>& problems) {
  const auto begin = words_of(structure.segment);
  const auto* upright = std::get_if<ContourPlanes>(&planes);
  Words words;
  if (upright)
    tell_planes(*upright, words);
  else
    words.add("contours oblique to the slices, of which each voxel shows the nearest plane");
  words.add(
      upright ? upright->repeated_contours : std::get<ObliquePlanes>(planes).repeated_contours,
      "contour", " drawn twice, taken once");
  words.add(structure.open_contours, "open contour", ", which enclose nothing");
  words.add(structure.points, "point", ", which enclose nothing");
  words.add(structure.empty_contours, "contour", " without a point");
  if (!words.text().empty())
    problems.push_back({Reason::contours_approximated, {}, begin + words.text()});
  if (upright && upright->planes_outside > 0)
    problems.push_back({Reason::labels_outside,
                        {},
                        begin + counted(upright->planes_outside, "plane") +
                            " of contours above or below all slices"});
  if (upright ? leaves(*upright, grid) : std::get<ObliquePlanes>(planes).leaves)
    problems.push_back({Reason::labels_outside, {}, begin + "contours reach beyond the slices"});
}

// Parallel to the slices, or to each other.
Result<Planes> find_planes(const Structure& structure, const Grid& grid,
                           const Tolerances& tolerances) {
  auto upright = find_contour_planes(structure.contours, grid, tolerances);
  if (upright) return Planes(std::move(*upright));
  auto oblique = find_oblique_planes(structure.contours, grid, tolerances);
  if (!oblique) return oblique.problem();
  return Planes(std::move(*oblique));
}

// What stands in the way of a structure before its contours are looked at.
std::optional<Problem> refuse(const Structure& structure, const std::string& frame_of_reference) {
  const auto& own = structure.frame_of_reference;
  const auto begin = words_of(structure.segment);
  if (!own.empty() && !frame_of_reference.empty() && own != frame_of_reference)
    return Problem{
        Reason::labels_without_image,
        {},
        begin + "its Frame of Reference is " + own + ", that of the image " + frame_of_reference};
  if (structure.damage)
    return Problem{Reason::contours_unusable, {}, begin + "a contour: " + *structure.damage};
  if (structure.contours.empty())
    return Problem{Reason::contours_unusable,
                   {},
                   begin + "no closed contour, " +
                       counted(structure.open_contours, "open contour") + " and " +
                       counted(structure.points, "point")};
  return std::nullopt;
}

}  // namespace

Status label_contours(StructureSet&& structures, const std::string& frame_of_reference,
                      const Tolerances& tolerances, LabelSet& labels) {
  auto& all = structures.structures;
  std::ranges::stable_sort(all, {}, [](const Structure& one) { return one.segment.number; });
  const auto painter = std::make_shared<ContourPainter>(labels.grid);
  std::vector<Problem> refused;
  for (auto& structure : all) {
    if (auto problem = refuse(structure, frame_of_reference)) {
      refused.push_back(std::move(*problem));
      continue;
    }
    auto planes = find_planes(structure, labels.grid, tolerances);
    if (!planes) {
      refused.push_back(
          {planes.problem().reason, {}, words_of(structure.segment) + planes.problem().detail});
      continue;
    }
    structure.contours = {};
    tell(structure, *planes, labels.grid, labels.problems);
    painter->add(std::move(*planes));
    labels.segments.push_back(std::move(structure.segment));
  }
  if (labels.segments.empty()) return refused.front();
  std::ranges::move(refused, std::back_inserter(labels.problems));
  labels.painter = painter;
  return Done{};
}

}  // namespace dcmflow
