#include "stages/sorting/repeated_instances.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "stages/base/printable.h"
#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/sorting/contrast_attributes.h"

namespace dcmflow {
namespace {

// DS text carries at most 16 characters: differences below this are rounding.
constexpr double rounding_mm = 1e-5;

bool is_same_orientation(const Frame& a, const Frame& b) {
  const auto of_a = a.image_orientation_patient(), of_b = b.image_orientation_patient();
  if (!of_a || !of_b) return true;
  return std::ranges::equal(*of_a, *of_b,
                            [](double x, double y) { return std::abs(x - y) < 1e-4; });
}

// What two slices at one place differ in, and two copies of a slice do not. A copy may have lost
// some of it.
bool is_same_slice(const Frame& a, const Frame& b) {
  constexpr std::array numbers{attribute_index(0x00200013), attribute_index(0x00200012),
                               attribute_index(0x00200100), attribute_index(0x00181060),
                               attribute_index(0x00541300), attribute_index(0x00541330),
                               attribute_index(0x00209241)};
  if (norm(a.position - b.position) > rounding_mm || !is_same_orientation(a, b)) return false;
  const auto agree = [](const auto& x, const auto& y) { return !x || !y || *x == *y; };
  return std::ranges::all_of(numbers,
                             [&](AttributeIndex n) { return agree(a.find(n), b.find(n)); }) &&
         std::ranges::all_of(contrast_attributes(), [&](const ContrastAttribute& attribute) {
           return attribute.use == ContrastUse::hint || agree(attribute.read(a), attribute.read(b));
         });
}

bool has_same_values(const InstancePtr& a, const InstancePtr& b, const SamePixels& same_pixels) {
  const auto frames = a->pixel_data.number_of_frames;
  if (b->pixel_data.number_of_frames != frames) return false;
  for (std::uint32_t number = 0; number < frames; ++number) {
    const auto of_a = make_frame(a, number), of_b = make_frame(b, number);
    if (of_a.slope != of_b.slope || of_a.intercept != of_b.intercept || !same_pixels(of_a, of_b))
      return false;
  }
  return true;
}

// How complete an instance is: the greater of two with one UID is kept.
auto completeness(const InstancePtr& i, const SamePixels& same_pixels) {
  const auto frames = i->pixel_data.number_of_frames;
  const Frame last{.instance = i, .number = frames - 1};
  return std::tuple(same_pixels(last, last), frames, i->file->size);
}

RefusedInstance repeat_of(const InstancePtr& kept, const InstancePtr& other, bool same) {
  return {other, same ? Reason::duplicate_identical : Reason::duplicate_conflict,
          "SOP Instance UID " + printable(other->sop_instance_uid()) + " is already in " +
              printable(kept->file->name) +
              (same ? ", with the same pixels" : ", with other pixels")};
}

}  // namespace

void RepeatedInstances::added(const InstancePtr& instance, std::size_t before) {
  const auto uid = instance->sop_instance_uid();
  if (kept_.empty() || uid.empty() || kept_.front().instance->sop_instance_uid() != uid)
    kept_.clear();
  const Kept one{instance, before};
  const auto copy = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return before < frames_.size() && is_same_slice(frames_[kept.first], frames_[before]);
  });
  if (copy == kept_.end()) {
    kept_.push_back(one);
    return;
  }
  const bool same = has_same_values(copy->instance, instance, same_pixels_);
  if (!same && completeness(instance, same_pixels_) > completeness(copy->instance, same_pixels_)) {
    refused_.push_back(repeat_of(instance, copy->instance, false));
    drop(*copy);
    *copy = one;
  } else {
    refused_.push_back(repeat_of(copy->instance, instance, same));
    drop(one);
  }
}

// Its places stay, so that those of others do.
void RepeatedInstances::drop(const Kept& one) {
  any_dropped_ = true;
  for (auto i = one.first; i < frames_.size() && frames_[i].instance == one.instance; ++i)
    frames_[i].instance = nullptr;
}

void RepeatedInstances::finish() {
  if (any_dropped_) std::erase_if(frames_, [](const Frame& f) { return !f.instance; });
}

}  // namespace dcmflow
