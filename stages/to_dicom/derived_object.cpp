#include "stages/to_dicom/derived_object.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// In the order of tags. Those with `always` are there also where the source has no value: type 2.
struct CopiedAttribute {
  std::uint32_t tag;
  bool always;
};
constexpr std::array copied{
    CopiedAttribute{0x00080020, true},   // Study Date
    CopiedAttribute{0x00080030, true},   // Study Time
    CopiedAttribute{0x00080050, true},   // Accession Number
    CopiedAttribute{0x00080090, true},   // Referring Physician's Name
    CopiedAttribute{0x00081030, false},  // Study Description
    CopiedAttribute{0x00100010, true},   // Patient's Name
    CopiedAttribute{0x00100020, true},   // Patient ID
    CopiedAttribute{0x00100021, false},  // Issuer of Patient ID
    CopiedAttribute{0x00100030, true},   // Patient's Birth Date
    CopiedAttribute{0x00100040, true},   // Patient's Sex
    CopiedAttribute{0x00101010, false},  // Patient's Age
    CopiedAttribute{0x00101020, false},  // Patient's Size
    CopiedAttribute{0x00101030, false},  // Patient's Weight
    CopiedAttribute{0x00120062, false},  // Patient Identity Removed
    CopiedAttribute{0x00120063, false},  // De-identification Method
    CopiedAttribute{0x00180015, false},  // Body Part Examined
    CopiedAttribute{0x0020000D, true},   // Study Instance UID
    CopiedAttribute{0x00200010, true},   // Study ID
    CopiedAttribute{0x00200052, false},  // Frame of Reference UID
    CopiedAttribute{0x00200060, false},  // Laterality
    CopiedAttribute{0x00201040, true},   // Position Reference Indicator
    CopiedAttribute{0x00282110, false},  // Lossy Image Compression
    CopiedAttribute{0x00282112, false},  // its ratio
};

struct SharedAttribute {
  std::uint32_t tag;
  std::string_view name;
  bool is_needed;
};
constexpr std::array shared_attributes{SharedAttribute{0x0020000D, "Study Instance UID", true},
                                       SharedAttribute{0x0020000E, "Series Instance UID", true},
                                       SharedAttribute{0x00100010, "Patient's Name", false},
                                       SharedAttribute{0x00100020, "Patient ID", false},
                                       SharedAttribute{0x00100030, "Patient's Birth Date", false},
                                       SharedAttribute{0x00200052, "Frame of Reference UID", true}};

const BuiltInAttribute& row_of(std::uint32_t tag) {
  return *std::ranges::lower_bound(built_in_attributes, tag, {}, &BuiltInAttribute::tag);
}

bool has_frames(const Instance& instance) {
  return instance.pixel_data.number_of_frames > 1 && instance.pixel_data.tiles_across == 0;
}

DataSet reference_item(const Instance& instance) {
  DataSet item;
  item.put(0x00081150, "UI", instance.shared->sop_class_uid);
  item.put(0x00081155, "UI", instance.sop_instance_uid());
  return item;
}

}  // namespace

std::string_view value_of(const Instance& instance, std::uint32_t tag) {
  const auto index = &row_of(tag) - built_in_attributes.data();
  return instance.find(static_cast<AttributeIndex>(index)).value_or("");
}

void copy_or_empty(DataSet& to, const Instance& from, std::uint32_t tag) {
  to.put(tag, row_of(tag).vr, value_of(from, tag));
}

void copy(DataSet& to, const Instance& from, std::uint32_t tag) {
  to.put_if(tag, row_of(tag).vr, value_of(from, tag));
}

Status check_sources(std::span<const SourceFrame> sources) {
  const auto refuse = [](const std::string& what) {
    return Problem{Reason::source_missing, {}, "the source slices have " + what};
  };
  for (const auto& attribute : shared_attributes) {
    const auto first = value_of(*sources.front().instance, attribute.tag);
    if (attribute.is_needed && first.empty()) return refuse("no " + std::string(attribute.name));
    const auto other = std::ranges::find_if(sources, [&](const SourceFrame& source) {
      return value_of(*source.instance, attribute.tag) != first;
    });
    if (other != sources.end())
      return refuse("more than one " + std::string(attribute.name) + ", expected one");
  }
  return Done{};
}

