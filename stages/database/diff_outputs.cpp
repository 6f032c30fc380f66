#include "stages/database/diff_outputs.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "stages/base/filesystem.h"
#include "stages/base/printable.h"
#include "stages/catalog/compare_json.h"
#include "stages/database/compare_grids.h"
#include "stages/formats/compare_voxels.h"
#include "stages/formats/formats.h"
#include "stages/formats/read_image_header.h"
#include "stages/formats/voxel_stream.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_of_a_file = 1000;

// Names below the folder.
struct Contents {
  std::set<std::string> images;  // their main files
  std::set<std::string> others;
};

std::string stem_of(const std::string& image) {
  return image.substr(0, image.size() - format_of_file(image)->extension.size());
}

Result<std::set<std::string>> names_below(const std::string& folder) {
  std::set<std::string> names;
  FileError error;
  const fs::path root(folder);
  for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    const bool is_hidden = at->path().filename().native().starts_with('.');
    if (is_hidden) at.disable_recursion_pending();
    FileError unknown;
    if (!is_hidden && fs::is_regular_file(at->status(unknown)))
      names.insert(at->path().lexically_relative(root).string());
  }
  if (error) return Problem{Reason::bad_settings, printable(folder), error.message()};
  return names;
}

Result<Contents> contents_of(const std::string& folder) {
  auto names = names_below(folder);
  if (!names) return names.problem();
  Contents contents;
  for (const auto& name : *names)
    if (format_of_file(name)) contents.images.insert(name);
  if (contents.images.empty() && !names->contains("volumes.json"))
    return Problem{Reason::bad_settings, printable(folder),
                   "holds no results: neither volumes.json nor an image"};
  contents.others = std::move(*names);
  for (const auto& image : contents.images) {
    contents.others.erase(image);
    const auto& format = *format_of_file(image);
    if (format.header_place == HeaderPlace::own_file)
      contents.others.erase(stem_of(image) + std::string(format.voxel_extension));
  }
  return contents;
}

bool is_same_file(const std::string& a, const std::string& b) {
  // A pipe keeps nobody waiting.
  for (const auto& path : {a, b})
    if (FileError unknown; !fs::is_regular_file(path, unknown)) return false;
  constexpr std::size_t at_once = std::size_t{1} << 20;
  std::ifstream first(a, std::ios::binary), second(b, std::ios::binary);
  std::string of_first(at_once, '\0'), of_second(at_once, '\0');
  while (first && second) {
    first.read(of_first.data(), at_once);
    second.read(of_second.data(), at_once);
    const auto count = static_cast<std::size_t>(first.gcount());
    if (second.gcount() != first.gcount() ||
        !std::equal(of_first.begin(), of_first.begin() + first.gcount(), of_second.begin()))
      return false;
    if (count < at_once) return first.eof() && second.eof();
  }
  return false;  // one cannot be opened
}

std::string scale_words(const std::optional<Rescale>& scale) {
  return scale ? number_words(std::array{scale->slope, scale->intercept}) : "none";
}

class OutputComparer {
 public:
  OutputComparer(const std::string& first, const std::string& second, OutputDiff& answer)
      : first_(first + '/'), second_(second + '/'), answer_(answer) {}

  void compare_images(const std::set<std::string>& in_a, const std::set<std::string>& in_b);
  void compare_others(const std::set<std::string>& in_a, const std::set<std::string>& in_b);

 private:
  OutputDifference& differs(const std::string& file, std::string_view of, std::string first,
                            std::string second) {
    return answer_.differences.emplace_back(
        OutputDifference{file, std::string(of), std::move(first), std::move(second), {}, {}});
  }
  void is_in_one(const std::string& file, bool in_first) {
    differs(file, "file", in_first ? "is there" : "", in_first ? "" : "is there");
  }
  void compare_image(const std::string& a, const std::string& b);
  void compare_headers(const std::string& a, const HeldImage& first, const HeldImage& second);
  void compare_json(const std::string& file);

  const std::string first_, second_;
  OutputDiff& answer_;
};

void OutputComparer::compare_images(const std::set<std::string>& in_a,
                                    const std::set<std::string>& in_b) {
  std::set<std::string> taken;
  for (const auto& a : in_a) {
    auto b = in_b.find(a);
    // Else as another format, in which nothing of its own name is.
    if (b == in_b.end())
      b = std::ranges::find_if(in_b, [&](const auto& name) {
        return stem_of(name) == stem_of(a) && !in_a.contains(name) && !taken.contains(name);
      });
    if (b == in_b.end()) {
      is_in_one(a, true);
      continue;
    }
    taken.insert(*b);
    compare_image(a, *b);
  }
  for (const auto& b : in_b)
    if (!taken.contains(b)) is_in_one(b, false);
}

