#include "test-data/phantom.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace dcmflow {
namespace {

using Vector = std::array<double, 3>;

constexpr std::pair<std::string_view, std::string_view> sop_classes[] = {
    {"CT", "1.2.840.10008.5.1.4.1.1.2"},
    {"MR", "1.2.840.10008.5.1.4.1.1.4"},
    {"PT", "1.2.840.10008.5.1.4.1.1.128"},
};

std::string_view sop_class(std::string_view modality) {
  for (const auto& [name, uid] : sop_classes)
    if (name == modality) return uid;
  throw std::runtime_error("modality " + std::string(modality) + ", expected CT, MR or PT");
}

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector along(const Vector& start, double distance, const Vector& direction) {
  return {start[0] + distance * direction[0], start[1] + distance * direction[1],
          start[2] + distance * direction[2]};
}

std::string join(std::initializer_list<double> numbers) {
  std::string text;
  for (const double value : numbers) text += (text.empty() ? "" : "\\") + decimal_string(value);
  return text;
}

// splitmix64: the same numbers with every standard library.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t mixed = state += 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
  return mixed ^ mixed >> 31U;
}

// The numbers of the slices, in spatial order: a permutation, the identity for seed 0.
std::vector<unsigned> shuffled_numbers(unsigned count, unsigned first, std::uint64_t seed) {
  std::vector<unsigned> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  for (std::size_t i = count; seed != 0 && i > 1; --i)
    std::swap(numbers[i - 1], numbers[next_random(seed) % i]);
  return numbers;
}

std::vector<unsigned> file_numbers(const PhantomSeries& series) {
  return shuffled_numbers(series.slices, series.first_number, series.seed);
}

std::vector<unsigned> instance_numbers(const PhantomSeries& series) {
  const std::uint64_t seed = series.seed == 0 ? 0 : series.seed ^ 0x5bd1e995U;
  return shuffled_numbers(series.slices, series.first_number, seed);
}

// Extra elements in the mixture of a scanner: numbers, texts and, every 16 elements, a sequence
// with items in it. Counts nested elements too.
void add_header_elements(DicomBuilder& file, unsigned count) {
  constexpr std::string_view creator = "DCMFLOW PHANTOM";
  constexpr std::array<std::uint16_t, 3> groups{0x0019, 0x0021, 0x0051};
  for (unsigned i = 0; i < count; ++i) {
    const auto group = groups[i / 200 % groups.size()];
    const auto element = static_cast<std::uint8_t>(i % 200);
    const std::string number = std::to_string(i);
    switch (i % 16) {
      case 3:
        file.set_private(group, creator, element, "DS", join({i * 0.37, i * -1.25, i / 3.0}));
        break;
      case 7:
        file.set_private(group, creator, element, "US", number);
        break;
      case 11:
        file.set_private(group, creator, element, "FD", number);
        break;
      case 15: {
        const unsigned item = i / 16;
        const std::string referenced = "1.2.3.99." + number;
        file.set_in("ReferencedImageSequence", item, "ReferencedSOPClassUID", sop_class("MR"));
        file.set_in("ReferencedImageSequence", item, "ReferencedSOPInstanceUID", referenced);
        const std::string item_path = "ReferencedImageSequence[" + std::to_string(item) + "]";
        file.set_in(item_path + ".PurposeOfReferenceCodeSequence", 0, "CodeValue", "121311");
        i += 3;
        break;
      }
      default:
        file.set_private(group, creator, element, i % 2 == 0 ? "LO" : "IS",
                         i % 2 == 0 ? "PHANTOM VALUE " + number : number);
    }
  }
}

std::vector<std::int32_t> stored_values(const PhantomSeries& series, const Vector& position) {
  const auto bits = static_cast<int>(series.bits_stored);
  const double low = series.is_signed ? -std::ldexp(1, bits - 1) : 0;
  const double highest_above_low = std::ldexp(1, bits) - 1;
  const double slope = series.rescale_slope;
  const double intercept = series.rescale_intercept;
  std::vector<std::int32_t> values(std::size_t{series.rows} * series.columns);
  auto next = values.begin();
  for (unsigned r = 0; r < series.rows; ++r) {
    const Vector line = along(position, r * series.row_spacing, series.column);
    for (unsigned c = 0; c < series.columns; ++c) {
      const Vector point = along(line, c * series.column_spacing, series.row);
      const double value = series.value ? series.value(point) : ramp(point);
      // Above `low` nothing is negative, so cutting off the fraction rounds half up.
      const double above_low =
          std::clamp((value - intercept) / slope - low + 0.5, 0.0, highest_above_low);
      *next++ = static_cast<std::int32_t>(static_cast<std::int64_t>(above_low) +
                                          static_cast<std::int64_t>(low));
    }
  }
  return values;
}

