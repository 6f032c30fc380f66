#include "stages/labels/find_image.h"

#include <algorithm>
#include <tuple>

namespace dcmflow {
namespace {

const std::string& frame_of_reference(const Stack& stack) {
  return stack.frames.front().instance->shared->frame_of_reference_uid;
}

bool holds(const std::vector<std::string>& sorted, std::string_view uid) {
  return std::ranges::binary_search(sorted, uid, std::ranges::less{},
                                    [](const std::string& one) { return std::string_view(one); });
}

struct ByUid {
  std::string_view operator()(const std::pair<const Instance*, std::uint32_t>& row) const {
    return row.first->sop_instance_uid();
  }
};

}  // namespace

FindImage::FindImage(std::span<const KnownImage> images) : images_(images) {
  for (std::uint32_t i = 0; i < images.size(); ++i) {
    const Instance* last = nullptr;
    for (const auto& frame : images[i].stack->frames) {
      if (frame.instance.get() == last) continue;  // of a multi-frame object
      last = frame.instance.get();
      if (!last->sop_instance_uid().empty()) instances_.emplace_back(last, i);
    }
  }
  std::ranges::stable_sort(instances_, {}, ByUid{});
}

FoundImages FindImage::find(const LabelReferences& references) const {
  std::vector<std::size_t> hits(images_.size());
  for (const auto& uid : references.instances)
    for (auto at = std::ranges::lower_bound(instances_, std::string_view(uid), {}, ByUid{});
         at != instances_.end() && at->first->sop_instance_uid() == uid; ++at)
      ++hits[at->second];
  FoundImages found;
  struct Row {
    std::size_t hits;
    bool is_of_series, is_main;
    std::uint32_t image;
  };
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < images_.size(); ++i) {
    const Stack& stack = *images_[i].stack;
    if (!stack.grid.is_placed) continue;
    const auto& uid = frame_of_reference(stack);
    const bool is_of_series = holds(references.series, stack.series->series_instance_uid);
    const bool is_in_frame = !uid.empty() && holds(references.frames_of_reference, uid);
    if (hits[i] == 0 && !is_of_series && !is_in_frame) continue;
    if (!uid.empty() && !references.frames_of_reference.empty() && !is_in_frame) {
      if (found.other_frame_of_reference.empty()) found.other_frame_of_reference = uid;
      continue;
    }
    rows.push_back({hits[i], is_of_series, stack.is_main, i});
  }
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return std::tuple(b.hits, b.is_of_series, b.is_main, a.image) <
           std::tuple(a.hits, a.is_of_series, a.is_main, b.image);
  });
  for (const auto& row : rows) {
    found.images.push_back(&images_[row.image]);
    if (references.instances.empty() ? row.is_of_series : row.hits > 0) ++found.named;
  }
  return found;
}

std::vector<Frame> referenced_frames(const LabelReferences& references,
                                     std::span<const SeriesPtr> series) {
  std::vector<Frame> frames;
  for (const auto& one : series) {
    if (references.instances.empty() && !holds(references.series, one->series_instance_uid))
      continue;
    for (const auto& instance : one->instances) {
      if (holds_labels(*instance->shared)) continue;
      if (!references.instances.empty() &&
          !holds(references.instances, instance->sop_instance_uid()))
        continue;
      const auto& uid = instance->shared->frame_of_reference_uid;
      if (!uid.empty() && !references.frames_of_reference.empty() &&
          !holds(references.frames_of_reference, uid))
        continue;
      const auto count = instance->frames() ? instance->frames()->size() : std::size_t{1};
      for (std::uint32_t n = 0; n < count; ++n) frames.push_back(make_frame(instance, n));
    }
  }
  return frames;
}

}  // namespace dcmflow
