#pragma once
// DICOM files byte by byte, for what no writer would write: any VR, length and byte order.
//   RawDataset().add(0x00280010, "US", number(4, 2)).bytes()

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "test-data/dicom_builder.h"

namespace dcmflow {

class RawDataset {
 public:
  static constexpr std::uint32_t undefined_length = 0xFFFFFFFF;

  explicit RawDataset(std::string_view transfer_syntax = transfer_syntax::explicit_little)
      : transfer_syntax_(transfer_syntax),
        is_big_endian_(transfer_syntax == transfer_syntax::explicit_big),
        has_vr_(transfer_syntax != transfer_syntax::implicit_little) {}

  // `value` as it is to stand in the file: see number(). Its length may lie.
  RawDataset& add(std::uint32_t tag, std::string_view vr, std::string_view value) {
    return add(tag, vr, value, static_cast<std::uint32_t>(value.size()));
  }
  RawDataset& add(std::uint32_t tag, std::string_view vr, std::string_view value,
                  std::uint32_t length) {
    content_ += header(tag, vr, length);
    content_ += value;
    return *this;
  }

  // In the byte order of the data set.
  std::string number(std::uint64_t value, unsigned bytes) const {
    std::string text;
    for (unsigned i = 0; i < bytes; ++i)
      text += static_cast<char>(value >> 8 * (is_big_endian_ ? bytes - 1 - i : i));
    return text;
  }
  // One item around elements; `length` as of add().
  std::string item(const RawDataset& elements) const {
    return header(0xFFFEE000, "", static_cast<std::uint32_t>(elements.content_.size())) +
           elements.content_;
  }
  std::string open_item(const RawDataset& elements) const {
    return header(0xFFFEE000, "", undefined_length) + elements.content_ + header(0xFFFEE00D, "", 0);
  }
  std::string end_of_sequence() const { return header(0xFFFEE0DD, "", 0); }

  // The Part 10 file.
  std::string bytes() const {
    std::string uid(transfer_syntax_);
    if (uid.size() % 2 != 0) uid += '\0';
    const RawDataset meta;
    return std::string(128, '\0') + "DICM" + meta.header(0x00020010, "UI", uid.size()) + uid +
           content_;
  }
  void save(const std::string& path) const { std::ofstream(path, std::ios::binary) << bytes(); }

 private:
  std::string header(std::uint32_t tag, std::string_view vr, std::uint64_t length) const {
    std::string text = number(tag >> 16, 2) + number(tag & 0xFFFF, 2);
    if (!has_vr_ || vr.empty()) return text + number(length, 4);
    constexpr std::string_view long_ones = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
    text += vr;
    return long_ones.find(vr) == std::string_view::npos
               ? text + number(length, 2)
               : text + std::string(2, '\0') + number(length, 4);
  }

  std::string transfer_syntax_;
  bool is_big_endian_;
  bool has_vr_;
  std::string content_;
};

}  // namespace dcmflow
