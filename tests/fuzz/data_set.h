#pragma once
// A data set under construction, element by element, of whatever bytes: explicit VR little endian
// without a preamble (PS3.5 7.1.2).

#include <cstdint>
#include <span>
#include <string_view>

#include "tests/fuzz/fuzz_target.h"

namespace dcmflow::fuzz {

class DataSet {
 public:
  void add(std::uint32_t tag, std::string_view vr, std::span<const std::uint8_t> value) {
    put_tag(tag);
    bytes_.insert(bytes_.end(), vr.begin(), vr.end());
    if (has_long_length(vr)) {
      put(0, 2);
      put(value.size(), 4);
    } else {
      value = value.first(std::min<std::size_t>(value.size(), 0xFFFE));
      put(value.size(), 2);
    }
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void add(std::uint32_t tag, std::string_view vr, std::string_view text) {
    Bytes value(text.begin(), text.end());
    if (value.size() % 2 != 0) value.push_back(vr == "UI" ? 0 : ' ');
    add(tag, vr, std::span<const std::uint8_t>(value));
  }
  void add_number(std::uint32_t tag, std::uint16_t number) {
    const Bytes value{static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)};
    add(tag, "US", std::span<const std::uint8_t>(value));
  }
  void add_item(const DataSet& content) {
    put_tag(0xFFFEE000);
    put(content.bytes_.size(), 4);
    bytes_.insert(bytes_.end(), content.bytes_.begin(), content.bytes_.end());
  }

  const Bytes& bytes() const { return bytes_; }

 private:
  static bool has_long_length(std::string_view vr) {
    return vr == "OB" || vr == "OW" || vr == "SQ" || vr == "UN" || vr == "UT";
  }
  void put(std::uint64_t number, int count) {
    for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  }
  void put_tag(std::uint32_t tag) {
    put(tag >> 16, 2);
    put(tag & 0xFFFF, 2);
  }

  Bytes bytes_;
};

// The elements of an image that stand before group 0018. The series is always the same.
inline DataSet begin_image(std::string_view sop_class, std::string_view modality,
                           std::string_view image_type = "ORIGINAL\\PRIMARY\\M\\MOSAIC") {
  DataSet image;
  image.add(0x00080008, "CS", image_type);
  image.add(0x00080016, "UI", sop_class);
  image.add(0x00080018, "UI", "1.2.3.4.5");
  image.add(0x00080060, "CS", modality);
  return image;
}

// Those of group 0020 up to the orientation, those of group 0028 for frames of 4 × 4 pixels of 8
// bits, and the pixels.
inline void add_plane(DataSet& image) {
  image.add(0x0020000D, "UI", "1.2.3");
  image.add(0x0020000E, "UI", "1.2.3.4");
  image.add(0x00200032, "DS", "0\\0\\0");
  image.add(0x00200037, "DS", "1\\0\\0\\0\\1\\0");
}
inline void add_layout(DataSet& image, std::uint16_t frames) {
  image.add_number(0x00280002, 1);
  image.add(0x00280004, "CS", "MONOCHROME2");
  image.add(0x00280008, "IS", std::to_string(frames));
  image.add_number(0x00280010, 4);
  image.add_number(0x00280011, 4);
  image.add(0x00280030, "DS", "1\\1");
  image.add_number(0x00280100, 8);
  image.add_number(0x00280101, 8);
  image.add_number(0x00280102, 7);
  image.add_number(0x00280103, 0);
}
inline void add_pixels(DataSet& image, std::uint16_t frames) {
  image.add(0x7FE00010, "OW",
            std::span<const std::uint8_t>(Bytes(std::size_t{16} * frames, std::uint8_t{1})));
}

}  // namespace dcmflow::fuzz
