#include "test-data/other_objects.h"

namespace dcmflow {
namespace {

// A builder with the patient and study of `images`, and none of the image attributes.
DicomBuilder beside(const PhantomSeries& images, const std::string& series_uid) {
  DicomBuilder file = phantom_header(images);
  for (const auto* keyword : {"PixelData",
                              "ImageType",
                              "SliceThickness",
                              "PatientPosition",
                              "ImagePositionPatient",
                              "ImageOrientationPatient",
                              "SamplesPerPixel",
                              "PhotometricInterpretation",
                              "Rows",
                              "Columns",
                              "PixelSpacing",
                              "BitsAllocated",
                              "BitsStored",
                              "HighBit",
                              "PixelRepresentation",
                              "RescaleIntercept",
                              "RescaleSlope",
                              "ScanningSequence",
                              "SequenceVariant",
                              "MRAcquisitionType",
                              "EchoTime",
                              "RepetitionTime",
                              "MagneticFieldStrength"})
    file.remove(keyword);
  file.set("SeriesInstanceUID", series_uid).set("SOPInstanceUID", series_uid + ".1");
  return file;
}

std::string square_contour(const PhantomSeries& images) {
  std::string text;
  const double width = images.column_spacing * images.columns / 4;
  const double height = images.row_spacing * images.rows / 4;
  for (const auto& [across, down] : {std::pair{1, 1}, {2, 1}, {2, 2}, {1, 2}})
    for (std::size_t axis = 0; axis < 3; ++axis)
      text += (text.empty() ? "" : "\\") +
              decimal_string(images.origin[axis] + across * width * images.row[axis] +
                             down * height * images.column[axis]);
  return text;
}

}  // namespace

DicomBuilder structure_set(const PhantomSeries& images, const std::string& series_uid) {
  DicomBuilder file = beside(images, series_uid);
  file.remove("FrameOfReferenceUID")
      .set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.3")
      .set("Modality", "RTSTRUCT")
      .set("SeriesDescription", "Phantom contours")
      .set("StructureSetLabel", "PHANTOM")
      .set("StructureSetDate", "20000101")
      .set("StructureSetTime", "120000");
  file.set_in("ReferencedFrameOfReferenceSequence", 0, "FrameOfReferenceUID",
              images.study_uid + ".9");
  file.set_in("StructureSetROISequence", 0, "ROINumber", "1")
      .set_in("StructureSetROISequence", 0, "ReferencedFrameOfReferenceUID",
              images.study_uid + ".9")
      .set_in("StructureSetROISequence", 0, "ROIName", "Square")
      .set_in("StructureSetROISequence", 0, "ROIGenerationAlgorithm", "MANUAL");
  file.set_in("ROIContourSequence", 0, "ReferencedROINumber", "1")
      .set_in("ROIContourSequence[0].ContourSequence", 0, "ContourGeometricType", "CLOSED_PLANAR")
      .set_in("ROIContourSequence[0].ContourSequence", 0, "NumberOfContourPoints", "4")
      .set_in("ROIContourSequence[0].ContourSequence", 0, "ContourData", square_contour(images));
  file.set_in("RTROIObservationsSequence", 0, "ObservationNumber", "1")
      .set_in("RTROIObservationsSequence", 0, "ReferencedROINumber", "1")
      .set_in("RTROIObservationsSequence", 0, "RTROIInterpretedType", "CONTROL")
      .set_in("RTROIObservationsSequence", 0, "ROIInterpreter", "");
  return file;
}

DicomBuilder structured_report(const PhantomSeries& images, const std::string& series_uid) {
  DicomBuilder file = beside(images, series_uid);
  file.remove("FrameOfReferenceUID")
      .set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.88.11")
      .set("Modality", "SR")
      .set("SeriesDescription", "Phantom report")
      .set("ContentDate", "20000101")
      .set("ContentTime", "120000")
      .set("CompletionFlag", "COMPLETE")
      .set("VerificationFlag", "UNVERIFIED")
      .set("ReferencedPerformedProcedureStepSequence", "")
      .set("PerformedProcedureCodeSequence", "")
      .set("ValueType", "CONTAINER")
      .set("ContinuityOfContent", "SEPARATE");
  file.set_in("ConceptNameCodeSequence", 0, "CodeValue", "18748-4")
      .set_in("ConceptNameCodeSequence", 0, "CodingSchemeDesignator", "LN")
      .set_in("ConceptNameCodeSequence", 0, "CodeMeaning", "Diagnostic imaging report");
  const std::string name = "ContentSequence[0].ConceptNameCodeSequence";
  file.set_in("ContentSequence", 0, "RelationshipType", "CONTAINS")
      .set_in("ContentSequence", 0, "ValueType", "TEXT")
      .set_in(name, 0, "CodeValue", "121071")
      .set_in(name, 0, "CodingSchemeDesignator", "DCM")
      .set_in(name, 0, "CodeMeaning", "Finding")
      .set_in("ContentSequence", 0, "TextValue", "A ramp, as expected.");
  return file;
}

}  // namespace dcmflow
