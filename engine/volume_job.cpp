#include "engine/volume_job.h"

#include <algorithm>
#include <iterator>

#include "stages/geometry/background.h"
#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

// Only the whole volume tells it, so the image gets a stack of its own.
void flag_rounding(ImageFile& image) {
  auto stack = std::make_shared<Stack>(*image.stack);
  const auto kind = stack->frames.front().instance->pixel_data.kind;
  stack->flags.emplace_back(kind == PixelData::Kind::float64 ? "double_rounded"
                                                             : "float32_inexact");
  image.stack = std::move(stack);
}

}  // namespace

VolumeJob::VolumeJob(StackPtr stack, const ImageFormat& format, std::string folder,
                     bool with_sha256)
    : stack_(std::move(stack)),
      format_(format),
      folder_(std::move(folder)),
      with_sha256_(with_sha256),
      ranges_(plan_slabs(*stack_)),
      type_(stack_->first_type),
      slabs_left_(ranges_.size()) {}

VoxelType VolumeJob::type() const {
  const std::lock_guard lock(mutex_);
  return type_;
}

bool VolumeJob::is_in_vain(const SlabRange& range) const {
  const std::lock_guard lock(mutex_);
  return !holds(type_, seen_) || (failure_ && failure_->first_slice < range.first_slice);
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
    auto slab = assemble_volume(*stack_, range, type(), buffers);
    if (slab) return std::make_shared<Slab>(std::move(*slab));
    problem = slab.problem();
  }
  auto files = unreadable_files(*stack_, range, type(), buffers);
  if (problem && files.empty()) return *problem;
  add_unreadable(std::move(files), range);
  return std::shared_ptr<Slab>();
}

bool VolumeJob::has_unreadable() const {
  const std::lock_guard lock(mutex_);
  return !unreadable_slabs_.empty();
}

void VolumeJob::add_unreadable(std::vector<Problem> files, const SlabRange& range) {
  if (files.empty()) return;
  const std::lock_guard lock(mutex_);
  unreadable_slabs_[range.first_slice] = std::move(files);
  give_up_pass();
}

Result<std::shared_ptr<ImageWriter>> VolumeJob::writer() {
  const std::lock_guard lock(mutex_);
  if (!writer_) {
    if (!holds(type_, seen_) || failure_ || !unreadable_slabs_.empty())
      return std::shared_ptr<ImageWriter>();  // given up meanwhile
    auto made = ImageWriter::create(folder_, format_, stack_, type_, with_sha256_);
    if (!made) return made.problem();
    writer_ = std::move(*made);
  }
  return writer_;
}

Status VolumeJob::write(const std::shared_ptr<Slab>& slab, std::shared_ptr<void> lease) {
  if (!slab) return Done{};
  {
    const std::lock_guard lock(mutex_);
    seen_ = join(seen_, slab->values);
    if (!holds(type_, seen_)) give_up_pass();
  }
  if (is_in_vain(slab->range)) return Done{};
  const auto image = writer();
  if (!image) return image.problem();
  if (!*image) return Done{};
  return (*image)->write(std::move(*slab), std::move(lease));
}

void VolumeJob::fail(const SlabRange& range, Problem problem) {
  const std::lock_guard lock(mutex_);
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

VolumeJob::Pass VolumeJob::end_slab() {
  const std::lock_guard lock(mutex_);
  if (--slabs_left_ > 0) return Pass::running;
  if (!holds(type_, seen_)) {
    type_ = narrowest_type(seen_);
    begin_again();
    return Pass::again;
  }
  if (const auto background = lower_background(*stack_, seen_);
      background && !failure_ && unreadable_slabs_.empty()) {
    auto stack = std::make_shared<Stack>(*stack_);
    stack->background = *background;
    stack_ = std::move(stack);
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
  if (seen_.rounded && result_) flag_rounding(*result_);
  writer_.reset();
}

}  // namespace dcmflow