void OutputComparer::compare_image(const std::string& a, const std::string& b) {
  ++answer_.images;
  const auto &format_a = *format_of_file(a), &format_b = *format_of_file(b);
  const auto path_a = first_ + a, path_b = second_ + b;
  const bool is_other_format = a != b;
  if (is_other_format) differs(a, "format", std::string(format_a.name), std::string(format_b.name));
  const bool is_alike = !is_other_format && is_same_file(path_a, path_b);
  if (!can_read_header(format_a) || !can_read_header(format_b)) {
    if (!is_alike) differs(a, "bytes", "", "");
    return;
  }
  if (is_alike && format_a.header_place != HeaderPlace::own_file) return;
  const auto header_a = read_image_header(path_a, format_a);
  const auto header_b = read_image_header(path_b, format_b);
  if (!header_a || !header_b) {
    const auto words = [](const auto& header) { return header ? "" : header.problem().detail; };
    differs(a, "header", words(header_a), words(header_b));
    return;
  }
  const HeldImage first{path_a, format_a, *header_a}, second{path_b, format_b, *header_b};
  const auto voxels_a = voxel_path(path_a, format_a, *header_a);
  const auto voxels_b = voxel_path(path_b, format_b, *header_b);
  if (is_alike && voxels_a && voxels_b && is_same_file(*voxels_a, *voxels_b)) return;
  const auto before = answer_.differences.size();
  compare_headers(a, first, second);
  if (before == answer_.differences.size() && !is_other_format) ++answer_.rewritten;
}

void OutputComparer::compare_headers(const std::string& a, const HeldImage& first,
                                     const HeldImage& second) {
  const auto &one = first.header.image, &other = second.header.image;
  if (one.type != other.type)
    differs(a, "type", std::string(voxel_type_name(one.type)),
            std::string(voxel_type_name(other.type)));
  const auto scale_a = scale_words(one.scale), scale_b = scale_words(other.scale);
  if (scale_a != scale_b) differs(a, "scale", scale_a, scale_b);
  const double relative = first.format.name == second.format.name ? 0 : float_precision;
  for (auto& [of, words, other_words, largest] :
       compare_grids(one.grid, one.volumes, other.grid, other.volumes, relative)) {
    auto& told = differs(a, of, std::move(words), std::move(other_words));
    if (of != "place") told.largest = largest;
  }
  const bool is_colour = one.type == VoxelType::rgb24;
  if (one.grid.size != other.grid.size || one.volumes != other.volumes ||
      is_colour != (other.type == VoxelType::rgb24))
    return;
  const auto voxels = compare_voxels(first, second);
  if (!voxels) {
    differs(a, "voxels", voxels.problem().subject == first.path ? voxels.problem().detail : "",
            voxels.problem().subject == second.path ? voxels.problem().detail : "");
  } else if (voxels->different > 0) {
    auto& told = differs(a, "voxels", "", "");
    told.voxels = voxels->different;
    told.largest = voxels->largest;
  }
}

void OutputComparer::compare_others(const std::set<std::string>& in_a,
                                    const std::set<std::string>& in_b) {
  for (const auto& name : in_a) {
    if (!in_b.contains(name)) {
      is_in_one(name, true);
      continue;
    }
    ++answer_.files;
    if (is_same_file(first_ + name, second_ + name)) continue;
    if (name.ends_with(".json"))
      compare_json(name);
    else
      differs(name, "bytes", "", "");
  }
  for (const auto& name : in_b)
    if (!in_a.contains(name)) is_in_one(name, false);
}

void OutputComparer::compare_json(const std::string& file) {
  // The times of a run, its threads and its memory.
  const auto found = compare_json_files(first_ + file, second_ + file,
                                        file == "report.json" ? "run" : "", most_of_a_file);
  if (!found) {
    const auto& problem = found.problem();
    const bool is_first = problem.subject == first_ + file;
    differs(file, "content", is_first ? problem.detail : "", is_first ? "" : problem.detail);
    return;
  }
  for (const auto& [path, first, second] : found->differences) differs(file, path, first, second);
  if (found->count > found->differences.size())
    answer_.untold[file] = found->count - found->differences.size();
}

}  // namespace

Result<OutputDiff> diff_outputs(const std::string& first, const std::string& second) {
  auto in_a = contents_of(first);
  if (!in_a) return in_a.problem();
  auto in_b = contents_of(second);
  if (!in_b) return in_b.problem();
  OutputDiff answer{.first = first, .second = second};
  OutputComparer comparer(first, second, answer);
  comparer.compare_images(in_a->images, in_b->images);
  comparer.compare_others(in_a->others, in_b->others);
  return answer;
}

}  // namespace dcmflow
