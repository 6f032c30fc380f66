#include "stages/to_dicom/choose_image.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <vector>

#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {
namespace {

std::string size_words(const Grid& grid) {
  return std::to_string(grid.size[0]) + " x " + std::to_string(grid.size[1]) + " x " +
         std::to_string(grid.size[2]);
}

std::string distance_words(double distance) {
  std::array<char, 32> text;
  constexpr int digits = 3;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), distance,
                                     std::chars_format::general, digits)
                           .ptr};
}

// Of those that do not fit, the one that comes nearest.
struct Nearest {
  const VolumeClaim* image = nullptr;
  double distance_mm = 0;

  void offer(const VolumeClaim& claim, const GridMatch& match) {
    if (!match.has_size || (image != nullptr && !(match.distance_mm < distance_mm))) return;
    image = &claim;
    distance_mm = match.distance_mm;
  }
};

// The sizes that there are, each once.
std::string sizes_words(std::span<const VolumeClaim> images) {
  constexpr std::size_t most = 5;
  std::set<std::string> sizes;
  for (const auto& image : images) sizes.insert(size_words(image.grid));
  std::string text;
  std::size_t told = 0;
  for (const auto& size : sizes) {
    if (told == most) return text + " and others";
    text += (told++ == 0 ? "" : ", ") + size;
  }
  return text;
}

Problem no_such_grid(std::span<const VolumeClaim> images, const Grid& labels,
                     const Nearest& nearest) {
  std::string what =
      "its grid is that of no image of the run: it has " + size_words(labels) + " voxels, ";
  if (nearest.image == nullptr)
    what += images.empty() ? "and the run has no image" : "the images have " + sizes_words(images);
  else
    what += "and the nearest image of this size, of series " + nearest.image->series + ", lies " +
            distance_words(nearest.distance_mm) + " mm off";
  return {Reason::labels_unusable, {}, what};
}

Problem several_fit(const std::vector<LabelledImage>& fitting) {
  std::set<std::string> series;
  for (const auto& fit : fitting) series.insert(fit.image->series);
  std::string what = counted(fitting.size(), "image") + " of the run have this grid, of series ";
  for (const auto& uid : series) what += (uid == *series.begin() ? "" : ", ") + uid;
  return {Reason::bad_settings, "--image",
          what + "; --image FILE says which, by its name in volumes.json"};
}

bool is_called(const VolumeClaim& claim, const std::string& name, std::string_view folder = {}) {
  return name == claim.file || (!folder.empty() && name == std::string(folder) + '/' + claim.file);
}

// What of the run the labels may be of, found image by image.
class Choice {
 public:
  Choice(const Grid& labels, const std::optional<std::string>& asked)
      : labels_(labels), asked_(asked) {}

  void look_at(const VolumeClaim& image) {
    if (!is_wanted(image, asked_ && is_called(image, *asked_))) return;
    const auto match = match_grid(image.grid, labels_);
    if (match.map)
      add({&image, *match.map, false});
    else
      nearest_.offer(image, match);
  }
  void look_at_prepared(const VolumeClaim& image, const VolumeClaim& source) {
    const bool is_asked =
        asked_ && (is_called(image, *asked_, prepared_folder) || is_called(source, *asked_));
    if (!is_wanted(source, is_asked) || !image.grid.is_placed) return;
    const auto match = match_grid(image.grid, labels_);
    const auto map = match.map ? map_lattice(source.grid, labels_) : std::nullopt;
    if (map)
      add({&source, *map, true});
    else
      nearest_.offer(image, match);
  }
  Result<LabelledImage> conclude(std::span<const VolumeClaim> images) const {
    if (asked_ && !is_known_)
      return Problem{Reason::bad_settings, "--image",
                     "volumes.json lists no image " + printable(*asked_)};
    if (fitting_.size() > 1) return several_fit(fitting_);
    if (fitting_.empty()) return no_such_grid(images, labels_, nearest_);
    return fitting_.front();
  }

 private:
  bool is_wanted(const VolumeClaim& image, bool is_asked) {
    is_known_ = is_known_ || is_asked;
    return image.grid.is_placed && (asked_ ? is_asked : !image.is_label);
  }
  void add(const LabelledImage& fit) {
    if (std::ranges::find(fitting_, fit.image, &LabelledImage::image) == fitting_.end())
      fitting_.push_back(fit);
  }

  const Grid& labels_;
  const std::optional<std::string>& asked_;
  std::vector<LabelledImage> fitting_;
  Nearest nearest_;
  bool is_known_ = false;
};

}  // namespace

Result<LabelledImage> choose_image(std::span<const VolumeClaim> images,
                                   std::span<const VolumeClaim> prepared, const Grid& labels,
                                   const std::optional<std::string>& asked) {
  Choice choice(labels, asked);
  for (const auto& image : images) choice.look_at(image);
  for (const auto& one : prepared)
    for (const auto& file : one.sources)
      if (const auto source = std::ranges::find(images, file, &VolumeClaim::file);
          source != images.end())
        choice.look_at_prepared(one, *source);
  return choice.conclude(images);
}

}  // namespace dcmflow
