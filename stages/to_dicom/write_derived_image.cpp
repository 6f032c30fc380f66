#include "stages/to_dicom/write_derived_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "stages/base/printable.h"
#include "stages/dicom/value_text.h"
#include "stages/to_dicom/new_uid.h"

namespace dcmflow {
namespace {

constexpr std::string_view ct = "1.2.840.10008.5.1.4.1.1.2", mr = "1.2.840.10008.5.1.4.1.1.4",
                           pet = "1.2.840.10008.5.1.4.1.1.128";

struct DerivedClass {
  std::string_view of_source;  // modality
  std::string_view sop_class;
  std::string_view third_word;  // of Image Type, where the source has none
};
constexpr std::array classes{DerivedClass{"CT", ct, "AXIAL"}, DerivedClass{"MR", mr, "OTHER"},
                             DerivedClass{"PT", pet, ""}};

// Of the scan, as far as the source tells it. `otherwise`: what stands there in its place; the
// attribute is left out where that is "-".
struct ScanAttribute {
  std::string_view sop_class;  // empty: of each
  std::uint32_t tag;
  std::string_view vr;
  std::string_view otherwise;
};
constexpr std::array scan_values{
    ScanAttribute{"", 0x00080022, "DA", "-"},               // Acquisition Date
    ScanAttribute{"", 0x00080032, "TM", "-"},               // Acquisition Time
    ScanAttribute{"", 0x00180050, "DS", ""},                // Slice Thickness
    ScanAttribute{"", 0x00185100, "CS", ""},                // Patient Position
    ScanAttribute{"", 0x00200012, "IS", ""},                // Acquisition Number
    ScanAttribute{"", 0x00201041, "DS", "-"},               // Slice Location
    ScanAttribute{ct, 0x00180060, "DS", ""},                // KVP
    ScanAttribute{ct, 0x00181120, "DS", "-"},               // Gantry/Detector Tilt
    ScanAttribute{mr, 0x00180020, "CS", "RM"},              // Scanning Sequence
    ScanAttribute{mr, 0x00180021, "CS", "NONE"},            // Sequence Variant
    ScanAttribute{mr, 0x00180022, "CS", ""},                // Scan Options
    ScanAttribute{mr, 0x00180023, "CS", ""},                // MR Acquisition Type
    ScanAttribute{mr, 0x00180080, "DS", ""},                // Repetition Time
    ScanAttribute{mr, 0x00180081, "DS", ""},                // Echo Time
    ScanAttribute{mr, 0x00180082, "DS", ""},                // Inversion Time
    ScanAttribute{mr, 0x00180091, "IS", ""},                // Echo Train Length
    ScanAttribute{pet, 0x00181242, "IS", "0"},              // Actual Frame Duration
    ScanAttribute{pet, 0x00280051, "CS", ""},               // Corrected Image
    ScanAttribute{pet, 0x00540081, "US", "1"},              // Number of Slices
    ScanAttribute{pet, 0x00541000, "CS", "STATIC\\IMAGE"},  // Series Type
    ScanAttribute{pet, 0x00541002, "CS", "EMISSION"},       // Counts Source
    ScanAttribute{pet, 0x00541102, "CS", "NONE"},           // Decay Correction
    ScanAttribute{pet, 0x00541300, "DS", "0"},              // Frame Reference Time
};

const DerivedClass* class_of(const Instance& source) {
  const auto found = std::ranges::find(classes, source.shared->modality, &DerivedClass::of_source);
  return found == classes.end() ? nullptr : &*found;
}

// The third of several values.
std::string third_word(std::string_view values) {
  for (int i = 0; i < 2; ++i) {
    const auto end = values.find('\\');
    if (end == std::string_view::npos) return {};
    values.remove_prefix(end + 1);
  }
  return std::string(values.substr(0, values.find('\\')));
}

void put_scan(DataSet& object, const Instance& source, const DerivedClass& to) {
  for (const auto& attribute : scan_values) {
    if (!attribute.sop_class.empty() && attribute.sop_class != to.sop_class) continue;
    const auto value = value_of(source, attribute.tag);
    if (!value.empty())
      object.put(attribute.tag, attribute.vr, value);
    else if (attribute.otherwise != "-")
      object.put(attribute.tag, attribute.vr, attribute.otherwise);
  }
  if (to.sop_class != pet) return;
  object.put(0x00181181, "CS", "");      // Collimator Type
  object.put(0x00541001, "CS", "NONE");  // Units: of what came out nothing is known
  object.put_sequence(0x00540016, std::vector<DataSet>());  // Radiopharmaceutical Information
}

void put_pixels(DataSet& object, const DerivedImageParts& parts, std::span<const float> values) {
  const auto& stored = parts.stored;
  object.put_us(0x00280002, {1}).put(0x00280004, "CS", "MONOCHROME2");
  object.put_us(0x00280010, {static_cast<std::uint16_t>(parts.grid.size[1])});
  object.put_us(0x00280011, {static_cast<std::uint16_t>(parts.grid.size[0])});
  object.put_us(0x00280100, {16}).put_us(0x00280101, {16}).put_us(0x00280102, {15});
  object.put_us(0x00280103, {static_cast<std::uint16_t>(stored.is_signed ? 1 : 0)});
  const double width = std::max(1.0, stored.greatest - stored.least);
  object.put(0x00281050, "DS", decimal_text((stored.least + stored.greatest) / 2));
  object.put(0x00281051, "DS", decimal_text(width));
  object.put(0x00281052, "DS", "0").put(0x00281053, "DS", decimal_text(stored.slope));
  object.put(0x00281054, "LO", "US");  // unspecified
  object.put_stream(0x7FE00010, "OW", static_cast<std::uint32_t>(values.size() * 2),
                    [values, slope = stored.slope](const DataSet::Sink& sink) {
                      std::vector<std::uint8_t> bytes;
                      bytes.reserve(values.size() * 2);
                      for (const float value : values) {
                        const auto sample = static_cast<std::uint16_t>(std::llround(value / slope));
                        bytes.push_back(static_cast<std::uint8_t>(sample));
                        bytes.push_back(static_cast<std::uint8_t>(sample >> 8));
                      }
                      return sink(bytes);
                    });
}

}  // namespace

StoredValues choose_stored_values(std::span<const float> values) {
  constexpr double most_signed = std::numeric_limits<std::int16_t>::max();
  constexpr double most_unsigned = std::numeric_limits<std::uint16_t>::max();
  const auto [least, greatest] = std::ranges::minmax(values);
  StoredValues stored{.least = least, .greatest = greatest};
  const bool is_whole =
      std::ranges::all_of(values, [](float value) { return value == std::floor(value); });
  if (is_whole && least >= -most_signed - 1 && greatest <= most_signed) return stored;
  if (is_whole && least >= 0 && greatest <= most_unsigned) {
    stored.is_signed = false;
    return stored;
  }
  // As the file will say it.
  const double largest = std::max(std::abs(double{least}), std::abs(double{greatest}));
  stored.slope = parse_decimal(decimal_text(largest / most_signed)).value_or(1);
  for (const float value : values) {
    const double back = std::round(value / stored.slope) * stored.slope;
    stored.largest_error = std::max(stored.largest_error, std::abs(back - value));
  }
  return stored;
}

Result<std::string_view> derived_class(const Instance& source) {
  if (const auto* found = class_of(source)) return found->sop_class;
  return Problem{Reason::bad_settings, "to-dicom image",
                 "the source is of modality " + printable(source.shared->modality) +
                     ", expected CT, MR or PT"};
}

Status write_derived_slice(OutputFile& file, const DerivedImageParts& parts, std::uint32_t slice) {
  const auto& sources = parts.sources_of_slices[slice];
  // A slice that no frame was there for is told by the first.
  const Instance& source = *(sources.empty() ? parts.sources.front() : sources.front()).instance;
  const DerivedClass& to = *class_of(source);
  const auto uid = new_uid();
  DataSet object = begin_object(source, parts.series, to.sop_class, uid);
  auto third = third_word(value_of(source, 0x00080008));
  if (third.empty()) third = to.third_word;
  object.put(0x00080008, "CS", "DERIVED\\SECONDARY" + (third.empty() ? "" : '\\' + third));
  object.put(0x00082111, "ST", parts.derivation);
  object.put(0x00200013, "IS", std::to_string(slice + 1));
  if (to.sop_class == pet) object.put_us(0x00541330, {static_cast<std::uint16_t>(slice + 1)});
  put_scan(object, source, to);
  object.put(0x00200032, "DS", position_text(parts.grid, slice));
  object.put(0x00200037, "DS", orientation_text(parts.grid));
  object.put(0x00280030, "DS", spacing_text(parts.grid));
  if (!sources.empty()) object.put_sequence(0x00082112, source_image_items(sources));
  object.put_sequence(
      0x00081115, referenced_series_items(sources.empty() ? parts.sources : std::span(sources)));
  const std::size_t slice_voxels = std::size_t{parts.grid.size[0]} * parts.grid.size[1];
  put_pixels(object, parts, parts.values.subspan(slice * slice_voxels, slice_voxels));
  return write_dicom_file(file, object, to.sop_class, uid);
}

}  // namespace dcmflow
