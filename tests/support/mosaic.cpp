#include "tests/support/mosaic.h"

#include <cmath>
#include <cstring>

#include "test-data/phantom.h"

namespace dcmflow {
namespace {

using Vector = std::array<double, 3>;

Vector along(const Vector& from, const Vector& direction, double distance) {
  return {from[0] + direction[0] * distance, from[1] + direction[1] * distance,
          from[2] + direction[2] * distance};
}

std::string join(std::initializer_list<double> numbers) {
  std::string text;
  for (const double number : numbers) {
    if (!text.empty()) text += '\\';
    text += decimal_string(number);
  }
  return text;
}

void append(std::vector<std::uint8_t>& bytes, std::int32_t number) {
  std::uint8_t four[4];
  std::memcpy(four, &number, 4);
  bytes.insert(bytes.end(), four, four + 4);
}

void append(std::vector<std::uint8_t>& bytes, std::string_view text, std::size_t size) {
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.resize(bytes.size() + size - text.size());
}

}  // namespace

std::array<double, 3> MosaicPhantom::normal() const {
  return {row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
          row[0] * column[1] - row[1] * column[0]};
}

std::array<double, 3> MosaicPhantom::position(unsigned tile) const {
  return along(first, normal(), step * tile);
}

std::array<double, 3> MosaicPhantom::centre(unsigned tile) const {
  return along(along(position(tile), row, (columns - 1) / 2.0 * column_spacing), column,
               (rows - 1) / 2.0 * row_spacing);
}

DicomBuilder mosaic_file(const MosaicPhantom& p, const std::string& image_type) {
  const unsigned width = p.columns * p.across;
  const unsigned height = p.rows * p.down;
  std::vector<std::int32_t> stored(std::size_t{width} * height, -7);
  for (unsigned tile = 0; tile < p.tiles; ++tile)
    for (unsigned j = 0; j < p.rows; ++j)
      for (unsigned i = 0; i < p.columns; ++i) {
        const auto at = along(along(p.position(tile), p.row, i * p.column_spacing), p.column,
                              j * p.row_spacing);
        stored[(tile / p.across * p.rows + j) * width + tile % p.across * p.columns + i] =
            static_cast<std::int32_t>(std::lround(ramp(at)));
      }
  // The position is that of a slice of the size of the mosaic around the same centre.
  const auto corner =
      along(along(p.first, p.row, -(p.columns * (p.across - 1.0) / 2) * p.column_spacing), p.column,
            -(p.rows * (p.down - 1.0) / 2) * p.row_spacing);
  DicomBuilder file;
  file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4")
      .set("Modality", "MR")
      .set("Manufacturer", "SIEMENS")
      .set("ImageType", "ORIGINAL\\PRIMARY\\M\\" + image_type)
      .set("Rows", std::to_string(height))
      .set("Columns", std::to_string(width))
      .set("PixelSpacing", join({p.row_spacing, p.column_spacing}))
      .set("SpacingBetweenSlices", decimal_string(std::abs(p.step)))
      .set("ImagePositionPatient", join({corner[0], corner[1], corner[2]}))
      .set("ImageOrientationPatient",
           join({p.row[0], p.row[1], p.row[2], p.column[0], p.column[1], p.column[2]}))
      .pixels16(stored);
  return file;
}

std::vector<std::uint8_t> csa_header(const CsaElements& elements, CsaFormat format) {
  std::vector<std::uint8_t> bytes;
  if (format == CsaFormat::sv10) append(bytes, "SV10\4\3\2\1", 8);
  append(bytes, static_cast<std::int32_t>(elements.size()));
  append(bytes, 77);
  for (const auto& [name, values] : elements) {
    append(bytes, name, 64);
    append(bytes, 1);  // multiplicity
    append(bytes, "LO", 4);
    append(bytes, 19);  // syngo type
    append(bytes, static_cast<std::int32_t>(values.size() + 1));
    append(bytes, 77);
    for (std::size_t i = 0; i <= values.size(); ++i) {  // the last item is empty, as scanners do
      const auto value = i < values.size() ? values[i] + '\0' : std::string();
      const auto length = static_cast<std::int32_t>(value.size());
      append(bytes, format == CsaFormat::older ? length + 6 : length);
      append(bytes, length);
      append(bytes, 77);
      append(bytes, length);
      append(bytes, value, (value.size() + 3) / 4 * 4);
    }
  }
  return bytes;
}

void set_csa(DicomBuilder& file, std::uint8_t element, const std::vector<std::uint8_t>& csa) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : csa) {
    if (!text.empty()) text += '\\';
    text += {digits[byte >> 4], digits[byte & 15]};
  }
  file.set_private(0x0029, "SIEMENS CSA HEADER", element, "OB", text);
}

CsaElements csa_image_elements(const MosaicPhantom& phantom) {
  const auto sign = phantom.step < 0 ? -1 : 1;
  std::vector<std::string> normal;
  for (const double component : phantom.normal())
    normal.push_back(std::to_string(sign * component) + "  ");
  return {{"EchoLinePosition", {"32"}},
          {"NumberOfImagesInMosaic", {std::to_string(phantom.tiles)}},
          {"SliceNormalVector", normal}};
}

CsaElements csa_series_elements(const MosaicPhantom& phantom, bool reversed) {
  std::string text = "<XProtocol> { } \n### ASCCONV BEGIN object=MrProtDataImpl ###\n";
  for (unsigned k = 0; k < phantom.tiles; ++k) {
    const auto centre = phantom.centre(reversed ? phantom.tiles - 1 - k : k);
    const auto slice = "sSliceArray.asSlice[" + std::to_string(k) + "].sPosition.d";
    text += slice + "Sag\t = \t" + decimal_string(centre[0]) + "\n";
    text += slice + "Cor\t = \t" + decimal_string(centre[1]) + "  # mm\n";
    if (centre[2] != 0) text += slice + "Tra\t = \t" + decimal_string(centre[2]) + "\n";
  }
  text += "sSliceArray.lSize\t = \t" + std::to_string(phantom.tiles) +
          "\n### ASCCONV END ###\nsSliceArray.lSize = 99\n";
  return {{"UsedPatientWeight", {"75"}}, {"MrPhoenixProtocol", {text}}};
}

}  // namespace dcmflow
