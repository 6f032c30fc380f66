#include "engine/paint_labels.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/step.h"
#include "stages/assemble_volume.h"
#include "stages/base/counted.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// Enough that threads seldom wait for the last of them; and files that are open at once.
constexpr std::size_t painted_a_thread = 8, slabs_of_wave = 4096, images_of_wave = 32;

}  // namespace

Status PaintLabels::open(const PlannedLabels& image) {
  const bool with_sha256 = run_.settings.sha256 == Sha256Of::all ||
                           (run_.settings.sha256 == Sha256Of::compressed && run_.format.gzip);
  auto writer =
      ImageWriter::create(run_.output.folder(), run_.format, image.stack, image.type, with_sha256);
  if (!writer) return writer.problem();
  open_.push_back({.writer = std::move(*writer),
                   .ranges = plan_slabs(*image.stack),
                   .given = 0,
                   .painted = std::vector<PaintedSegment>(image.segments.size())});
  return Done{};
}

Result<std::vector<PaintLabels::Work>> PaintLabels::next_wave(
    std::span<const PlannedLabels> images) {
  std::vector<Work> wave;
  std::uint64_t wave_bytes = 0;
  const auto most_painted = painted_a_thread * run_.settings.threads;
  std::size_t painted = 0;
  for (auto i = ended_; i < images.size() && i < ended_ + images_of_wave; ++i) {
    if (i == open_.size())
      if (auto opened = open(images[i]); !opened) return opened.problem();
    for (auto& next = open_[i]; next.given < next.ranges.size(); ++next.given) {
      if (wave.size() == slabs_of_wave) return wave;
      Work work{.image = i, .range = next.ranges[next.given]};
      work.is_blank = is_blank(labels_, images[i], work.range);
      const auto bytes = paint_memory(labels_, images[i], work.range, run_.format.gzip);
      if (bytes > run_.largest_work)
        return Problem{Reason::exceeds_memory,
                       {},
                       "a slice takes " + std::to_string(bytes) + " bytes, this process may take " +
                           std::to_string(run_.largest_work)};
      if (!work.is_blank) {
        const bool fits =
            painted < most_painted && bytes <= budget_ - std::min(budget_, wave_bytes);
        if (painted > 0 && !fits) return wave;
        wave_bytes += bytes;
        ++painted;
        work.painted.resize(images[i].segments.size());
      }
      wave.push_back(std::move(work));
    }
  }
  return wave;
}

Status PaintLabels::work(const PlannedLabels& image, Work& work) {
  if (run_.stop) return Problem{Reason::interrupted, {}, "stopped by a signal"};
  auto& writer = *open_[work.image].writer;
  if (work.is_blank) return writer.write_blank(work.range);
  thread_local PaintBuffers buffers;
  auto slab = paint_slab(labels_, image, work.range, buffers, work.painted);
  buffers.frames.release();
  if (!slab) return slab.problem();
  return writer.write(std::move(*slab), nullptr);
}

Status PaintLabels::end(const PlannedLabels& image, Open& open, LabelFile& file) {
  const auto& series = *labels_.series;
  std::uint64_t overlaps = 0, outside = 0;
  std::string first;
  for (std::size_t s = 0; s < image.segments.size(); ++s) {
    overlaps += open.painted[s].overlaps;
    outside += open.painted[s].outside;
    if (open.painted[s].overlaps > 0 && first.empty())
      first = std::to_string(labels_.segments[image.segments[s]].number);
  }
  if (overlaps > 0)
    return Problem{Reason::labels_not_merged,
                   {},
                   "segments share " + counted(overlaps, "voxel") + ", segment " + first +
                       " is the first that has voxels of one before it; --label-style each or 4d "
                       "keeps them all"};
  auto written = open.writer->finish();
  if (!written) return written.problem();
  open.writer = nullptr;
  if (outside > 0)
    file.problems.push_back({Reason::labels_outside, series.series_instance_uid,
                             printable(file.instance->file->name) + ": " +
                                 counted(outside, "pixel") + " beyond the slices in " +
                                 written->name});
  LabelImage made{.file = std::move(*written),
                  .kind = labels_.kind,
                  .style = run_.settings.label_style,
                  .lies_on = labels_.lies_on,
                  .image = labels_.image,
                  .segments = {}};
  for (std::size_t s = 0; s < image.segments.size(); ++s) {
    const Segment& segment = labels_.segments[image.segments[s]];
    if (segment.roi_number && open.painted[s].voxels == 0)
      file.problems.push_back({Reason::contours_approximated, series.series_instance_uid,
                               printable(file.instance->file->name) + ": structure " +
                                   std::to_string(*segment.roi_number) +
                                   ": no voxel has its centre within its contours"});
    made.segments.push_back(
        {segment, open.painted[s].voxels, volume_mm3(labels_, open.painted[s])});
  }
  file.images.push_back(std::move(made));
  return Done{};
}

Status PaintLabels::paint(std::span<const PlannedLabels> images, LabelFile& file) {
  while (ended_ < images.size()) {
    auto wave = next_wave(images);
    if (!wave) return wave.problem();
    threads_.on(Threads::cpu, [&] {
      oneapi::tbb::parallel_for(std::size_t{0}, wave->size(), [&](std::size_t n) {
        auto& one = (*wave)[n];
        one.done = guarded([&] { return work(images[one.image], one); });
      });
    });
    for (auto& one : *wave) {
      if (!one.done) return one.done;
      for (std::size_t s = 0; s < one.painted.size(); ++s) {
        auto& sum = open_[one.image].painted[s];
        sum.voxels += one.painted[s].voxels;
        sum.sum += one.painted[s].sum;
        sum.outside += one.painted[s].outside;
        sum.overlaps += one.painted[s].overlaps;
      }
    }
    for (; ended_ < open_.size() && open_[ended_].given == open_[ended_].ranges.size(); ++ended_)
      if (auto done = end(images[ended_], open_[ended_], file); !done) return done;
  }
  return Done{};
}

}  // namespace dcmflow
