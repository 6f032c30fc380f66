#include "stages/dicom/text_reader.h"

#include <algorithm>
#include <array>
#include <span>

#include "stages/dicom/character_set.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr auto us_or_ss = std::to_array<std::uint32_t>(
    {0x00189810, 0x00221452, 0x00280071, 0x00280104, 0x00280105, 0x00280106, 0x00280107,
     0x00280108, 0x00280109, 0x00280110, 0x00280111, 0x00280120, 0x00280121, 0x00281100,
     0x00281101, 0x00281102, 0x00281103, 0x00281111, 0x00281112, 0x00281113, 0x00283002,
     0x00409211, 0x00409216, 0x00603004, 0x00603006});
static_assert(std::ranges::is_sorted(us_or_ss));

// UIDs alone are padded with a zero byte (PS3.5 6.2); "2" and a zero byte are the number 50.
std::string_view without_uid_padding(std::string_view value) {
  const auto text = value.substr(0, value.size() - value.ends_with('\0'));
  const bool is_uid = text.find('.') != std::string_view::npos &&
                      text.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_uid ? text : value;
}

// Whether the bytes of an element without a VR are text: printable, and beyond ASCII only where
// they prove to be the UTF-8 that is declared. Most numbers have a byte that is no character.
bool is_text(std::string_view value, std::string_view character_set) {
  const auto text = without_uid_padding(value);
  const bool is_printable = std::ranges::all_of(text, [](char c) {
    return (static_cast<std::uint8_t>(c) >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' ||
           c == '\r' || c == '\f';
  });
  return is_printable && (is_plain_ascii(text) || (character_set == "ISO_IR 192" && is_utf8(text)));
}

}  // namespace

bool follows_pixel_representation(std::uint32_t tag) {
  return std::ranges::binary_search(us_or_ss, tag);
}

std::string TextReader::text_of(const ElementReader& reader, const Element& element, Vr code) {
  if (element.length == 0 || element.length > longest_kept_value || !reader.has_value(element))
    return {};
  const auto* value = source_.at(element.value, element.length);
  if (!value) return {};
  const auto cannot_be_read = [&](const std::string& why) {
    if (unreadable.empty())
      unreadable =
          tag_text(element.tag) + " has " + std::to_string(element.length) + " bytes" + why;
    return std::string(unreadable_value);
  };
  if (is_cut_off(element.length, code)) return cannot_be_read(", no whole numbers of its VR");
  if (code == vr('U', 'N')) {
    if (!is_text({reinterpret_cast<const char*>(value), element.length}, character_set))
      return cannot_be_read(" that are no text, and no VR; --attributes can say one");
    code = vr('L', 'O');
  }
  return value_text({value, element.length}, code, reader.encoding().big_endian, character_set,
                    &note);
}

}  // namespace dcmflow
