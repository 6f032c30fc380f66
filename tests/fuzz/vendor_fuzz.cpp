// Private headers of vendors: elements of their blocks with values from the input, a CSA header of
// whatever the input begins with, and what is read out of them for each frame.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "stages/base/vector3.h"
#include "stages/dicom/vendor/component.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/dicom/vendor/slice_times.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/data_set.h"
#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

Bytes consume(FuzzedDataProvider& input, std::size_t most) {
  return input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange<std::size_t>(0, most));
}

void add_if_chosen(DataSet& image, std::uint32_t tag, std::string_view vr,
                   FuzzedDataProvider& input) {
  if (!input.ConsumeBool()) return;
  const auto value = consume(input, longest_value);
  image.add(tag, vr, std::span<const std::uint8_t>(value));
}

// The tiles of United Imaging's grid.
Bytes make_tiles(FuzzedDataProvider& input) {
  DataSet sequence;
  for (auto count = input.ConsumeIntegralInRange(0U, most_tiles); count > 0; --count) {
    DataSet tile;
    add_if_chosen(tile, 0x00080032, "TM", input);
    add_if_chosen(tile, 0x00200032, "DS", input);
    sequence.add_item(tile);
  }
  return sequence.bytes();
}

// The elements of the blocks from `first` group up to `end`, and the creators of their blocks.
void add_blocks(DataSet& image, std::uint32_t first, std::uint32_t end, FuzzedDataProvider& input,
                const Bytes& csa) {
  std::map<std::uint32_t, std::pair<std::string_view, Bytes>> private_elements;
  for (const auto& row : vendor_attributes) {
    const auto group = row.tag >> 16;
    if (group < first || group >= end || !input.ConsumeBool()) continue;
    // Blocks in the order of their creators' names, from 10 on.
    const std::uint32_t block =
        row.creator == "Philips MR Imaging DD 001" || row.creator == "Image Private Header" ? 0x11
                                                                                            : 0x10;
    private_elements[group << 16 | block] = {"LO", Bytes(row.creator.begin(), row.creator.end())};
    auto value = row.vr == "SQ"  ? make_tiles(input)
                 : row.is_placed ? csa
                                 : consume(input, longest_value);
    private_elements[group << 16 | block << 8 | (row.tag & 0xFF)] = {row.vr, std::move(value)};
  }
  for (const auto& [tag, element] : private_elements)
    image.add(tag, element.first, std::span<const std::uint8_t>(element.second));
}

void check_frame(const Frame& frame, std::uint32_t frames) {
  if (const auto diffusion = find_diffusion(frame)) {
    promise(diffusion->b_value >= 0, "a b-value is 0 or more");
    if (diffusion->direction)
      promise(std::abs(norm(*diffusion->direction) - 1) < 1e-9, "a direction has length 1");
  }
  (void)is_isotropic(frame);
  (void)vendor_component(frame);
  const auto times = slice_times_ms(frame);
  promise(times.empty() || times.size() == frames, "each slice of a mosaic has a time, or none");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider input(bytes, size);
  const auto frames = input.ConsumeIntegralInRange<std::uint16_t>(1, 2);
  const auto maker = input.PickValueInArray(makers);
  const auto kind = input.PickValueInArray(image_kinds);
  const auto csa = consume(input, longest_csa);
  auto image =
      begin_image("1.2.840.10008.5.1.4.1.1.4", "MR", "ORIGINAL\\PRIMARY\\M\\" + std::string(kind));
  image.add(0x00080070, "LO", maker);
  image.add(0x00180050, "DS", "1");
  for (const auto& [tag, vr] : vendors_neighbours) add_if_chosen(image, tag, vr, input);
  add_blocks(image, 0x0019, 0x0020, input, csa);
  add_plane(image);
  add_if_chosen(image, 0x00204000, "LT", input);
  add_layout(image, frames);
  add_blocks(image, 0x0029, 0x7FE0, input, csa);
  add_pixels(image, frames);
  const MemoryFile file(image.bytes());
  auto instance = decode(file.file());
  if (!instance) return 0;
  const auto count = instance->pixel_data.number_of_frames;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(count, most_frames); ++i)
    check_frame(make_frame(instance, i), count);
  sort_and_read({std::move(instance)});
  return 0;
}
