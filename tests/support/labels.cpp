#include "tests/support/labels.h"

#include <cmath>
#include <numbers>

#include "tests/support/multi_frame.h"

namespace dcmflow {
namespace {

// "<series UID>_0007.dcm" is SOP Instance "<series UID>.7".
std::vector<std::string> instance_uids(const PhantomSeries& image) {
  std::vector<std::string> uids;
  for (const auto& name : phantom_file_names(image)) {
    const auto number = std::stoul(name.substr(image.series_uid.size() + 1));
    uids.push_back(image.series_uid + "." + std::to_string(number));
  }
  return uids;
}

std::string point_text(const std::vector<Vector3>& points) {
  std::string text;
  for (const auto& point : points)
    for (const double number : point) text += (text.empty() ? "" : "\\") + decimal_string(number);
  return text;
}

// Cells one after the other, the least significant bit first, through all frames.
std::vector<std::uint8_t> packed(const DrawnSegmentation& drawn) {
  std::vector<std::uint8_t> bytes;
  std::size_t bit = 0;
  for (const auto& frame : drawn.frames)
    for (const auto cell : frame.cells)
      for (unsigned b = 0; b < drawn.bits; ++b, ++bit) {
        if (bit / 8 == bytes.size()) bytes.push_back(0);
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (cell >> b & 1U) << bit % 8);
      }
  if (bytes.size() % 2 != 0) bytes.push_back(0);
  return bytes;
}

}  // namespace

Vector3 phantom_place(const PhantomSeries& image, double i, double j, double k) {
  return Vector3(image.origin) + Vector3(image.row) * (i * image.column_spacing) +
         Vector3(image.column) * (j * image.row_spacing) +
         cross(image.row, image.column) * (k * image.slice_spacing);
}

DicomBuilder drawn_structure_set(const PhantomSeries& image, const std::string& series_uid,
                                 const std::vector<DrawnStructure>& structures) {
  auto file = phantom_header(image);
  for (const auto* keyword :
       {"PixelData", "SliceThickness", "ImagePositionPatient", "ImageOrientationPatient",
        "SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns", "PixelSpacing",
        "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "RescaleIntercept",
        "RescaleSlope", "FrameOfReferenceUID"})
    file.remove(keyword);
  const std::string frame_of_reference = image.study_uid + ".9";
  file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.3").set("Modality", "RTSTRUCT");
  file.set("SeriesInstanceUID", series_uid).set("SOPInstanceUID", series_uid + ".1");
  const std::string referenced = "ReferencedFrameOfReferenceSequence";
  file.set_in(referenced, 0, "FrameOfReferenceUID", frame_of_reference);
  const auto series = referenced + "[0].RTReferencedStudySequence[0].RTReferencedSeriesSequence";
  file.set_in(series, 0, "SeriesInstanceUID", image.series_uid);
  for (unsigned n = 0; const auto& uid : instance_uids(image))
    file.set_in(series + "[0].ContourImageSequence", n++, "ReferencedSOPInstanceUID", uid);
  for (unsigned s = 0; s < structures.size(); ++s) {
    const auto& structure = structures[s];
    file.set_in("StructureSetROISequence", s, "ROINumber", structure.number)
        .set_in("StructureSetROISequence", s, "ReferencedFrameOfReferenceUID", frame_of_reference)
        .set_in("StructureSetROISequence", s, "ROIName", structure.name)
        .set_in("StructureSetROISequence", s, "ROIGenerationAlgorithm", "MANUAL");
    file.set_in("ROIContourSequence", s, "ReferencedROINumber", structure.number)
        .set_in("ROIContourSequence", s, "ROIDisplayColor", "255\\128\\0");
    file.set_in("RTROIObservationsSequence", s, "ReferencedROINumber", structure.number)
        .set_in("RTROIObservationsSequence", s, "RTROIInterpretedType", "ORGAN");
    const auto contours = "ROIContourSequence[" + std::to_string(s) + "].ContourSequence";
    for (unsigned c = 0; c < structure.contours.size(); ++c) {
      const auto& contour = structure.contours[c];
      file.set_in(contours, c, "ContourGeometricType", contour.type)
          .set_in(contours, c, "NumberOfContourPoints", std::to_string(contour.points.size()))
          .set_in(contours, c, "ContourData", point_text(contour.points));
    }
  }
  return file;
}