void put_pixels(DicomBuilder& file, const std::vector<std::int32_t>& values, unsigned cell_bytes) {
  if (cell_bytes == 2) {
    file.pixels16(values);
    return;
  }
  std::vector<std::uint8_t> bytes;
  bytes.reserve(values.size() * cell_bytes);
  for (const std::int32_t value : values)
    for (unsigned i = 0; i < cell_bytes; ++i)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> (8 * i)));
  file.pixels(bytes);
}

void check_layout(const PhantomSeries& series) {
  const bool whole_bytes = series.bits_allocated % 8 == 0 && series.bits_allocated <= 32;
  if (!whole_bytes || series.bits_stored == 0 || series.bits_stored > series.bits_allocated)
    throw std::runtime_error("bits allocated " + std::to_string(series.bits_allocated) +
                             " and stored " + std::to_string(series.bits_stored) +
                             ", expected 8, 16, 24 or 32 and no more than that");
}

}  // namespace

double ramp(const std::array<double, 3>& position) {
  return 2 * position[0] + 3 * position[1] + 5 * position[2];
}

std::string decimal_string(double value) {
  if (value == 0) value = 0;  // no "-0"
  std::array<char, 40> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  for (int digits = 15; end - text.data() > 16; --digits)
    end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general,
                        digits)
              .ptr;
  return {text.data(), end};
}

DicomBuilder phantom_header(const PhantomSeries& series) {
  check_layout(series);
  const auto& r = series.row;
  const auto& c = series.column;
  DicomBuilder file;
  file.set("SOPClassUID", sop_class(series.modality))
      .set("Modality", series.modality)
      .set("PatientName", series.patient_name)
      .set("PatientID", series.patient_id)
      .set("StudyInstanceUID", series.study_uid)
      .set("SeriesInstanceUID", series.series_uid)
      .set("FrameOfReferenceUID", series.study_uid + ".9")
      .set("StudyDescription", series.study_description)
      .set("SeriesDescription", series.series_description)
      .set("Rows", std::to_string(series.rows))
      .set("Columns", std::to_string(series.columns))
      .set("PixelSpacing", join({series.row_spacing, series.column_spacing}))
      .set("SliceThickness", decimal_string(series.slice_spacing))
      .set("ImageOrientationPatient", join({r[0], r[1], r[2], c[0], c[1], c[2]}))
      .set("BitsAllocated", std::to_string(series.bits_allocated))
      .set("BitsStored", std::to_string(series.bits_stored))
      .set("HighBit", std::to_string(series.bits_stored - 1))
      .set("PixelRepresentation", series.is_signed ? "1" : "0")
      .set("RescaleIntercept", decimal_string(series.rescale_intercept))
      .set("RescaleSlope", decimal_string(series.rescale_slope));
  if (series.modality == "MR") {
    file.set("ImageType", "ORIGINAL\\PRIMARY\\M\\ND")
        .set("ScanningSequence", "GR")
        .set("SequenceVariant", "SP")
        .set("MRAcquisitionType", "3D")
        .set("EchoTime", "3.2")
        .set("RepetitionTime", "8.1")
        .set("MagneticFieldStrength", "3");
    if (series.rescale_slope == 1 && series.rescale_intercept == 0)
      file.remove("RescaleSlope").remove("RescaleIntercept");  // no MR Image attributes (PS3.3 A.4)
  }
  add_header_elements(file, series.header_elements);
  return file;
}

DicomBuilder phantom_slice(const PhantomSeries& series, const DicomBuilder& header,
                           unsigned slice) {
  const Vector normal = cross(series.row, series.column);
  const Vector position = along(series.origin, slice * series.slice_spacing, normal);
  const std::string number = std::to_string(file_numbers(series)[slice]);
  DicomBuilder file(header);
  file.set("SOPInstanceUID", series.series_uid + "." + number)
      .set("InstanceNumber", std::to_string(instance_numbers(series)[slice]))
      .set("ImagePositionPatient", join({position[0], position[1], position[2]}));
  put_pixels(file, stored_values(series, position), series.bits_allocated / 8);
  return file;
}

std::vector<std::string> phantom_file_names(const PhantomSeries& series) {
  std::vector<std::string> names;
  for (const unsigned number : file_numbers(series)) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    names.push_back(series.series_uid + "_" + digits + ".dcm");
  }
  return names;
}

std::vector<std::string> write_phantom_series(const PhantomSeries& series,
                                              const std::string& folder) {
  const DicomBuilder header = phantom_header(series);
  std::vector<std::string> paths;
  for (const std::string& name : phantom_file_names(series)) {
    const auto slice = static_cast<unsigned>(paths.size());
    DicomBuilder file = phantom_slice(series, header, slice);
    if (series.edit) series.edit(slice, file);
    paths.push_back(std::string(folder).append("/").append(name));
    file.save(paths.back(), series.transfer_syntax);
  }
  return paths;
}

}  // namespace dcmflow
