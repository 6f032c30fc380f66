#include "engine/make_images.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "stages/sorting/without_files.h"

namespace dcmflow {

MakeImages::MakeImages(Run& run, WorkerThreads& threads)
    : run_(run),
      threads_(threads),
      gate_(run.settings.memory_budget, 1),
      to_admit_(run.settings.threads) {}

void MakeImages::make_all() {
  std::uint64_t slices = 0;
  run_.parts.resize(run_.series.size());
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    SeriesWork& series = series_[run_.series[i].get()];
    series.index = i;
    const Lock lock(admission_);
    for (const auto& volume : run_.volumes[i]) {
      if (volume->is_taken()) {
        run_.series_log.image_done(run_.series[i].get());
        continue;
      }
      ++series.images_left;
      slices += volume->stack().written_slices();
      to_admit_.add(volume);
    }
  }
  const RunPhase phase(run_, "make_images", "slices", slices);
  // Ends: each round leaves files out, all that could not be read in the last.
  do threads_.run([&](Threads threads) { make_slabs(threads); }, [&] { return all_admitted(); });
  while (!run_.stop && plan_again());
}

// A slab ends within the task that wrote it, before the thread takes up another: else complete
// images wait, each with an open file, while there are slabs to begin.
void MakeImages::make_slabs(Threads threads) {
  // Two slabs a thread keep every thread busy; more would only wait in memory.
  gate_.allow(2 * threads_.count(threads) + 1);
  flow::graph graph;
  auto& assembling = run_.report.step("assemble_volume");
  auto& writing = run_.report.step("write_image");
  Step<SlabWork, SlabWork> assemble_volume(graph, assembling, threads_.count(threads),
                                           [&](const SlabWork& work) {
                                             auto assembled = assemble(work);
                                             assembling.bytes += bytes(*assembled);
                                             return assembled;
                                           });
  Step<SlabWork, SlabWork> write_image(graph, writing, run_.settings.threads,
                                       [&](const SlabWork& work) {
                                         writing.bytes += bytes(work);
                                         return write(work);
                                       });
  Step<std::size_t, std::size_t> render_series(graph, run_.report.step("render_series"),
                                               run_.settings.threads,
                                               [&](std::size_t i) { return render(i); });
  // One at a time: it is one file.
  Step<std::size_t, Done> write_catalogue(graph, run_.report.step("write_catalogue"), 1,
                                          [&](std::size_t i) -> Status {
                                            if (is_whole(i)) run_.catalogue.add(i);
                                            return Done{};
                                          });
  // lightweight: runs at once in the thread that puts the message (if it is noexcept).
  flow::function_node<SlabWork, flow::continue_msg, flow::lightweight> slab_ended(
      graph, flow::unlimited, [&](const SlabWork& work) noexcept {
        const auto ended = guarded([&]() -> Status {
          const auto whole = end_slab(work);
          admit_slabs(assemble_volume.in(), threads);
          if (whole) render_series.in().try_put(*whole);
          return Done{};
        });
        if (!ended) run_.report.problem(ended.problem());
        return flow::continue_msg();
      });

  flow::make_edge(assemble_volume.out(), write_image.in());
  flow::make_edge(write_image.out(), slab_ended);
  flow::make_edge(render_series.out(), write_catalogue.in());

  run_graph(graph, [&] {
    admit_slabs(assemble_volume.in(), threads);
    for (const auto& [series, work] : series_)
      if (work.images_left == 0 && !run_.parts[work.index]) render_series.in().try_put(work.index);
  });
}

// Those of one image in order: the slab that it waits for is always admitted before those that wait
// for it.
void MakeImages::admit_slabs(flow::receiver<SlabWork>& assemble_volume, Threads threads) {
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

// Voxels that a slab holds; none when its pass was given up.
std::uint64_t MakeImages::bytes(const SlabWork& work) {
  return work.slab ? work.slab->bytes.size() : 0;
}

Result<MakeImages::SlabWork> MakeImages::assemble(const SlabWork& work) {
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
  return assembled;
}

Result<MakeImages::SlabWork> MakeImages::write(const SlabWork& work) {
  run_.progress.add(work.range.slices, bytes(work));
  auto written = guarded([&]() -> Status {
    return work.volume->write(work.slab, std::exchange(*work.lease, nullptr));
  });
  if (!written) work.volume->fail(work.range, written.problem());
  return SlabWork{work.volume, work.range, nullptr, nullptr};
}

std::optional<std::size_t> MakeImages::end_slab(const SlabWork& work) {
  switch (work.volume->end_slab()) {
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

// What is not rendered here is when it is written: a signal is not to wait for it, and a series of
// which images are made again is not known yet.
Result<std::size_t> MakeImages::render(std::size_t i) {
  if (!run_.part_store || !is_whole(i)) return i;
  std::vector<const ImageFile*> images;
  for (const auto& volume : run_.volumes[i])
    if (volume->result()) images.push_back(&*volume->result());
  run_.parts[i] = render_series(*run_.series[i], images, run_.table, run_.settings.no_patient,
                                *run_.part_store);
  return i;
}

bool MakeImages::is_whole(std::size_t i) const {
  return run_.stop == 0 && std::ranges::all_of(run_.volumes[i], [](const VolumePtr& volume) {
           return volume->unreadable().empty();
         });
}

bool MakeImages::all_admitted() {
  const Lock lock(admission_);
  return !to_admit_.front();
}

// Images that failed for some of their files are made without them. False when there are none.
bool MakeImages::plan_again() {
  const Lock lock(admission_);
  bool planned = false;
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    for (auto& volume : run_.volumes[i]) {
      if (volume->unreadable().empty()) continue;
      auto rest = without_files(volume->stack(), volume->unreadable(), run_.settings.tolerances,
                                run_.settings.image_options);
      std::ranges::move(rest.refused, std::back_inserter(run_.sorted[i].refused));
      volume = rest.stack ? volume->with(std::make_shared<const Stack>(std::move(*rest.stack)))
                          : nullptr;
      if (!volume) continue;
      to_admit_.add(volume);
      ++series_.at(run_.series[i].get()).images_left;
      planned = true;
    }
    std::erase(run_.volumes[i], nullptr);
  }
  return planned;
}

}  // namespace dcmflow
