#include "stages/to_dicom/write_measurements.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stages/to_dicom/new_uid.h"

namespace dcmflow {
namespace {

constexpr std::string_view comprehensive_sr = "1.2.840.10008.5.1.4.1.1.88.33";

struct Coded {
  std::string_view value, scheme, meaning;
};

constexpr Coded report{"126000", "DCM", "Imaging Measurement Report"};
constexpr Coded language{"121049", "DCM", "Language of Content Item and Descendants"};
constexpr Coded english{"en-US", "RFC5646", "English (United States)"};
constexpr Coded observer_type{"121005", "DCM", "Observer Type"}, device{"121007", "DCM", "Device"};
constexpr Coded device_uid{"121012", "DCM", "Device Observer UID"};
constexpr Coded device_name{"121013", "DCM", "Device Observer Name"};
constexpr Coded procedure{"121058", "DCM", "Procedure reported"};
constexpr Coded image_library{"111028", "DCM", "Image Library"};
constexpr Coded library_group{"126200", "DCM", "Image Library Group"};
constexpr Coded measurements{"126010", "DCM", "Imaging Measurements"};
constexpr Coded measurement_group{"125007", "DCM", "Measurement Group"};
constexpr Coded tracking_name{"112039", "DCM", "Tracking Identifier"};
constexpr Coded tracking_uid{"112040", "DCM", "Tracking Unique Identifier"};
constexpr Coded finding{"121071", "DCM", "Finding"};
constexpr Coded segment_reference{"121191", "DCM", "Referenced Segment"};
constexpr Coded source_series{"121232", "DCM", "Source series for segmentation"};
constexpr Coded volume{"118565006", "SCT", "Volume"};
constexpr Coded cubic_millimetre{"mm3", "UCUM", "cubic millimeter"};
constexpr Coded derivation{"121401", "DCM", "Derivation"};
constexpr Coded mean{"373098007", "SCT", "Mean"};
constexpr Coded deviation{"386136009", "SCT", "Standard Deviation"};
constexpr Coded minimum{"255605001", "SCT", "Minimum"}, maximum{"56851009", "SCT", "Maximum"};

// A modality: what was done, what its values are, and in which unit (PS3.16 CID 100, 7469, 7181).
struct Quantity {
  std::string_view modality;
  Coded procedure, name, unit;
};
constexpr std::array quantities{Quantity{"CT",
                                         {"25045-6", "LN", "CT unspecified body region"},
                                         {"112031", "DCM", "Attenuation Coefficient"},
                                         {"[hnsf'U]", "UCUM", "Hounsfield Unit"}},
                                Quantity{"MR",
                                         {"25056-3", "LN", "MRI unspecified body region"},
                                         {"110852", "DCM", "MR signal intensity"},
                                         {"[arb'U]", "UCUM", "arbitrary unit"}},
                                Quantity{"PT",
                                         {"44136-0", "LN", "PET unspecified body region"},
                                         {"110821", "DCM", "Nuclear Medicine Tomographic Activity"},
                                         {"Bq/ml", "UCUM", "Becquerels/milliliter"}}};

const Quantity* quantity_of(const Instance& source) {
  for (const auto& quantity : quantities)
    if (quantity.modality == source.shared->modality) return &quantity;
  return nullptr;
}

DataSet item_of(const Coded& code) { return code_item(code.value, code.scheme, code.meaning); }

// A content item (PS3.3 C.17.3); one without a name is an image of a library.
DataSet content(std::string_view relation, std::string_view type,
                const std::optional<Coded>& name) {
  DataSet item;
  item.put_if(0x0040A010, "CS", relation).put(0x0040A040, "CS", type);
  if (name) item.put_sequence(0x0040A043, item_of(*name));
  return item;
}

DataSet container(std::string_view relation, const Coded& name, std::vector<DataSet> items) {
  DataSet item = content(relation, "CONTAINER", name);
  item.put(0x0040A050, "CS", "SEPARATE");  // Continuity of Content
  if (!items.empty()) item.put_sequence(0x0040A730, std::move(items));
  return item;
}

DataSet code(std::string_view relation, const Coded& name, const Coded& value) {
  return content(relation, "CODE", name).put_sequence(0x0040A168, item_of(value));
}

DataSet text(std::string_view relation, const Coded& name, std::string_view value) {
  return content(relation, "TEXT", name).put(0x0040A160, "UT", value);
}

DataSet uid(std::string_view relation, const Coded& name, std::string_view value) {
  return content(relation, "UIDREF", name).put(0x0040A124, "UI", value);
}

DataSet image(const std::optional<Coded>& name, const Instance& instance,
              std::optional<std::uint16_t> segment) {
  DataSet reference;
  reference.put(0x00081150, "UI", instance.shared->sop_class_uid);
  reference.put(0x00081155, "UI", instance.sop_instance_uid());
  if (segment) reference.put_us(0x0062000B, {*segment});
  return content("CONTAINS", "IMAGE", name).put_sequence(0x00081199, reference);
}

DataSet number(const Coded& name, double value, const Coded& unit,
               const std::optional<Coded>& derived) {
  DataSet measured;
  measured.put(0x0040A30A, "DS", decimal_text(value)).put_sequence(0x004008EA, item_of(unit));
  DataSet item = content("CONTAINS", "NUM", name);
  item.put_sequence(0x0040A300, measured);
  if (derived) item.put_sequence(0x0040A730, code("HAS CONCEPT MOD", derivation, *derived));
  return item;
}

DataSet group_of(const ReportParts& parts, std::size_t index, const LabelPlace& place) {
  const auto& segment = parts.meta.segments[index];
  const Instance& source = *parts.sources.front().instance;
  std::vector<DataSet> items{
      text("HAS OBS CONTEXT", tracking_name, segment.name),
      uid("HAS OBS CONTEXT", tracking_uid, new_uid()),
      code("CONTAINS", finding, {segment.type.value, segment.type.scheme, segment.type.meaning}),
      image(segment_reference, parts.segmentation, static_cast<std::uint16_t>(index + 1)),
      uid("CONTAINS", source_series, source.shared->series_instance_uid),
      number(volume, static_cast<double>(place.voxels) * parts.voxel_mm3, cubic_millimetre, {})};
  const auto values = parts.values.find(segment.number);
  const auto* quantity = quantity_of(source);
  if (quantity == nullptr || values == parts.values.end())
    return container("CONTAINS", measurement_group, std::move(items));
  const auto& [voxels, average, spread, least, greatest] = values->second;
  const std::array<std::pair<double, Coded>, 4> statistics{
      {{average, mean}, {spread, deviation}, {least, minimum}, {greatest, maximum}}};
  for (const auto& [value, derived] : statistics)
    items.push_back(number(quantity->name, value, quantity->unit, derived));
  return container("CONTAINS", measurement_group, std::move(items));
}

std::vector<DataSet> content_of(const ReportParts& parts) {
  const auto* quantity = quantity_of(*parts.sources.front().instance);
  constexpr Coded any_procedure{"363679005", "SCT", "Imaging procedure"};
  std::vector<DataSet> images, groups;
  const Instance* last = nullptr;
  for (const auto& source : parts.sources)
    if (source.instance.get() != std::exchange(last, source.instance.get()))
      images.push_back(image({}, *source.instance, {}));
  for (std::size_t i = 0; i < parts.meta.segments.size(); ++i)
    if (const auto place = parts.places.find(parts.meta.segments[i].number);
        place != parts.places.end())
      groups.push_back(group_of(parts, i, place->second));
  return {code("HAS CONCEPT MOD", language, english),
          code("HAS OBS CONTEXT", observer_type, device),
          uid("HAS OBS CONTEXT", device_uid, new_uid()),
          text("HAS OBS CONTEXT", device_name, "dcmflow"),
          code("HAS CONCEPT MOD", procedure, quantity ? quantity->procedure : any_procedure),
          container("CONTAINS", image_library,
                    {container("CONTAINS", library_group, std::move(images))}),
          container("CONTAINS", measurements, std::move(groups))};
}

// What it speaks of, by study and series (PS3.3 C.17.2).
DataSet evidence(const ReportParts& parts) {
  auto series = referenced_series_items(parts.sources);
  for (auto& of_source : series) of_source.move(0x0008114A, 0x00081199);
  DataSet segmentation, of_segmentation, study;
  segmentation.put(0x00081150, "UI", parts.segmentation.shared->sop_class_uid);
  segmentation.put(0x00081155, "UI", parts.segmentation.sop_instance_uid());
  of_segmentation.put(0x0020000E, "UI", parts.segmentation.shared->series_instance_uid);
  of_segmentation.put_sequence(0x00081199, segmentation);
  series.push_back(std::move(of_segmentation));
  study.put(0x0020000D, "UI", parts.segmentation.shared->study_instance_uid);
  return study.put_sequence(0x00081115, std::move(series));
}

}  // namespace

bool has_quantity(const Instance& source) {
  if (quantity_of(source) == nullptr) return false;
  const auto unit = value_of(source, 0x00541001);
  const auto type = value_of(source, 0x00281054);
  if (source.shared->modality == "PT") return unit == "BQML";
  return source.shared->modality != "CT" || type.empty() || type == "HU";
}

Status write_measurements(OutputFile& file, const ReportParts& parts) {
  const auto sop_instance_uid = new_uid();
  DataSet object = begin_object(*parts.sources.front().instance, parts.series, comprehensive_sr,
                                sop_instance_uid);
  // Of images, which it is none.
  for (const auto tag :
       {0x00180015U, 0x00200052U, 0x00200060U, 0x00201040U, 0x00282110U, 0x00282112U})
    object.leave_out(tag);
  object.put(0x00200013, "IS", "1");
  object.put_sequence(0x00081111, std::vector<DataSet>());  // of which nothing is known
  object.put_sequence(0x0040A372, std::vector<DataSet>());
  object.put(0x0040A491, "CS", "COMPLETE").put(0x0040A493, "CS", "UNVERIFIED");
  object.put_sequence(0x0040A375, evidence(parts));
  object.put(0x0040A040, "CS", "CONTAINER").put(0x0040A050, "CS", "SEPARATE");
  object.put_sequence(0x0040A043, item_of(report));
  object.put_sequence(0x0040A504,
                      DataSet().put(0x00080105, "CS", "DCMR").put(0x0040DB00, "CS", "1500"));
  object.put_sequence(0x0040A730, content_of(parts));
  return write_dicom_file(file, object, comprehensive_sr, sop_instance_uid);
}

}  // namespace dcmflow
