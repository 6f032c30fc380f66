// Multi-frame objects whose functional groups, vectors and detectors are made by the input: which
// sequences and elements stand in which items, and what is in them.

#include <fuzzer/FuzzedDataProvider.h>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/data_set.h"
#include "tests/fuzz/decode_and_sort.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

DataSet make_item(FuzzedDataProvider& input, unsigned depth) {
  DataSet item;
  for (unsigned count = input.ConsumeIntegralInRange(0U, most_in_item); count > 0; --count) {
    if (depth < deepest && input.ConsumeBool()) {
      DataSet content;
      for (unsigned items = input.ConsumeIntegralInRange(0U, most_items); items > 0; --items)
        content.add_item(make_item(input, depth + 1));
      item.add(input.PickValueInArray(sequences), "SQ", content.bytes());
    } else {
      const auto element = input.PickValueInArray(elements);
      const auto value =
          input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange(0U, longest_value));
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

// Of nuclear medicine: a number for each frame, mostly a small one.
void add_vector(DataSet& image, std::uint32_t tag, unsigned frames, FuzzedDataProvider& input) {
  Bytes vector;
  for (; frames > 0; --frames) {
    const auto number = input.ConsumeIntegral<std::uint8_t>();
    vector.insert(vector.end(), {number, number < 0xF0 ? std::uint8_t{0} : number});
  }
  image.add(tag, "US", std::span<const std::uint8_t>(vector));
}

void add_vectors(DataSet& image, unsigned frames, FuzzedDataProvider& input) {
  for (const std::uint32_t tag : {0x00540010U, 0x00540020U, 0x00540022U, 0x00540030U, 0x00540060U,
                                  0x00540070U, 0x00540080U, 0x00540100U}) {
    if (!input.ConsumeBool()) continue;
    if (tag == 0x00540022)
      add_sequence(image, tag, 1, input);
    else
      add_vector(image, tag, frames, input);
  }
}

void add_grid(DataSet& image, FuzzedDataProvider& input) {
  for (const std::uint32_t tag : {0x3004000CU, 0x3004000EU}) {
    const auto numbers =
        input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange(0U, longest_value));
    image.add(tag, "DS", std::span<const std::uint8_t>(numbers));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider input(bytes, size);
  const auto [sop_class, modality] = input.PickValueInArray(classes);
  const auto frames = input.ConsumeIntegralInRange<std::uint16_t>(1, 6);
  // Mostly one item a frame, as it should be.
  const unsigned items = input.ConsumeBool() ? frames : input.ConsumeIntegralInRange(0U, 7U);
  auto image = begin_image(sop_class, modality);
  if (input.ConsumeBool()) add_sequence(image, 0x00081115, 1, input);
  if (input.ConsumeBool()) image.add(0x00180088, "DS", "2");
  add_plane(image);
  add_layout(image, frames);
  if (modality == "NM") {
    add_vectors(image, items, input);
  } else if (modality == "RTDOSE") {
    add_grid(image, input);
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
