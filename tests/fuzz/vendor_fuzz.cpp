// Private headers of vendors: elements of their blocks with values from the input, and a CSA header
// of whatever is left of it.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <map>

#include "stages/dicom/vendor/vendor_attributes.h"
#include "tests/fuzz/data_set.h"
#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

// The elements of the blocks from `first` group up to `end`, and the creators of their blocks.
void add_blocks(DataSet& image, std::uint32_t first, std::uint32_t end, FuzzedDataProvider& input,
                std::span<const std::uint8_t> csa) {
  std::map<std::uint32_t, std::pair<std::string_view, Bytes>> private_elements;
  for (const auto& row : vendor_attributes) {
    const auto group = row.tag >> 16;
    if (group < first || group >= end || !input.ConsumeBool()) continue;
    // Blocks in the order of their creators' names, from 10 on.
    const std::uint32_t block =
        row.creator == "Philips MR Imaging DD 001" || row.creator == "Image Private Header" ? 0x11
                                                                                            : 0x10;
    private_elements[group << 16 | block] = {"LO", Bytes(row.creator.begin(), row.creator.end())};
    auto value = row.is_placed && row.vr == "OB"
                     ? Bytes(csa.begin(), csa.end())
                     : input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange(0U, 64U));
    private_elements[group << 16 | block << 8 | (row.tag & 0xFF)] = {row.vr, std::move(value)};
  }
  for (const auto& [tag, element] : private_elements)
    image.add(tag, element.first, std::span<const std::uint8_t>(element.second));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider input(bytes, size);
  const auto frames = input.ConsumeIntegralInRange<std::uint16_t>(1, 2);
  const auto maker = input.PickValueInArray<std::string_view>(
      {"SIEMENS", "GE MEDICAL SYSTEMS", "UIH", "Philips Medical Systems", "Canon", "TOSHIBA"});
  // Of two CSA headers each gets a half.
  const auto csa_bytes = input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange<std::size_t>(
      0, input.remaining_bytes() / 2 + input.remaining_bytes() / 4));
  auto image = begin_image("1.2.840.10008.5.1.4.1.1.4", "MR");
  image.add(0x00080070, "LO", maker);
  image.add(0x00180050, "DS", "1");
  add_blocks(image, 0x0019, 0x0020, input, csa_bytes);
  add_geometry(image, frames);
  add_blocks(image, 0x0029, 0x7FE0, input, csa_bytes);
  add_pixels(image, frames);
  const MemoryFile file(image.bytes());
  if (auto instance = decode(file.file())) sort_and_read({std::move(instance)});
  return 0;
}
