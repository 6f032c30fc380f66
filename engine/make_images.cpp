#include "engine/make_images.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/attempt_notes.h"
#include "engine/choose_images.h"
#include "engine/take_made.h"
#include "stages/sorting/without_files.h"

namespace dcmflow {
namespace {

// Of the voxels that a slab holds.
std::uint64_t slab_bytes(const SlabWork& work) { return work.slab ? work.slab->bytes.size() : 0; }

// What need not be made: an earlier run, a shard, or an earlier attempt of this shard did it.
bool take(Run& run, VolumeJob& image) {
  if (image.is_taken() || take_made(run, image)) return true;
  if (!take_left(run, image)) return false;
  run.series_log.image_done(image.stack().series.get());
  return true;
}

}  // namespace

MakeImages::MakeImages(Run& run, WorkerThreads& threads)
    : run_(run),
      threads_(threads),
      assembling_(run.report.step("assemble_volume")),
      writing_(run.report.step("write_image")),
      gate_(run.settings.memory_budget, 1),
      to_admit_(run.settings.threads) {
  if (run.settings.report) picture_side_ = picture_side(run.planned_images());
  run.parts.resize(run.series.size());
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    SeriesWork& series = series_[run.series[i].get()];
    series.index = i;
    const Lock lock(admission_);
    for (const auto& volume : run.volumes[i]) {
      if (take(run, *volume)) continue;
      ++series.images_left;
      volume->take_pictures(picture_side_);
      slices_ += volume->stack().written_slices();
      to_admit_.add(volume);
    }
  }
}

// Two slabs a thread keep every thread busy; more would only wait in memory.
std::vector<std::size_t> MakeImages::begin(Threads threads) {
  gate_.allow(2 * threads_.count(threads) + 1);
  std::vector<std::size_t> whole;
  for (const auto& [series, work] : series_)
    if (work.images_left == 0 && !run_.parts[work.index] && run_.label_files[work.index].empty())
      whole.push_back(work.index);
  return whole;
}

void MakeImages::admit(flow::receiver<SlabWork>& assemble_volume, Threads threads) {
  const Lock lock(admission_);
  while (const auto next = threads_.give_way(threads) ? std::nullopt : to_admit_.front()) {
    // What is too large for this process is let in only to be refused.
    const auto bytes = next->volume->memory(next->range);
    auto lease = gate_.admit(bytes > run_.largest_work ? 0 : bytes);
    if (!lease) return;
    to_admit_.pop();
    assemble_volume.try_put({next->volume, next->range,
                             std::make_shared<MemoryGate::Lease>(std::move(lease)), nullptr});
  }
}

Result<SlabWork> MakeImages::assemble(const SlabWork& work) {
  auto assembled = work;
  if (run_.stop) {
    work.volume->fail(work.range, {Reason::interrupted, {}, "stopped by a signal"});
    return assembled;
  }
  if (const auto bytes = work.volume->memory(work.range); bytes > run_.largest_work) {
    work.volume->fail(work.range,
                      {Reason::exceeds_memory,
                       {},
                       "a slice takes " + std::to_string(bytes) + " bytes, this process may take " +
                           std::to_string(run_.largest_work)});
    return assembled;
  }
  const StorageWatch::Read read(threads_.storage());
  auto slab = guarded([&] { return work.volume->assemble(work.range); });
  if (slab)
    assembled.slab = std::move(*slab);
  else
    work.volume->fail(work.range, slab.problem());
  assembling_.bytes += slab_bytes(assembled);
  return assembled;
}

Result<SlabWork> MakeImages::write(const SlabWork& work) {
  writing_.bytes += slab_bytes(work);
  run_.progress.add(work.range.slices, slab_bytes(work));
  auto written = guarded([&]() -> Status {
    return work.volume->write(work.slab, std::exchange(*work.lease, nullptr));
  });
  if (!written) work.volume->fail(work.range, written.problem());
  const auto pass = work.volume->end_slab();
  if (run_.notes != nullptr && pass == VolumeJob::Pass::finished && work.volume->result())
    run_.notes->add(*work.volume);
  return SlabWork{work.volume, work.range, nullptr, nullptr, pass};
}

