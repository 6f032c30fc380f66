// Multi-frame objects whose functional groups, vectors and detectors are made by the input: which
// sequences and elements stand in which items, and what is in them.

#include <fuzzer/FuzzedDataProvider.h>

#include <array>

#include "tests/fuzz/data_set.h"
#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

struct Element {
  std::uint32_t tag;
  std::string_view vr;
};

// Functional group macros (PS3.3 C.7.6.16.2) and what stands in their items; detectors, segments.
constexpr auto sequences = std::to_array<std::uint32_t>(
    {0x00289110, 0x00209113, 0x00209116, 0x00289145, 0x00409096, 0x00189341, 0x00189114, 0x00189117,
     0x00189076, 0x00189325, 0x0062000A, 0x00209111, 0x00181000, 0x2005140F, 0x00409225, 0x00289422,
     0x00209221, 0x00540022});
constexpr auto elements = std::to_array<Element>({
    {0x00200032, "DS"}, {0x00200037, "DS"}, {0x00280030, "DS"}, {0x00180050, "DS"},
    {0x00180088, "DS"}, {0x00281052, "DS"}, {0x00281053, "DS"}, {0x00281054, "LO"},
    {0x00189074, "DT"}, {0x00189151, "DT"}, {0x00189087, "FD"}, {0x00189089, "FD"},
    {0x00189075, "CS"}, {0x00209056, "SH"}, {0x00209057, "UL"}, {0x00209128, "UL"},
    {0x00209157, "UL"}, {0x0062000B, "US"}, {0x00620005, "LO"}, {0x00189082, "FD"},
    {0x00281050, "DS"}, {0x00281051, "DS"}, {0x00409211, "US"}, {0x00409216, "US"},
    {0x00409224, "FD"}, {0x00409225, "FD"}, {0x00541001, "CS"}, {0x00200013, "IS"},
});
constexpr auto classes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"1.2.840.10008.5.1.4.1.1.4.1", "MR"},    // Enhanced MR
    {"1.2.840.10008.5.1.4.1.1.2.1", "CT"},    // Enhanced CT
    {"1.2.840.10008.5.1.4.1.1.66.4", "SEG"},  // Segmentation
    {"1.2.840.10008.5.1.4.1.1.20", "NM"},     // Nuclear Medicine
    {"1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE"},
    {"1.2.840.10008.5.1.4.1.1.30", "MR"},  // Parametric Map
});

DataSet make_item(FuzzedDataProvider& input, unsigned depth) {
  DataSet item;
  for (unsigned count = input.ConsumeIntegralInRange(0U, 4U); count > 0; --count) {
    if (depth < 3 && input.ConsumeBool()) {
      DataSet content;
      for (unsigned items = input.ConsumeIntegralInRange(0U, 2U); items > 0; --items)
        content.add_item(make_item(input, depth + 1));
      item.add(input.PickValueInArray(sequences), "SQ", content.bytes());
    } else {
      const auto element = input.PickValueInArray(elements);
      const auto value = input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange(0U, 48U));
      item.add(element.tag, element.vr, std::span<const std::uint8_t>(value));
    }
  }
  return item;
}

void add_sequence(DataSet& image, std::uint32_t tag, unsigned items, FuzzedDataProvider& input) {
  DataSet content;
  for (; items > 0; --items) content.add_item(make_item(input, 0));
  image.add(tag, "SQ", content.bytes());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider input(bytes, size);
  const auto [sop_class, modality] = input.PickValueInArray(classes);
  const auto frames = input.ConsumeIntegralInRange<std::uint16_t>(1, 6);
  // Mostly one item a frame, as it should be.
  const unsigned items = input.ConsumeBool() ? frames : input.ConsumeIntegralInRange(0U, 7U);
  auto image = begin_image(sop_class, modality);
  add_geometry(image, frames);
  if (modality == "NM") {
    for (const std::uint32_t tag : {0x00540010U, 0x00540020U, 0x00540080U}) {
      const auto vector = input.ConsumeBytes<std::uint8_t>(2 * items);
      image.add(tag, "US", std::span<const std::uint8_t>(vector));
    }
    add_sequence(image, 0x00540022, 1, input);
  } else if (modality == "RTDOSE") {
    const auto offsets = input.ConsumeRandomLengthString(64);
    image.add(0x3004000C, "DS", offsets);
  } else {
    if (modality == "SEG") add_sequence(image, 0x00620002, 2, input);
    if (input.ConsumeBool()) add_sequence(image, 0x52009229, 1, input);
    add_sequence(image, 0x52009230, items, input);
  }
  add_pixels(image, frames);
  const MemoryFile file(image.bytes());
  if (auto instance = decode(file.file())) sort_and_read({std::move(instance)});
  return 0;
}