DataSet begin_object(const Instance& source, const NewSeries& series,
                     std::string_view sop_class_uid, std::string_view sop_instance_uid) {
  DataSet object;
  for (const auto& attribute : copied)
    if (attribute.always)
      copy_or_empty(object, source, attribute.tag);
    else
      copy(object, source, attribute.tag);
  // Of a paired part alone; enhanced images say it of unpaired ones, too (Frame Laterality).
  if (const auto side = value_of(source, 0x00200060); side != "L" && side != "R")
    object.leave_out(0x00200060);
  object.put(0x00080005, "CS", "ISO_IR 192");
  object.put(0x00080012, "DA", series.date).put(0x00080013, "TM", series.time);
  object.put(0x00080016, "UI", sop_class_uid).put(0x00080018, "UI", sop_instance_uid);
  object.put(0x00080021, "DA", series.date).put(0x00080031, "TM", series.time);
  object.put(0x00080023, "DA", series.date).put(0x00080033, "TM", series.time);
  object.put(0x00080060, "CS", series.modality);
  object.put(0x00080070, "LO", "dcmflow").put(0x00081090, "LO", "dcmflow to-dicom");
  object.put(0x00181000, "LO", "none").put(0x00181020, "LO", DCMFLOW_VERSION);
  object.put_if(0x0008103E, "LO", series.description);
  object.put(0x0020000E, "UI", series.series_uid);
  // Behind those of the scanner, which count from 1; IS has 12 characters.
  constexpr std::int64_t first_derived = 1000, most = 999'999'999;
  const auto number = parse_integer(value_of(source, 0x00200011)).value_or(0);
  object.put(0x00200011, "IS",
             std::to_string(first_derived + std::clamp<std::int64_t>(number, 0, most)));
  return object;
}

DataSet code_item(std::string_view value, std::string_view scheme, std::string_view meaning) {
  DataSet item;
  item.put(0x00080100, "SH", value).put(0x00080102, "SH", scheme).put(0x00080104, "LO", meaning);
  return item;
}

std::vector<DataSet> source_image_items(std::span<const SourceFrame> sources) {
  std::vector<DataSet> items;
  for (const auto& source : sources) {
    DataSet item = reference_item(*source.instance);
    if (has_frames(*source.instance)) item.put(0x00081160, "IS", std::to_string(source.frame + 1));
    item.put(0x0028135A, "CS", "YES");  // Spatial Locations Preserved
    item.put_sequence(0x0040A170,
                      code_item("121322", "DCM", "Source image for image processing operation"));
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<DataSet> referenced_series_items(std::span<const SourceFrame> sources) {
  std::vector<DataSet> instances;
  std::set<std::string_view> seen;
  for (const auto& source : sources)
    if (seen.insert(source.instance->sop_instance_uid()).second)
      instances.push_back(reference_item(*source.instance));
  DataSet item;
  item.put(0x0020000E, "UI", sources.front().instance->shared->series_instance_uid);
  item.put_sequence(0x0008114A, std::move(instances));
  std::vector<DataSet> items;
  items.push_back(std::move(item));
  return items;
}

std::string orientation_text(const Grid& grid) {
  const auto& [row, column, normal] = grid.direction;
  return decimals_text(std::array{row[0], row[1], row[2], column[0], column[1], column[2]});
}

std::string position_text(const Grid& grid, std::uint32_t slice) {
  return decimals_text(grid.origin + grid.direction[2] * (grid.spacing[2] * slice));
}

std::string spacing_text(const Grid& grid) {
  return decimals_text(std::array{grid.spacing[1], grid.spacing[0]});
}

}  // namespace dcmflow
