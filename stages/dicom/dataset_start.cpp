#include "stages/dicom/dataset_start.h"

#include <algorithm>
#include <cstring>

#include "stages/dicom/element_reader.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t preamble_bytes = 128;
constexpr std::uint32_t longest_meta_value = 64 * 1024;

constexpr int highest_first_group = 0x0028;

constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view deflated_little = "1.2.840.10008.1.2.1.99";
constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";

DatasetEncoding declared_encoding(std::string_view transfer_syntax_uid) {
  if (transfer_syntax_uid == implicit_little) return {.explicit_vr = false};
  if (transfer_syntax_uid == explicit_big) return {.big_endian = true};
  if (transfer_syntax_uid == deflated_little) return {.deflated = true};
  return {};
}

std::string_view undeclared_syntax(DatasetEncoding encoding) {
  if (encoding.big_endian) return explicit_big;
  return encoding.explicit_vr ? explicit_little : implicit_little;
}

// A first element in a group that data sets start with, in any encoding, with a length that fits.
bool is_plausible_start(ByteSource& file) {
  const auto* p = file.at(0, 8);
  if (!p) return false;
  const unsigned little = p[0] | p[1] << 8;
  const unsigned big = p[1] | p[0] << 8;
  const auto group = std::min(little, big);
  if (group != 0x0002 && group != 0x0008) return false;
  if (is_known_vr(static_cast<Vr>(p[4] << 8 | p[5]))) return true;
  std::uint32_t length = 0;
  std::memcpy(&length, p + 4, 4);
  if (big < little) length = __builtin_bswap32(length);
  return length <= file.size();
}

}  // namespace

DatasetEncoding recognise_encoding(ByteSource& dataset, std::uint64_t offset,
                                   DatasetEncoding declared) {
  const auto* p = dataset.at(offset, 6);
  if (!p) return declared;
  DatasetEncoding seen = declared;
  seen.explicit_vr = is_known_vr(static_cast<Vr>(p[4] << 8 | p[5]));
  // Data sets start with a low group; the other byte order shows it in the high byte. A high one in
  // both orders (private groups) tells nothing.
  const int as_big = p[0] << 8 | p[1];
  const int as_little = p[1] << 8 | p[0];
  if (std::min(as_big, as_little) <= highest_first_group) seen.big_endian = as_big < as_little;
  return seen;
}

Result<DatasetStart> find_dataset_start(ByteSource& file) {
  DatasetStart start;
  const auto* magic = file.at(preamble_bytes, 4);
  if (magic && std::memcmp(magic, "DICM", 4) == 0) {
    start.has_preamble = true;
    start.offset = preamble_bytes + 4;
  } else if (file.failed()) {
    return Problem{Reason::unreadable, {}, "cannot be read"};
  } else if (!is_plausible_start(file)) {
    return Problem{Reason::not_dicom, {}, "neither DICM at byte 128 nor a data element at byte 0"};
  }
  // The group length is not trusted: the meta header ends where group 0002 ends (PS3.10 7.1).
  ElementReader meta(file, DatasetEncoding{}, start.offset, file.size());
  for (Element element; meta.next(element) && element.tag >> 16 == 0x0002;
       start.offset = meta.offset()) {
    std::string* const kept = element.tag == 0x00020010   ? &start.transfer_syntax_uid
                              : element.tag == 0x00020002 ? &start.sop_class_uid
                              : element.tag == 0x00020003 ? &start.sop_instance_uid
                                                          : nullptr;
    if (kept && element.length <= longest_meta_value) {
      if (const auto* value = file.at(element.value, element.length))
        *kept = value_text({value, element.length}, vr('U', 'I'), false, {});
    }
    if (!meta.skip(element)) break;
  }
  if (!meta.error()) return meta.error().problem();
  const auto declared = declared_encoding(start.transfer_syntax_uid);
  start.encoding = declared.deflated ? declared : recognise_encoding(file, start.offset, declared);
  if (start.transfer_syntax_uid.empty())
    start.transfer_syntax_uid = undeclared_syntax(start.encoding);
  return start;
}

}  // namespace dcmflow