DrawnContour circle(const Vector3& centre, double radius, unsigned points) {
  const double angle = 2 * std::numbers::pi / points;
  // The polygon is as large as the circle.
  const double reach = radius * std::sqrt(angle / std::sin(angle));
  DrawnContour contour;
  for (unsigned n = 0; n < points; ++n)
    contour.points.push_back(centre +
                             Vector3{reach * std::cos(n * angle), reach * std::sin(n * angle), 0});
  return contour;
}

DicomBuilder drawn_segmentation(const PhantomSeries& image, const std::string& series_uid,
                                const DrawnSegmentation& drawn) {
  MultiFrameCase phantom{.series = image, .order = {}};
  for (const auto& frame : drawn.frames) phantom.order.push_back(frame.slice);
  auto file = enhanced_phantom(phantom);
  const bool is_label_map = drawn.type == "LABELMAP";
  file.set("SOPClassUID",
           is_label_map ? "1.2.840.10008.5.1.4.1.1.66.7" : "1.2.840.10008.5.1.4.1.1.66.4");
  file.set("Modality", "SEG").set("ImageType", "DERIVED\\PRIMARY");
  file.set("SeriesInstanceUID", series_uid).set("SOPInstanceUID", series_uid + ".1");
  file.set("SegmentationType", drawn.type);
  if (drawn.type == "FRACTIONAL")
    file.set("SegmentationFractionalType", "PROBABILITY").set("MaximumFractionalValue", "200");
  const auto bits = std::to_string(drawn.bits);
  file.set("BitsAllocated", bits).set("BitsStored", bits);
  file.set("HighBit", std::to_string(drawn.bits - 1)).set("PixelRepresentation", "0");
  file.pixels(packed(drawn));
  for (unsigned s = 0; s < drawn.segments; ++s) {
    const auto number = std::to_string(s + 1);
    file.set_in("SegmentSequence", s, "SegmentNumber", number);
    file.set_in("SegmentSequence", s, "SegmentLabel", "Segment " + number);
    file.set_in("SegmentSequence", s, "SegmentAlgorithmType", "AUTOMATIC");
    file.set_in("SegmentSequence", s, "SegmentAlgorithmName", "by hand");
    const auto type =
        "SegmentSequence[" + std::to_string(s) + "].SegmentedPropertyTypeCodeSequence";
    file.set_in(type, 0, "CodeValue", "10200004");
    file.set_in(type, 0, "CodingSchemeDesignator", "SCT").set_in(type, 0, "CodeMeaning", "Liver");
  }
  for (unsigned f = 0; f < drawn.frames.size() && !is_label_map; ++f)
    file.set_in(per_frame(f, "SegmentIdentification"), 0, "ReferencedSegmentNumber",
                std::to_string(drawn.frames[f].segment));
  if (!drawn.has_references) return file;
  file.set_in("ReferencedSeriesSequence", 0, "SeriesInstanceUID", image.series_uid);
  for (unsigned n = 0; const auto& uid : instance_uids(image))
    file.set_in("ReferencedSeriesSequence[0].ReferencedInstanceSequence", n++,
                "ReferencedSOPInstanceUID", uid);
  return file;
}

std::vector<std::uint16_t> drawn_cells(
    const PhantomSeries& image, unsigned slice,
    const std::function<unsigned(unsigned i, unsigned j, unsigned k)>& value) {
  std::vector<std::uint16_t> cells;
  for (unsigned j = 0; j < image.rows; ++j)
    for (unsigned i = 0; i < image.columns; ++i)
      cells.push_back(static_cast<std::uint16_t>(value(i, j, slice)));
  return cells;
}

}  // namespace dcmflow
