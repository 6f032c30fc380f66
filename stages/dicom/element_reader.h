#pragma once
// The header walk: data elements one after another (PS3.5 section 7), in explicit or implicit VR
// and either byte order, without touching the values that nobody asks for. Problems: truncated,
// malformed, unreadable, without subject. A reader is for one thread.

#include <cstdint>
#include <string>

#include "stages/dicom/byte_source.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// A Value Representation as one number, so that it can be compared at once: vr('O', 'W').
using Vr = std::uint16_t;
constexpr Vr vr(char first, char second) { return static_cast<Vr>(first << 8 | second); }
constexpr Vr unknown_vr = 0;  // implicit VR: the file does not say

struct Element {
  static constexpr std::uint32_t undefined_length = 0xFFFFFFFF;

  std::uint32_t tag = 0;
  Vr vr = unknown_vr;
  std::uint32_t length = 0;
  std::uint64_t value = 0;  // offset of the value

  bool has_undefined_length() const { return length == undefined_length; }
};

inline constexpr std::uint32_t item_tag = 0xFFFEE000;
inline constexpr std::uint32_t item_delimiter_tag = 0xFFFEE00D;
inline constexpr std::uint32_t sequence_delimiter_tag = 0xFFFEE0DD;

// Whether `code` is a VR of PS3.5 table 6.2-1.
bool is_known_vr(Vr code);

// Walks one level of a data set. Never reads beyond `end`; every length is checked against it
// before it is used.
class ElementReader {
 public:
  // From `offset` to `end` (source.size() for a whole data set).
  ElementReader(ByteSource& source, DatasetEncoding encoding, std::uint64_t offset,
                std::uint64_t end)
      : source_(source), encoding_(encoding), at_(offset), end_(end) {}

  // The next element's header; the reader stands at its value then. False at the end, or when the
  // bytes make no element: see error().
  bool next(Element& element) {
    if (at_ >= end_ || !error_) return false;
    if (source_.size() == ByteSource::unknown_size && stream_ends()) return false;
    if (!read_header(at_, encoding_.explicit_vr, encoding_.big_endian, element)) return false;
    at_ = element.value;
    return true;
  }

  // Goes past the value, through nested items when the length is undefined. False when the value
  // leaves the data: see error().
  bool skip(const Element& element) {
    at_ = element.value;
    if (element.has_undefined_length()) return skip_undefined_length(element);
    if (!has_value(element)) return leaves_the_data(element);
    at_ += element.length;
    return true;
  }

  // Goes past an item of either kind of length: an undefined one is walked element by element.
  bool skip_item(const Element& item);
  // Goes on at `offset`, which somebody else found to be behind the value of the last element.
  void go_to(std::uint64_t offset) { at_ = offset; }

  // Whether the value lies wholly in the data.
  bool has_value(const Element& element) const {
    return element.value <= end_ && element.length <= end_ - element.value;
  }

  std::uint64_t offset() const { return at_; }
  std::uint64_t end() const { return end_; }
  // Why the walk stopped early; ok() when it did not.
  const Status& error() const { return error_; }

  ByteSource& source() { return source_; }
  DatasetEncoding encoding() const { return encoding_; }

 private:
  bool fail(Reason reason, std::string detail);
  // Out of line, so that what is called for every element stays small.
  [[gnu::cold, gnu::noinline]] bool ends_inside_header(std::uint64_t at);
  [[gnu::cold, gnu::noinline]] bool cannot_be_read(std::uint64_t at);
  [[gnu::cold, gnu::noinline]] bool leaves_the_data(const Element& element);
  bool stream_ends();
  bool skip_undefined_length(const Element& element);
  bool skip_items(std::uint64_t& at, bool explicit_vr, bool big_endian, int depth);
  bool skip_item_content(std::uint64_t& at, bool explicit_vr, bool big_endian, int depth);
  bool read_header(std::uint64_t at, bool explicit_vr, bool big_endian, Element& element);

  ByteSource& source_;
  DatasetEncoding encoding_;
  std::uint64_t at_;
  std::uint64_t end_;
  Status error_{Done{}};
};

// "(0028,0010)"
std::string tag_text(std::uint32_t tag);

}  // namespace dcmflow
