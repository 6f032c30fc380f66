#pragma once
// One image on its way through assemble_volume and write_image.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stages/assemble_volume.h"
#include "stages/base/mutex.h"
#include "stages/database/shard_records.h"
#include "stages/database/stored_image.h"
#include "stages/formats/formats.h"
#include "stages/pixels/choose_voxels.h"
#include "stages/pixels/overview.h"
#include "stages/pixels/take_overview.h"
#include "stages/write_image.h"

namespace dcmflow {

// What the slabs of one image share: what its voxels are in this pass (ChooseVoxels), the writer,
// how many slabs are under way, and what failed. All slabs go through once for each pass; a pass
// that is known to be in vain is dropped at once. Problems: those of assemble_volume() and
// ImageWriter. Thread-safe.
class VolumeJob {
 public:
  VolumeJob(StackPtr stack, const ImageFormat& format, OutputFolder folder, bool with_sha256);

  // The same image of another stack, from its beginning.
  std::shared_ptr<VolumeJob> with(StackPtr stack) const {
    auto job = std::make_shared<VolumeJob>(std::move(stack), format_, folder_, with_sha256_);
    job->picture_side_ = picture_side_;
    return job;
  }
  // Pictures of at most so many pixels a side are taken on the way; 0: none. Before any slab.
  void take_pictures(std::uint32_t side) { picture_side_ = side; }

  const Stack& stack() const { return *stack_; }
  const std::vector<SlabRange>& ranges() const { return ranges_; }
  // Bytes that a slab of this pass takes at the most.
  std::uint64_t memory(const SlabRange& range) const {
    return slab_memory(*stack_, range, voxels().type, format_.gzip);
  }

  // A slab of this pass; nullptr when the pass is already known to be in vain. One that cannot be
  // made because of its files is no Problem: see unreadable().
  Result<std::shared_ptr<Slab>> assemble(const SlabRange& range);
  // Writes a slab of assemble(); nullptr is accepted and ignored.
  Status write(const std::shared_ptr<Slab>& slab, std::shared_ptr<void> lease);
  // Remembers a problem with the slab at `range`; the first in slice order is the one that is told.
  void fail(const SlabRange& range, Problem problem);

  // An earlier run made it: no slab goes through it.
  void take(const StoredImage& image, std::int64_t run);
  // A shard tried to make it: no slab goes through it either.
  void take(const MadeImages::Row& made);
  bool is_taken() const { return is_taken_; }
  std::int64_t earlier_run() const { return earlier_run_; }  // that made it; 0: this one
  // Of everything that its bytes follow from.
  std::string fingerprint() const { return image_fingerprint(*stack_, format_.name, with_sha256_); }

  enum class Pass { running, again, finished };
  // Every slab of a pass calls this once, at its end. `again`: all slabs must go through once more;
  // `finished`: see result().
  Pass end_slab();

  // REQUIRES: end_slab() said finished.
  const Result<ImageFile>& result() const { return result_; }
  // What the image looks like, where pictures were taken, now or by the run that made it.
  const OverviewPtr& overview() const { return overview_; }
  // The image turned out not to be there, or not to be what was written. REQUIRES: finished.
  void lose(Problem problem) {
    result_ = std::move(problem);
    is_lost_ = true;
  }
  bool is_lost() const { return is_lost_; }
  // The files whose pixels cannot be read, all of the stack's, each with its problem, in the order
  // of their slices; empty when the image failed for something else, or not at all.
  const std::vector<Problem>& unreadable() const { return unreadable_; }

 private:
  struct Failure {
    std::uint32_t first_slice;
    Problem problem;
  };
  Voxels voxels() const;
  void look_at(const Slab& slab);
  bool is_in_vain(const SlabRange& range) const;
  bool has_unreadable() const;
  void add_unreadable(std::vector<Problem> files, const SlabRange& range);
  // The result of the last pass.
  void settle() REQUIRES_LOCK(mutex_);
  // Lets slabs that wait in the writer go: their predecessors may never come.
  void give_up_pass() REQUIRES_LOCK(mutex_);
  // REQUIRES: no slab is under way.
  void begin_again() REQUIRES_LOCK(mutex_);
  Result<std::shared_ptr<ImageWriter>> writer();

  const StackPtr stack_;
  const ImageFormat& format_;
  const OutputFolder folder_;
  const bool with_sha256_;
  const std::vector<SlabRange> ranges_;
  std::uint32_t picture_side_ = 0;

  mutable Mutex mutex_;
  ChooseVoxels choice_ GUARDED_BY(mutex_);
  std::size_t slabs_left_ GUARDED_BY(mutex_);
  std::optional<Failure> failure_ GUARDED_BY(mutex_);
  std::map<std::uint32_t, std::vector<Problem>> unreadable_slabs_
      GUARDED_BY(mutex_);  // by first slice
  std::shared_ptr<ImageWriter> writer_ GUARDED_BY(mutex_);
  // Slabs fill parts of it that are theirs alone; a later pass fills them again.
  std::unique_ptr<TakeOverview> pictures_ GUARDED_BY(mutex_);
  // Settled by the last slab of all, and read when that has ended.
  std::vector<Problem> unreadable_;
  Result<ImageFile> result_;
  OverviewPtr overview_;
  std::int64_t earlier_run_ = 0;
  bool is_taken_ = false;
  bool is_lost_ = false;
};

}  // namespace dcmflow
