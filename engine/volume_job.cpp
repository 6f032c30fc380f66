#include "engine/volume_job.h"

#include "stages/geometry/background.h"
#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

// Only the whole volume tells it, so the image gets a stack of its own.
void flag_values(ImageFile& image, const ValueRange& values) {
  auto stack = std::make_shared<Stack>(*image.stack);
  const auto kind = stack->frames.front().instance->pixel_data.kind;
  if (values.rounded)
    stack->flags.emplace_back(kind == PixelData::Kind::float64 ? "double_rounded"
                                                               : "float32_inexact");
  if (values.recoloured) {
    stack->flags.emplace_back("colour_of_codestream");
    if (stack->verdict == Verdict::pass) stack->verdict = Verdict::warn;
  }
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
  auto slab = assemble_volume(*stack_, range, type(), buffers);
  if (!slab) return slab.problem();
  return std::make_shared<Slab>(std::move(*slab));
}

Result<std::shared_ptr<ImageWriter>> VolumeJob::writer() {
  const std::lock_guard lock(mutex_);
  if (!writer_) {
    if (!holds(type_, seen_) || failure_)
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
  if (const auto background = lower_background(*stack_, seen_); background && !failure_) {
    auto stack = std::make_shared<Stack>(*stack_);
    stack->background = *background;
    stack_ = std::move(stack);
    begin_again();
    return Pass::again;
  }
  result_ = failure_ ? Result<ImageFile>(failure_->problem) : writer_->finish();
  if ((seen_.rounded || seen_.recoloured) && result_) flag_values(*result_, seen_);
  writer_.reset();
  return Pass::finished;
}

}  // namespace dcmflow
