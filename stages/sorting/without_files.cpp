#include "stages/sorting/without_files.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <unordered_set>

#include "stages/base/printable.h"
#include "stages/base/vector3.h"
#include "stages/geometry/place_slices.h"

namespace dcmflow {
namespace {

// Their problems by the names of the files.
class UnreadableFiles {
 public:
  explicit UnreadableFiles(const std::vector<Problem>& problems) {
    for (const auto& problem : problems) by_name_.emplace(problem.subject, &problem);
  }

  bool has(const Frame& frame) const { return by_name_.contains(frame.instance->file->name); }

  // Each instance of the stack that they hold, once.
  std::vector<RefusedInstance> refuse(const Stack& stack) const {
    std::vector<RefusedInstance> refused;
    std::unordered_set<const Instance*> seen;
    for (const auto& frame : stack.frames) {
      const auto of = by_name_.find(frame.instance->file->name);
      if (of != by_name_.end() && seen.insert(frame.instance.get()).second)
        refused.push_back({frame.instance, of->second->reason, of->second->detail});
    }
    return refused;
  }

 private:
  std::map<std::string_view, const Problem*> by_name_;
};

// The slices that are left are placed again, and those of the files are missing.
void place_the_rest(const Stack& stack, Stack rest, const Tolerances& tolerances,
                    const ImageOptions& options, StackWithoutFiles& made) {
  if (!stack.grid.is_placed) {
    refuse_frames(
        rest.frames, Reason::missing_slices,
        "a slice of its image is missing: " + printable(made.refused.front().instance->file->name),
        made.refused);
    return;
  }
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
  if (const auto refusal = place_slices(rest, ordered, tolerances, options)) {
    refuse_frames(rest.frames, refusal->reason,
                  refusal->detail + "; " + std::to_string(made.refused.size()) +
                      " of its files cannot be decoded, the first: " +
                      printable(made.refused.front().instance->file->name),
                  made.refused);
    return;
  }
  rest.background = stack.background;
  rest.warn();
  if (!rest.missing.empty()) rest.verdict = Verdict::partial;
  made.stack = std::move(rest);
}

// Only whole volumes are written.
void keep_whole_volumes(const Stack& stack, const UnreadableFiles& files, Stack rest,
                        StackWithoutFiles& made) {
  rest.frames.clear();
  rest.volume_keys.clear();
  rest.volumes = 0;
  std::vector<Frame> incomplete;
  const auto slices = stack.frames.size() / stack.volumes;
  for (std::uint32_t v = 0; v < stack.volumes; ++v) {
    const auto volume = std::span(stack.frames).subspan(v * slices, slices);
    const auto is_unreadable = [&](const Frame& frame) { return files.has(frame); };
    const auto unreadable = std::ranges::count_if(volume, is_unreadable);
    if (unreadable == 0) {
      rest.frames.insert(rest.frames.end(), volume.begin(), volume.end());
      if (v < stack.volume_keys.size()) rest.volume_keys.push_back(stack.volume_keys[v]);
      ++rest.volumes;
      continue;
    }
    const auto name = v < stack.volume_keys.size() ? stack.volume_keys[v].value : "";
    rest.missing.push_back("volume " + name + ": " + std::to_string(unreadable) + " of " +
                           std::to_string(slices) + " slices cannot be decoded");
    std::ranges::remove_copy_if(volume, std::back_inserter(incomplete), is_unreadable);
  }
  refuse_frames(incomplete, Reason::incomplete_volume, "a slice of the volume cannot be decoded",
                made.refused);
  if (rest.volumes == 0) return;
  // What is done with the slices of a volume is the same for each.
  rest.recipes.resize(stack.recipes.size() / stack.volumes * rest.volumes);
  rest.verdict = Verdict::partial;
  made.stack = std::move(rest);
}

}  // namespace

StackWithoutFiles without_files(const Stack& stack, const std::vector<Problem>& unreadable,
                                const Tolerances& tolerances, const ImageOptions& options) {
  const UnreadableFiles files(unreadable);
  StackWithoutFiles made{.stack = {}, .refused = files.refuse(stack)};
  Stack rest = stack;
  std::erase_if(rest.frames, [&](const Frame& frame) { return files.has(frame); });
  if (rest.frames.empty()) return made;
  rest.flags.emplace_back("slice_unreadable");
  if (stack.volumes == 1)
    place_the_rest(stack, std::move(rest), tolerances, options, made);
  else
    keep_whole_volumes(stack, files, std::move(rest), made);
  if (!made.stack) return made;
  auto& flags = made.stack->flags;
  std::ranges::sort(flags);
  flags.erase(std::unique(flags.begin(), flags.end()), flags.end());
  return made;
}

}  // namespace dcmflow
