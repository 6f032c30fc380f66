#include "engine/volume_job.h"

#include <algorithm>
#include <iterator>

namespace dcmflow {

VolumeJob::VolumeJob(StackPtr stack, const ImageFormat& format, OutputFolder folder,
                     bool with_sha256)
    : stack_(std::move(stack)),
      format_(format),
      folder_(std::move(folder)),
      with_sha256_(with_sha256),
      ranges_(plan_slabs(*stack_)),
      choice_(*stack_),
      slabs_left_(ranges_.size()) {}

Voxels VolumeJob::voxels() const {
  const Lock lock(mutex_);
  return choice_.voxels();
}

bool VolumeJob::is_in_vain(const SlabRange& range) const {
  const Lock lock(mutex_);
  return !choice_.holds() || (failure_ && failure_->first_slice < range.first_slice);
}

Result<std::shared_ptr<Slab>> VolumeJob::assemble(const SlabRange& range) {
  if (is_in_vain(range)) return std::shared_ptr<Slab>();
  thread_local FrameBuffers buffers;
  // A large frame's buffers are booked for its slab alone.
  const struct Release {
    ~Release() { buffers.release(); }
  } release;
  // Once a file is unreadable the rest of the pass looks for all that are, so that the image need
  // not be begun again for each.
  std::optional<Problem> problem;
  if (!has_unreadable()) {
    auto slab = assemble_volume(*stack_, range, voxels(), buffers);
    if (slab) {
      look_at(*slab);  // while its voxels are in the cache of this core
      return std::make_shared<Slab>(std::move(*slab));
    }
    problem = slab.problem();
  }
  auto files = unreadable_files(*stack_, range, voxels().type, buffers);
  if (problem && files.empty()) return *problem;
  add_unreadable(std::move(files), range);
  return std::shared_ptr<Slab>();
}

void VolumeJob::look_at(const Slab& slab) {
  if (picture_side_ == 0) return;
  TakeOverview* pictures = nullptr;
  {
    const Lock lock(mutex_);
    if (!pictures_) pictures_ = std::make_unique<TakeOverview>(stack_, picture_side_);
    pictures = pictures_.get();
  }
  pictures->add(slab);
}

bool VolumeJob::has_unreadable() const {
  const Lock lock(mutex_);
  return !unreadable_slabs_.empty();
}

void VolumeJob::add_unreadable(std::vector<Problem> files, const SlabRange& range) {
  if (files.empty()) return;
  const Lock lock(mutex_);
  unreadable_slabs_[range.first_slice] = std::move(files);
  give_up_pass();
}

Result<std::shared_ptr<ImageWriter>> VolumeJob::writer() {
  const Lock lock(mutex_);
  if (!writer_) {
    if (!choice_.holds() || failure_ || !unreadable_slabs_.empty())
      return std::shared_ptr<ImageWriter>();  // given up meanwhile
    auto made = ImageWriter::create(folder_, format_, stack_, choice_.voxels().type, with_sha256_);
    if (!made) return made.problem();
    writer_ = std::move(*made);
  }
  return writer_;
}

Status VolumeJob::write(const std::shared_ptr<Slab>& slab, std::shared_ptr<void> lease) {
  if (!slab) return Done{};
  {
    const Lock lock(mutex_);
    choice_.see(slab->values);
    if (!choice_.holds()) give_up_pass();
  }
  if (is_in_vain(slab->range)) return Done{};
  const auto image = writer();
  if (!image) return image.problem();
  if (!*image) return Done{};
  return (*image)->write(std::move(*slab), std::move(lease));
}

void VolumeJob::fail(const SlabRange& range, Problem problem) {
  const Lock lock(mutex_);
  if (!failure_ || range.first_slice < failure_->first_slice)
    failure_ = {range.first_slice, std::move(problem)};
  give_up_pass();
}

void VolumeJob::give_up_pass() {
  if (writer_) writer_->abandon();
}

void VolumeJob::begin_again() {
  writer_.reset();
  failure_.reset();
  unreadable_slabs_.clear();
  slabs_left_ = ranges_.size();
}

void VolumeJob::take(const StoredImage& image, std::int64_t run) {
  result_ = image.of(stack_);
  overview_ = image.overview;
  earlier_run_ = run;
  is_taken_ = true;
}

void VolumeJob::take(const MadeImages::Row& made) {
  if (made.image)
    result_ = made.image->of(stack_);
  else
    result_ = made.problem;
  if (made.image) overview_ = made.image->overview;
  unreadable_ = made.unreadable;
  is_taken_ = true;
}

VolumeJob::Pass VolumeJob::end_slab() {
  const Lock lock(mutex_);
  if (--slabs_left_ > 0) return Pass::running;
  if (choice_.choose_again(*stack_, !failure_ && unreadable_slabs_.empty())) {
    begin_again();
    return Pass::again;
  }
  settle();
  return Pass::finished;
}

void VolumeJob::settle() {
  if (!failure_)
    for (auto& [slice, files] : unreadable_slabs_)
      std::ranges::move(files, std::back_inserter(unreadable_));
  if (failure_)
    result_ = failure_->problem;
  else if (!unreadable_.empty())
    result_ = unreadable_.front();
  else
    result_ = writer_->finish();
  writer_.reset();
  if (result_ && pictures_) overview_ = std::make_shared<const Overview>(pictures_->finish());
  pictures_.reset();
  if (result_) result_->stack = flag_values(stack_, choice_.seen());
}

}  // namespace dcmflow
