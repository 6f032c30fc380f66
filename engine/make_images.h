#pragma once
// The part of the graph that makes images: assemble_volume → write_image, slab by slab; and, when a
// series has all its images, render_series → write_catalogue.

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>

#include "engine/memory_gate.h"
#include "engine/run.h"
#include "engine/slab_queue.h"
#include "engine/step.h"
#include "engine/worker_threads.h"
#include "stages/base/mutex.h"

namespace dcmflow {

// Slabs are put into the graph while their memory fits the budget, and each that ends makes room
// for the next. Images of which files turn out to be unreadable are made again without these; under
// --images selected others are chosen for those that fail.
class MakeImages {
 public:
  MakeImages(Run& run, WorkerThreads& threads);

  // Makes the images of run.volumes, and adds to them: each has a result afterwards. A signal ends
  // it early.
  void make_all();

 private:
  // A slab on its way: booked, then assembled, then written. The copies of a message share one
  // lease, and write() takes it out of all of them: a copy that a node still holds must not keep
  // the memory booked when the slab's end looks for more work, since nobody would look again.
  struct SlabWork {
    VolumePtr volume;
    SlabRange range;
    std::shared_ptr<MemoryGate::Lease> lease;
    std::shared_ptr<Slab> slab;
  };
  static std::uint64_t bytes(const SlabWork& work);

  void make_slabs(Threads threads);
  void admit_slabs(flow::receiver<SlabWork>& assemble_volume, Threads threads);
  Result<SlabWork> assemble(const SlabWork& work);
  Result<SlabWork> write(const SlabWork& work);
  // The series that has all its images now, if one has.
  std::optional<std::size_t> end_slab(const SlabWork& work);
  bool all_admitted();
  bool plan_again();
  Result<std::size_t> render(std::size_t series);
  bool choose_again();
  // None of its images is to be made again, and nothing was stopped.
  bool is_whole(std::size_t series) const;

  Run& run_;
  WorkerThreads& threads_;
  MemoryGate gate_;
  Mutex admission_;
  SlabQueue to_admit_ GUARDED_BY(admission_);

  struct SeriesWork {
    std::size_t index = 0;
    std::atomic<std::size_t> images_left = 0;
  };
  std::map<const Series*, SeriesWork> series_;
};

}  // namespace dcmflow
