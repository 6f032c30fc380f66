#include "test-data/phantom.h"
#include "test-data/ramp/multi_frame.h"

namespace dcmflow::cases {
namespace {

// An element of the CSA header, format SV10: a name, a VR and its values as text.
void append(std::string& bytes, std::uint32_t number) {
  for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(number >> 8 * i & 0xffU);
}

void append_csa(std::string& bytes, std::string name, std::string_view vr, std::uint32_t code,
                const std::vector<std::string>& values) {
  name.resize(64);
  bytes += name;
  append(bytes, static_cast<std::uint32_t>(values.size()));
  bytes.append(vr).append(2, '\0');
  append(bytes, code);
  append(bytes, static_cast<std::uint32_t>(values.size()));
  append(bytes, 77);
  for (const std::string& value : values) {
    const auto length = static_cast<std::uint32_t>(value.size() + 1);
    append(bytes, length);
    append(bytes, length);
    append(bytes, 77);
    append(bytes, length);
    bytes += value;
    bytes.append(4 - value.size() % 4, '\0');
  }
}

std::string csa_header(const File& file) {
  const Vector step = along(file.frames[1].position, -1, file.frames[0].position);
  const Vector direction = normalised(step);
  std::string bytes = "SV10\4\3\2\1";
  append(bytes, 2);
  append(bytes, 77);
  append_csa(bytes, "NumberOfImagesInMosaic", "US", 18, {std::to_string(file.frames.size())});
  std::vector<std::string> normal;
  for (const double component : direction) normal.push_back(decimal_string(component));
  append_csa(bytes, "SliceNormalVector", "FD", 4, normal);
  std::string text;
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += text.empty() ? "" : "\\";
    text += {hex[byte / 16], hex[byte % 16]};
  }
  return text;
}

}  // namespace

void siemens_mosaic(DicomBuilder& builder, const File& file) {
  const double right = (file.tiles_across - 1) * file.columns / 2.0 * file.column_spacing;
  const double down = (file.tiles_across - 1) * file.rows / 2.0 * file.row_spacing;
  const Vector corner = along(along(file.frames[0].position, -right, file.row), -down, file.column);
  builder.set("Manufacturer", "SIEMENS")
      .set("ImageType", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC")
      .set("ImagePositionPatient", text_of(corner))
      .set("SpacingBetweenSlices", text_of({file.gap}))
      .set("AcquisitionMatrix",
           std::to_string(file.columns) + "\\0\\0\\" + std::to_string(file.rows))
      .set("InPlanePhaseEncodingDirection", "COL");
  builder.set_private(0x0029, "SIEMENS CSA HEADER", 0x08, "CS", "IMAGE NUM 4");
  builder.set_private(0x0029, "SIEMENS CSA HEADER", 0x10, "OB", csa_header(file));
}

}  // namespace dcmflow::cases
