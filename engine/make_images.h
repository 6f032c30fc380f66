#pragma once
// The work of assemble_volume, write_image, render_series and write_catalogue, and the loop around
// them: slabs are admitted while their memory fits the budget, and each that ends makes room for
// the next.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "engine/memory_gate.h"
#include "engine/run.h"
#include "engine/slab_queue.h"
#include "engine/step.h"
#include "engine/worker_threads.h"
#include "stages/base/mutex.h"

namespace dcmflow {

// A slab on its way: booked, then assembled, then written. The copies of a message share one lease,
// and write() takes it out of all of them: a copy that a node still holds must not keep the memory
// booked when the slab's end looks for more work, since nobody would look again.
struct SlabWork {
  VolumePtr volume;
  SlabRange range;
  std::shared_ptr<MemoryGate::Lease> lease;
  std::shared_ptr<Slab> slab;                       // null when its pass was given up
  VolumeJob::Pass pass = VolumeJob::Pass::running;  // of its image, once the slab is written
};

// A series that is rendered, on its way into the catalogue.
struct RenderedSeries {
  std::size_t index = 0;  // in the vectors of Run
  WriteCatalogue::RenderedPtr rows;
};

// Makes the images of run.volumes, and adds to them: each has a result afterwards. A signal ends it
// early. What goes wrong is kept in the image, so no step has a Problem. Thread-safe, but for
// begin() and plan_again().
class MakeImages {
 public:
  MakeImages(Run& run, WorkerThreads& threads);

  // Of all images that are to be made at first.
  std::uint64_t slices() const { return slices_; }

  // Before a graph on these threads. The series that wait for no image and are not rendered yet.
  std::vector<std::size_t> begin(Threads threads);
  // Puts slabs into `assemble_volume` as long as there is memory. Those of one image in order: the
  // slab that it waits for is always admitted before those that wait for it.
  void admit(flow::receiver<SlabWork>& assemble_volume, Threads threads);
  bool all_admitted();

  Result<SlabWork> assemble(const SlabWork& work);
  // The last slab of an image ends it too: as a part of the step that wrote it, since end_slab is
  // run while its predecessor is locked.
  Result<SlabWork> write(const SlabWork& work);
  // The series that has all its images now, if one has.
  std::optional<std::size_t> end_slab(const SlabWork& work);
  Result<RenderedSeries> render(std::size_t series);
  // For one thread at a time: it is one file.
  Status write_catalogue(const RenderedSeries& rendered);

  // Images that failed for some of their files are to be made without them; what rules can ask of
  // an image that has changed so is asked again, and under --images selected others are chosen for
  // those that fail. False when there is nothing to make.
  bool plan_again();

 private:
  bool choose_again();
  // None of its images is to be made again, and nothing was stopped.
  bool is_whole(std::size_t series) const;

  Run& run_;
  WorkerThreads& threads_;
  StepCounters& assembling_;
  StepCounters& writing_;
  MemoryGate gate_;
  std::uint64_t slices_ = 0;
  std::uint32_t picture_side_ = 0;  // 0: no pictures are taken
  Mutex admission_;
  SlabQueue to_admit_ GUARDED_BY(admission_);

  struct SeriesWork {
    std::size_t index = 0;
    std::atomic<std::size_t> images_left = 0;
  };
  std::map<const Series*, SeriesWork> series_;
};

}  // namespace dcmflow