std::optional<std::size_t> MakeImages::end_slab(const SlabWork& work) {
  switch (work.pass) {
    case VolumeJob::Pass::running:
      return std::nullopt;
    case VolumeJob::Pass::again: {
      const Lock lock(admission_);
      to_admit_.add_again(work.volume);
      return std::nullopt;
    }
    case VolumeJob::Pass::finished:
      break;
  }
  const Series* key = work.volume->stack().series.get();
  if (work.volume->result()) run_.series_log.image_done(key);
  SeriesWork& series = series_.at(key);
  return --series.images_left == 0 ? std::optional(series.index) : std::nullopt;
}

// What is not rendered here is when it is written or put away: a signal is not to wait for it, a
// series of which images are made again is not known yet, and a merge has the memory of a few
// studies.
Result<RenderedSeries> MakeImages::render(std::size_t i) {
  if (run_.done || !is_whole(i)) return RenderedSeries{i, nullptr};
  if (run_.part_store) {
    std::vector<const ImageFile*> images;
    for (const auto& volume : run_.volumes[i])
      if (volume->result()) images.push_back(&*volume->result());
    run_.parts[i] = render_series(*run_.series[i], images, run_.table, run_.settings.no_patient,
                                  *run_.part_store);
  }
  return RenderedSeries{i, run_.catalogue.render(i)};
}

Status MakeImages::write_catalogue(const RenderedSeries& rendered) {
  if (is_whole(rendered.index)) run_.catalogue.add(rendered.index, rendered.rows);
  return Done{};
}

// One with labels, never here: these come later.
bool MakeImages::is_whole(std::size_t i) const {
  return run_.stop == 0 && run_.label_files[i].empty() &&
         std::ranges::all_of(run_.volumes[i],
                             [](const VolumePtr& volume) { return volume->unreadable().empty(); });
}

bool MakeImages::all_admitted() {
  const Lock lock(admission_);
  return !to_admit_.front();
}

bool MakeImages::plan_again() {
  bool planned = false;
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    const Lock lock(admission_);
    bool has_changed = false;
    for (auto& volume : run_.volumes[i]) {
      has_changed |= volume->result() && volume->result()->stack.get() != &volume->stack();
      if (volume->unreadable().empty()) continue;
      has_changed = true;
      if (run_.keeps_tries) run_.given_up.push_back(volume);
      auto rest = without_files(volume->stack(), volume->unreadable(), run_.settings.tolerances,
                                run_.settings.image_options);
      std::ranges::move(rest.refused, std::back_inserter(run_.sorted[i].refused));
      volume = rest.stack ? volume->with(std::make_shared<const Stack>(std::move(*rest.stack)))
                          : nullptr;
      if (!volume) continue;
      planned = true;
      if (take(run_, *volume)) continue;
      to_admit_.add(volume);
      ++series_.at(run_.series[i].get()).images_left;
    }
    std::erase(run_.volumes[i], nullptr);
    if (has_changed) test_again(run_, i);
  }
  return planned || choose_again();
}

// REQUIRES: all images that were chosen before have results.
bool MakeImages::choose_again() {
  if (run_.settings.images == ImagesToWrite::all) return false;
  const auto chosen = choose_images(run_);
  const Lock lock(admission_);
  for (const VolumePtr& volume : chosen) {
    const Series* key = volume->stack().series.get();
    SeriesWork& series = series_.at(key);
    run_.parts[series.index].reset();  // it was rendered without this image
    run_.series_log.wait_for(key);
    if (volume->is_taken() || take_made(run_, *volume)) {
      run_.series_log.image_done(key);
      continue;
    }
    ++series.images_left;
    volume->take_pictures(picture_side_);
    to_admit_.add(volume);
  }
  return !chosen.empty();
}

}  // namespace dcmflow
