#include "stages/dicom/element_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstring>

namespace dcmflow {
namespace {

constexpr int deepest_sequence = 64;

std::uint16_t read16(const std::uint8_t* p, bool big_endian) {
  std::uint16_t v = 0;
  std::memcpy(&v, p, 2);
  return big_endian ? __builtin_bswap16(v) : v;
}

std::uint32_t read32(const std::uint8_t* p, bool big_endian) {
  std::uint32_t v = 0;
  std::memcpy(&v, p, 4);
  return big_endian ? __builtin_bswap32(v) : v;
}

// VRs with a 32-bit length behind two reserved bytes (PS3.5 7.1.2).
bool has_long_header(Vr code) {
  switch (code) {
    case vr('O', 'B'):
    case vr('O', 'D'):
    case vr('O', 'F'):
    case vr('O', 'L'):
    case vr('O', 'V'):
    case vr('O', 'W'):
    case vr('S', 'Q'):
    case vr('S', 'V'):
    case vr('U', 'C'):
    case vr('U', 'N'):
    case vr('U', 'R'):
    case vr('U', 'T'):
    case vr('U', 'V'):
      return true;
    default:
      return false;
  }
}

}  // namespace

static_assert(std::endian::native == std::endian::little,
              "the readers assume a little endian host");

namespace {

// By letter and letter: asked of every element, so one look at a table and no search.
constexpr auto known_vrs = [] {
  constexpr std::array known{vr('A', 'E'), vr('A', 'S'), vr('A', 'T'), vr('C', 'S'), vr('D', 'A'),
                             vr('D', 'S'), vr('D', 'T'), vr('F', 'D'), vr('F', 'L'), vr('I', 'S'),
                             vr('L', 'O'), vr('L', 'T'), vr('O', 'B'), vr('O', 'D'), vr('O', 'F'),
                             vr('O', 'L'), vr('O', 'V'), vr('O', 'W'), vr('P', 'N'), vr('S', 'H'),
                             vr('S', 'L'), vr('S', 'Q'), vr('S', 'S'), vr('S', 'T'), vr('S', 'V'),
                             vr('T', 'M'), vr('U', 'C'), vr('U', 'I'), vr('U', 'L'), vr('U', 'N'),
                             vr('U', 'R'), vr('U', 'S'), vr('U', 'T'), vr('U', 'V')};
  std::array<bool, 26 * 26> table{};
  for (const Vr code : known) table[((code >> 8) - 'A') * 26U + ((code & 0xFF) - 'A')] = true;
  return table;
}();

}  // namespace

bool is_known_vr(Vr code) {
  const unsigned first = (code >> 8) - 'A';
  const unsigned second = (code & 0xFFU) - 'A';
  return first < 26 && second < 26 && known_vrs[first * 26 + second];
}

std::string tag_text(std::uint32_t tag) {
  char text[16];
  std::snprintf(text, sizeof text, "(%04x,%04x)", tag >> 16, tag & 0xFFFF);
  return text;
}

bool ElementReader::fail(Reason reason, std::string detail) {
  error_ = Problem{source_.failed() ? Reason::unreadable : reason, {}, std::move(detail)};
  return false;
}

bool ElementReader::read_header(std::uint64_t at, bool explicit_vr, bool big_endian,
                                Element& element) {
  if (at > end_ || end_ - at < 8)
    return fail(Reason::truncated, "ends at byte " + std::to_string(end_) +
                                       ", inside the element header at byte " + std::to_string(at));
  const auto* p = source_.at(at, 8);
  if (!p) return fail(Reason::truncated, "cannot be read at byte " + std::to_string(at));
  element.tag = std::uint32_t{read16(p, big_endian)} << 16 | read16(p + 2, big_endian);
  element.value = at + 8;
  // Items and delimiters have no VR in any encoding; a VR that is none means an implicit element
  // among explicit ones.
  const auto code = static_cast<Vr>(p[4] << 8 | p[5]);
  if (!explicit_vr || element.tag >> 16 == 0xFFFE || !is_known_vr(code)) {
    element.vr = unknown_vr;
    element.length = read32(p + 4, big_endian);
    return true;
  }
  element.vr = code;
  if (!has_long_header(code)) {
    element.length = read16(p + 6, big_endian);
    return true;
  }
  if (end_ - at < 12 || !(p = source_.at(at, 12)))
    return fail(Reason::truncated, "ends at byte " + std::to_string(end_) +
                                       ", inside the element header at byte " + std::to_string(at));
  element.length = read32(p + 8, big_endian);
  element.value = at + 12;
  return true;
}

bool ElementReader::next(Element& element) {
  if (!error_ || at_ >= end_) return false;
  if (source_.size() == ByteSource::unknown_size && !source_.at(at_, 1)) {
    if (source_.failed()) return fail(Reason::malformed, "the deflated data set is damaged");
    return false;  // the stream ends here, between two elements
  }
  if (!read_header(at_, encoding_.explicit_vr, encoding_.big_endian, element)) return false;
  at_ = element.value;
  return true;
}

bool ElementReader::skip(const Element& element) {
  at_ = element.value;
  if (element.has_undefined_length()) {
    // UN of undefined length holds implicit little endian items (PS3.5 6.2.2 note 1).
    const bool un = element.vr == vr('U', 'N');
    return skip_items(at_, encoding_.explicit_vr && !un, encoding_.big_endian && !un, 0);
  }
  if (!has_value(element))
    return fail(Reason::truncated, tag_text(element.tag) + " promises " +
                                       std::to_string(element.length) + " bytes at byte " +
                                       std::to_string(element.value) + ", the data ends at byte " +
                                       std::to_string(end_));
  at_ += element.length;
  return true;
}

bool ElementReader::skip_items(std::uint64_t& at, bool explicit_vr, bool big_endian, int depth) {
  if (depth > deepest_sequence)
    return fail(Reason::malformed,
                "sequences are nested deeper than " + std::to_string(deepest_sequence));
  for (Element item; read_header(at, explicit_vr, big_endian, item);) {
    at = item.value;
    if (item.tag == sequence_delimiter_tag) return true;
    if (item.tag != item_tag)
      return fail(Reason::malformed, "expected an item at byte " + std::to_string(at - 8) +
                                         ", found " + tag_text(item.tag));
    if (item.has_undefined_length()) {
      if (!skip_item_content(at, explicit_vr, big_endian, depth)) return false;
    } else if (!has_value(item)) {
      return fail(Reason::truncated, "an item promises " + std::to_string(item.length) +
                                         " bytes at byte " + std::to_string(at) +
                                         ", the data ends at byte " + std::to_string(end_));
    } else {
      at += item.length;
    }
  }
  return false;
}

bool ElementReader::skip_item_content(std::uint64_t& at, bool explicit_vr, bool big_endian,
                                      int depth) {
  for (Element element; read_header(at, explicit_vr, big_endian, element);) {
    at = element.value;
    if (element.tag == item_delimiter_tag) return true;
    if (element.has_undefined_length()) {
      const bool un = element.vr == vr('U', 'N');
      if (!skip_items(at, explicit_vr && !un, big_endian && !un, depth + 1)) return false;
    } else if (!has_value(element)) {
      return fail(Reason::truncated, tag_text(element.tag) + " promises " +
                                         std::to_string(element.length) + " bytes at byte " +
                                         std::to_string(at) + ", the data ends at byte " +
                                         std::to_string(end_));
    } else {
      at += element.length;
    }
  }
  return false;
}

}  // namespace dcmflow
