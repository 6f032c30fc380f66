#include "stages/pixels/header_defects.h"

#include <algorithm>
#include <array>

#include "stages/base/printable.h"
#include "stages/codecs/codecs.h"
#include "stages/codecs/name_codestream.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {
namespace {

// Rows, Columns and what multiplies them.
std::optional<Problem> check_size(const Instance& instance) {
  const auto& layout = instance.shared->layout;
  struct Factor {
    std::string_view name;
    AttributeIndex attribute;
    std::uint32_t value;
  };
  const std::array factors{
      Factor{"Rows (0028,0010)", attribute_index(0x00280010), layout.rows},
      Factor{"Columns (0028,0011)", attribute_index(0x00280011), layout.columns},
      Factor{"Number of Frames (0028,0008)", attribute_index(0x00280008),
             instance.pixel_data.number_of_frames},
      Factor{"Samples per Pixel (0028,0002)", attribute_index(0x00280002),
             layout.samples_per_pixel}};
  std::string faults;
  for (const auto& factor : factors) {
    if (factor.value != 0) continue;
    const auto text = instance.find(factor.attribute);
    faults += (faults.empty() ? "" : ", ") + std::string(factor.name) +
              (text ? " is '" + printable(text->substr(0, 40)) + "'" : " is absent");
  }
  if (faults.empty()) return std::nullopt;
  return Problem{Reason::image_size_invalid, {}, faults + "; expected a number of at least 1"};
}

std::optional<Problem> check_bits(const PixelLayout& layout) {
  const auto bits = layout.bits_allocated;
  if (layout.bits_stored == 0 || layout.bits_stored > bits || layout.high_bit >= bits ||
      layout.high_bit + 1 < layout.bits_stored || bits > 64)
    return Problem{Reason::pixel_layout_unsupported,
                   {},
                   "Bits Allocated " + std::to_string(bits) + ", Bits Stored " +
                       std::to_string(layout.bits_stored) + ", High Bit " +
                       std::to_string(layout.high_bit) + " make no pixel"};
  return std::nullopt;
}

std::optional<Problem> check_native_bytes(const Instance& instance) {
  const auto& pixels = instance.pixel_data;
  const auto file_bytes = instance.file->size;
  const auto needed = native_pixel_bytes(instance);
  // The end of a deflated data set is only known when it is inflated; read_frame checks it there.
  const auto there =
      instance.shared->encoding.deflated
          ? pixels.length
          : std::min(pixels.length, file_bytes - std::min(file_bytes, pixels.offset));
  if (there < needed)
    return Problem{Reason::pixel_data_short,
                   {},
                   "the header promises " + std::to_string(needed) +
                       " bytes of pixels, the file has " + std::to_string(there)};
  return std::nullopt;
}

// Native pixels of another length than the header promises; one byte makes it even (PS3.5 8.1.1).
bool has_odd_length(const Instance& instance) {
  const auto needed = native_pixel_bytes(instance);
  const auto length = instance.pixel_data.length;
  return length < needed || length > needed + 1;
}

// Compressed frames in a file whose transfer syntax has none: what they look like.
std::optional<Problem> find_hidden_codestream(ByteSource& source, const Instance& instance) {
  const auto& uid = instance.shared->transfer_syntax_uid;
  const auto* syntax = find_transfer_syntax(uid);
  const auto& pixels = instance.pixel_data;
  if (!syntax || syntax->encapsulated) return std::nullopt;
  // A stream is not read to its end to see what it holds.
  const bool is_fragments =
      pixels.kind == PixelData::Kind::encapsulated ||
      (pixels.kind == PixelData::Kind::native && has_odd_length(instance) &&
       source.size() != ByteSource::unknown_size && is_items(source, pixels.offset, pixels.length));
  if (!is_fragments) return std::nullopt;
  const auto name = name_codestream(first_fragment(source, instance.pixel_data.offset));
  return Problem{Reason::transfer_syntax_unsupported,
                 {},
                 "the pixels are fragments" + (name.empty() ? "" : " of " + std::string(name)) +
                     ", and the Transfer Syntax is " + uid + " (" + std::string(syntax->name) +
                     "), which has none: it is not the syntax of this file"};
}

}  // namespace

void count_first_frame(const HeaderWalk& walk, Instance& instance) {
  auto& pixels = instance.pixel_data;
  if (pixels.number_of_frames != 0 || walk.frames || instance.find(attribute_index(0x3004000E)) ||
      pixels.kind == PixelData::Kind::none ||
      parse_integer(instance.find(attribute_index(0x00280008)).value_or("")) != 0)
    return;
  pixels.number_of_frames = 1;
  const auto needed = native_pixel_bytes(instance);
  const bool fits = pixels.kind == PixelData::Kind::encapsulated
                        ? instance.image_position_patient().has_value()
                        : needed <= pixels.length && pixels.length / 2 < needed;
  if (!fits) pixels.number_of_frames = 0;
}

std::optional<Problem> find_defect(ByteSource& source, const Instance& instance) {
  const auto kind = instance.pixel_data.kind;
  if (kind == PixelData::Kind::none) return std::nullopt;
  if (auto problem = find_hidden_codestream(source, instance)) return problem;
  if (auto problem = check_size(instance)) return problem;
  if (auto problem = check_bits(instance.shared->layout)) return problem;
  return kind == PixelData::Kind::encapsulated ? std::nullopt : check_native_bytes(instance);
}

}  // namespace dcmflow
