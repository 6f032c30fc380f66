#pragma once
// A DICOM object that is written: its elements, put in any order, come out in that of their tags in
// Explicit VR Little Endian (PS3.5 7.1.2, A.2), as a Part 10 file (PS3.10 7.1). What is long (items
// of many frames, pixels) is made while it is written, so an object of any size takes little
// memory. Plain values; for one thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/output_file.h"
#include "stages/base/result.h"
#include "stages/dicom/decimal_text.h"

namespace dcmflow {

class DataSet {
 public:
  // What takes the bytes, piece after piece.
  using Sink = std::function<Status(std::span<const std::uint8_t>)>;
  using MakeItem = std::function<DataSet(std::size_t index)>;
  using Stream = std::function<Status(const Sink& sink)>;

  // A value of characters, in UTF-8, several separated by '\'; numbers of binary VRs (US, SS, UL,
  // SL, FL, FD) are read from text. An element that is put twice has the later value. REQUIRES: the
  // value is one of its VR, and below 64 KB where that has a length of 16 bits.
  DataSet& put(std::uint32_t tag, std::string_view vr, std::string_view text);
  // The same where there is any text.
  DataSet& put_if(std::uint32_t tag, std::string_view vr, std::string_view text);
  DataSet& put_us(std::uint32_t tag, std::initializer_list<std::uint16_t> values);
  DataSet& put_ul(std::uint32_t tag, std::initializer_list<std::uint32_t> values);
  DataSet& put_fd(std::uint32_t tag, double value);
  DataSet& put_at(std::uint32_t tag, std::uint32_t of_tag);
  DataSet& put_sequence(std::uint32_t tag, std::vector<DataSet> items);
  // Of one item.
  DataSet& put_sequence(std::uint32_t tag, const DataSet& item) {
    return put_sequence(tag, std::vector<DataSet>(1, item));
  }
  // Items that are asked for one after the other, while the object is written.
  DataSet& put_sequence(std::uint32_t tag, std::size_t items, MakeItem make);
  // Bytes of OB or OW that `stream` gives to the sink. REQUIRES: exactly `length`, an even number.
  DataSet& put_stream(std::uint32_t tag, std::string_view vr, std::uint32_t length, Stream stream);

  // Takes an element away, where it is there.
  DataSet& leave_out(std::uint32_t tag);
  // Gives it another tag. REQUIRES: it is there.
  DataSet& move(std::uint32_t tag, std::uint32_t to);

  bool has(std::uint32_t tag) const { return elements_.contains(tag); }
  // The elements alone, without what stands before them in a file.
  Status write_elements(const Sink& sink) const;

 private:
  struct Element {
    std::string vr;
    std::vector<std::uint8_t> value;
    std::size_t items = 0;  // of a sequence
    bool is_long = true;    // its items are not to be in memory at once
    MakeItem make_item;
    std::uint32_t stream_length = 0;
    Stream stream;
  };
  static Status write_sequence(std::uint32_t tag, const Element& element, const Sink& sink);
  DataSet& put_bytes(std::uint32_t tag, std::string_view vr, std::vector<std::uint8_t> value);

  std::map<std::uint32_t, Element> elements_;
};

// The whole file: preamble, file meta information with the SOP Class and Instance UIDs of the data
// set, which must be given again, and its elements. Problems: those of OutputFile, and of streams.
Status write_dicom_file(OutputFile& file, const DataSet& data_set, std::string_view sop_class_uid,
                        std::string_view sop_instance_uid);

}  // namespace dcmflow
