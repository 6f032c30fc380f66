#include "stages/sorting/concatenations.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

std::string_view concatenation_of(const Instance& instance) {
  return instance.find(attribute_index(0x00209161)).value_or("");
}

bool is_incomplete(const Series& series, std::string_view concatenation) {
  std::int64_t total = 0;
  std::set<std::int64_t> numbers;
  std::map<std::int64_t, std::int64_t> frames_at;  // by how many frames lie before
  bool knows_offsets = true;
  for (const auto& instance : series.instances) {
    if (concatenation_of(*instance) != concatenation) continue;
    const auto number = [&](AttributeIndex attribute) {
      return parse_integer(instance->find(attribute).value_or(""));
    };
    total = std::max(total, number(attribute_index(0x00209163)).value_or(0));
    if (const auto part = number(attribute_index(0x00209162))) numbers.insert(*part);
    const auto offset = number(attribute_index(0x00209228));
    knows_offsets = knows_offsets && offset;
    if (offset) frames_at[*offset] = instance->pixel_data.number_of_frames;
  }
  if (!numbers.empty() && static_cast<std::int64_t>(numbers.size()) < total) return true;
  std::int64_t next = 0;
  for (const auto& [offset, frames] : frames_at) {
    if (knows_offsets && offset > next) return true;
    next = offset + frames;
  }
  return false;
}

}  // namespace

bool lacks_part(const Series& series, std::span<const Frame> frames) {
  std::set<std::string_view> concatenations;
  const SharedHeader* last = nullptr;
  for (const Frame& frame : frames) {
    if (frame.instance->shared.get() == last) continue;
    last = frame.instance->shared.get();
    if (const auto uid = concatenation_of(*frame.instance); !uid.empty())
      concatenations.insert(uid);
  }
  return std::ranges::any_of(concatenations,
                             [&](std::string_view uid) { return is_incomplete(series, uid); });
}

}  // namespace dcmflow
