#include "stages/sorting/without_file.h"

#include <algorithm>
#include <span>

#include "stages/base/vector3.h"
#include "stages/geometry/place_slices.h"

namespace dcmflow {
namespace {

bool is_of(const Frame& frame, const std::string& file_name) {
  return frame.instance->file->name == file_name;
}

// Its slices are placed again, and the file's is missing.
std::optional<StackWithoutFile> without_slices(const Stack& stack, const std::string& file_name,
                                               const Tolerances& tolerances,
                                               const ImageOptions& options) {
  Stack rest = stack;
  std::erase_if(rest.frames, [&](const Frame& frame) { return is_of(frame, file_name); });
  if (rest.frames.empty() || rest.frames.size() == stack.frames.size()) return std::nullopt;
  rest.recipes.clear();
  rest.filled_slices.clear();
  const auto& [row, column, step] = stack.grid.direction;
  const Orientation orientation{row, column, cross(row, column)};
  std::vector<double> positions;
  for (const auto& frame : rest.frames)
    positions.push_back(dot(frame.position, orientation.normal));
  const OrderedFrames ordered{.frames = rest.frames,
                              .positions = positions,
                              .volumes = 1,
                              .orientation = orientation,
                              .single_spacing = stack.grid.spacing[2]};
  if (place_slices(rest, ordered, tolerances, options)) return std::nullopt;
  rest.background = stack.background;
  if (rest.verdict == Verdict::pass) rest.verdict = Verdict::warn;
  if (!rest.missing.empty()) rest.verdict = Verdict::partial;
  return StackWithoutFile{std::move(rest), {}};
}

// Only whole volumes are written.
std::optional<StackWithoutFile> without_volumes(const Stack& stack, const std::string& file_name) {
  StackWithoutFile rest{stack, {}};
  rest.stack.frames.clear();
  rest.stack.volume_keys.clear();
  rest.stack.volumes = 0;
  const auto slices = stack.frames.size() / stack.volumes;
  for (std::uint32_t v = 0; v < stack.volumes; ++v) {
    const auto volume = std::span(stack.frames).subspan(v * slices, slices);
    const auto unreadable =
        std::ranges::count_if(volume, [&](const Frame& frame) { return is_of(frame, file_name); });
    if (unreadable == 0) {
      rest.stack.frames.insert(rest.stack.frames.end(), volume.begin(), volume.end());
      if (v < stack.volume_keys.size()) rest.stack.volume_keys.push_back(stack.volume_keys[v]);
      ++rest.stack.volumes;
      continue;
    }
    const auto name = v < stack.volume_keys.size() ? stack.volume_keys[v].value : "";
    rest.stack.missing.push_back("volume " + name + ": " + std::to_string(unreadable) + " of " +
                                 std::to_string(slices) + " slices cannot be decoded");
    std::ranges::copy_if(volume, std::back_inserter(rest.incomplete),
                         [&](const Frame& frame) { return !is_of(frame, file_name); });
  }
  if (rest.stack.volumes == 0 || rest.stack.volumes == stack.volumes) return std::nullopt;
  // What is done with the slices of a volume is the same for each.
  rest.stack.recipes.resize(stack.recipes.size() / stack.volumes * rest.stack.volumes);
  rest.stack.verdict = Verdict::partial;
  return rest;
}

}  // namespace

std::optional<StackWithoutFile> without_file(const Stack& stack, const std::string& file_name,
                                             const Tolerances& tolerances,
                                             const ImageOptions& options) {
  if (!stack.grid.is_placed) return std::nullopt;
  auto rest = stack.volumes == 1 ? without_slices(stack, file_name, tolerances, options)
                                 : without_volumes(stack, file_name);
  if (!rest) return rest;
  auto& flags = rest->stack.flags;
  flags.emplace_back("slice_unreadable");
  std::ranges::sort(flags);
  flags.erase(std::unique(flags.begin(), flags.end()), flags.end());
  return rest;
}

}  // namespace dcmflow
