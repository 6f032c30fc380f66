#include "test-data/ramp/multi_frame.h"

#include <algorithm>
#include <cmath>

#include "test-data/phantom.h"
#include "test-data/ramp/stored_pixels.h"

namespace dcmflow::cases {
namespace {

constexpr std::string_view shared_groups = "SharedFunctionalGroupsSequence[0]";

void put_in(DicomBuilder& builder, std::string_view group, std::string_view macro,
            std::string_view keyword, const std::string& text) {
  builder.set_in(std::string(group).append(".").append(macro), 0, keyword, text);
}

void begin(DicomBuilder& builder, const File& file, std::string_view sop_class,
           std::string_view modality) {
  builder.set("SOPClassUID", sop_class)
      .set("Modality", modality)
      .set("NumberOfFrames", std::to_string(file.frames.size()));
}

void remove_all(DicomBuilder& builder, std::initializer_list<std::string_view> keywords) {
  for (const auto keyword : keywords) builder.remove(keyword);
}

void put_rescale(DicomBuilder& builder, std::string_view group, const Frame& frame) {
  constexpr std::string_view macro = "PixelValueTransformationSequence";
  put_in(builder, group, macro, "RescaleIntercept", decimal_string(frame.intercept));
  put_in(builder, group, macro, "RescaleSlope", decimal_string(frame.slope));
  put_in(builder, group, macro, "RescaleType", "US");
}

std::string orientation_of(const File& file) {
  return text_of(
      {file.row[0], file.row[1], file.row[2], file.column[0], file.column[1], file.column[2]});
}

// What all enhanced objects share. `frame_type` names the sequence with the frame's Image Type.
void functional_groups(DicomBuilder& builder, const File& file, std::string_view frame_type) {
  remove_all(builder, {"ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing",
                       "SliceThickness", "RescaleSlope", "RescaleIntercept"});
  put_in(builder, shared_groups, "PlaneOrientationSequence", "ImageOrientationPatient",
         orientation_of(file));
  put_in(builder, shared_groups, "PixelMeasuresSequence", "SliceThickness", text_of({file.gap}));
  put_in(builder, shared_groups, "PixelMeasuresSequence", "PixelSpacing",
         text_of({file.row_spacing, file.column_spacing}));
  const bool varies = std::ranges::any_of(file.frames, [&](const Frame& frame) {
    return frame.slope != file.frames[0].slope || frame.intercept != file.frames[0].intercept;
  });
  if (!varies) put_rescale(builder, shared_groups, file.frames[0]);
  builder.set_in("DimensionIndexSequence", 0, "DimensionIndexPointer", "(0020,9057)");
  builder.set_in("DimensionIndexSequence", 0, "FunctionalGroupPointer", "(0020,9111)");
  for (std::size_t f = 0; f < file.frames.size(); ++f) {
    const Frame& frame = file.frames[f];
    const std::string group = per_frame(f);
    const std::string place = std::to_string(frame.slice + 1);
    put_in(builder, group, "PlanePositionSequence", "ImagePositionPatient",
           text_of(frame.position));
    put_in(builder, group, "FrameContentSequence", "StackID", "1");
    put_in(builder, group, "FrameContentSequence", "InStackPositionNumber", place);
    put_in(builder, group, "FrameContentSequence", "DimensionIndexValues", place);
    if (!frame_type.empty())
      put_in(builder, group, frame_type, "FrameType", "ORIGINAL\\PRIMARY\\VOLUME\\NONE");
    if (varies) put_rescale(builder, group, frame);
  }
}

// A second dimension beside the position: 1 + the frame's volume or image.
void second_dimension(DicomBuilder& builder, const File& file, std::string_view pointer,
                      std::string_view group_pointer, bool of_image) {
  builder.set_in("DimensionIndexSequence", 1, "DimensionIndexPointer", pointer);
  builder.set_in("DimensionIndexSequence", 1, "FunctionalGroupPointer", group_pointer);
  for (std::size_t f = 0; f < file.frames.size(); ++f) {
    const Frame& frame = file.frames[f];
    const unsigned index = of_image ? static_cast<unsigned>(frame.image) : frame.volume;
    put_in(builder, per_frame(f), "FrameContentSequence", "DimensionIndexValues",
           std::to_string(frame.slice + 1) + "\\" + std::to_string(index + 1));
  }
}

}  // namespace

std::string per_frame(std::size_t frame) {
  return "PerFrameFunctionalGroupsSequence[" + std::to_string(frame) + "]";
}

Vector diffusion_direction(unsigned volume) {
  const double turn = 0.9 * volume;
  return normalised({std::cos(turn), std::sin(turn), 0.4 * volume - 0.6});
}

void enhanced_ct(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.2.1", "CT");
  functional_groups(builder, file, "CTImageFrameTypeSequence");
}

void legacy_converted_ct(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.2.2", "CT");
  functional_groups(builder, file, "CTImageFrameTypeSequence");
  for (std::size_t f = 0; f < file.frames.size(); ++f)
    put_in(builder, per_frame(f), "UnassignedPerFrameConvertedAttributesSequence", "InstanceNumber",
           std::to_string(f + 1));
}

void enhanced_mr(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.4.1", "MR");
  functional_groups(builder, file, "MRImageFrameTypeSequence");
}

void enhanced_mr_in_time(DicomBuilder& builder, const File& file) {
  enhanced_mr(builder, file);
  second_dimension(builder, file, "(0020,9128)", "(0020,9111)", false);
  for (std::size_t f = 0; f < file.frames.size(); ++f) {
    const unsigned volume = file.frames[f].volume;
    put_in(builder, per_frame(f), "FrameContentSequence", "TemporalPositionIndex",
           std::to_string(volume + 1));
    put_in(builder, per_frame(f), "TemporalPositionSequence", "TemporalPositionTimeOffset",
           decimal_string(2.5 * volume));
  }
}

void enhanced_mr_diffusion(DicomBuilder& builder, const File& file) {
  enhanced_mr(builder, file);
  second_dimension(builder, file, "(0018,9089)", "(0018,9117)", false);
  for (std::size_t f = 0; f < file.frames.size(); ++f) {
    const unsigned volume = file.frames[f].volume;
    const std::string group = per_frame(f);
    constexpr std::string_view macro = "MRDiffusionSequence";
    put_in(builder, group, macro, "DiffusionBValue", volume == 0 ? "0" : "1000");
    put_in(builder, group, macro, "DiffusionDirectionality", volume == 0 ? "NONE" : "DIRECTIONAL");
    if (volume != 0)
      builder.set_in(group + ".MRDiffusionSequence[0].DiffusionGradientDirectionSequence", 0,
                     "DiffusionGradientOrientation", text_of(diffusion_direction(volume)));
  }
}

void enhanced_mr_echoes(DicomBuilder& builder, const File& file) {
  enhanced_mr(builder, file);
  second_dimension(builder, file, "(0018,9082)", "(0018,9114)", true);
  for (std::size_t f = 0; f < file.frames.size(); ++f)
    put_in(builder, per_frame(f), "MREchoSequence", "EffectiveEchoTime",
           decimal_string(4.5 + 3.5 * file.frames[f].image));
}

void enhanced_mr_inversions(DicomBuilder& builder, const File& file) {
  enhanced_mr(builder, file);
  for (std::size_t f = 0; f < file.frames.size(); ++f)
    put_in(builder, per_frame(f), "MRModifierSequence", "InversionTimes",
           decimal_string(100 + 800 * file.frames[f].image));
}

void enhanced_mr_indexed(DicomBuilder& builder, const File& file) {
  enhanced_mr(builder, file);
  second_dimension(builder, file, "(0018,9079)", "(0018,9115)", false);
}

void parametric_map(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.30", "OT");
  functional_groups(builder, file, "ParametricMapFrameTypeSequence");
}

void segmentation(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.66.4", "SEG");
  functional_groups(builder, file, "");
  builder.set("ImageType", "DERIVED\\PRIMARY").set("SegmentationType", "BINARY");
  second_dimension(builder, file, "(0062,000b)", "(0062,000a)", true);
  int segments = 0;
  for (std::size_t f = 0; f < file.frames.size(); ++f) {
    segments = std::max(segments, file.frames[f].image + 1);
    put_in(builder, per_frame(f), "SegmentIdentificationSequence", "ReferencedSegmentNumber",
           std::to_string(file.frames[f].image + 1));
  }
  for (unsigned s = 0; s < static_cast<unsigned>(segments); ++s) {
    const std::string number = std::to_string(s + 1);
    builder.set_in("SegmentSequence", s, "SegmentNumber", number);
    builder.set_in("SegmentSequence", s, "SegmentLabel", "Ramp " + number);
    builder.set_in("SegmentSequence", s, "SegmentAlgorithmType", "MANUAL");
  }
}

void label_map(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.66.7", "SEG");
  functional_groups(builder, file, "");
  builder.set("ImageType", "DERIVED\\PRIMARY").set("SegmentationType", "LABELMAP");
  put_palette(builder);
}

void siemens_diffusion(DicomBuilder& builder, const File& file) {
  constexpr std::string_view creator = "SIEMENS MR HEADER";
  const unsigned volume = file.frames[0].volume;
  builder.set_private(0x0019, creator, 0x0c, "IS", volume == 0 ? "0" : "1000");
  if (volume != 0)
    builder.set_private(0x0019, creator, 0x0e, "FD", text_of(diffusion_direction(volume)));
}

void ge_field_map(DicomBuilder& builder, const File& file) {
  builder.set_private(0x0043, "GEMS_PARM_01", 0x30, "SS", file.frames[0].image == 0 ? "0" : "13");
}

void ge_pepolar(DicomBuilder& builder, const File& /*file*/) {
  builder.set_private(0x0019, "GEMS_ACQU_01", 0x9c, "LO", "epi_pepolar");
}

void rt_dose(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE");
  remove_all(builder, {"RescaleSlope", "RescaleIntercept"});
  std::string offsets;
  const Vector normal = cross(file.row, file.column);
  for (const Frame& frame : file.frames) {
    const Vector from_first = along(frame.position, -1, file.frames[0].position);
    offsets += (offsets.empty() ? "" : "\\") + text_of({dot(from_first, normal)});
  }
  builder.set("GridFrameOffsetVector", offsets)
      .set("FrameIncrementPointer", "(3004,000c)")
      .set("DoseGridScaling", decimal_string(file.frames[0].slope))
      .set("DoseUnits", "GY")
      .set("DoseType", "PHYSICAL")
      .set("DoseSummationType", "PLAN");
}

void nm_tomo(DicomBuilder& builder, const File& file) {
  begin(builder, file, "1.2.840.10008.5.1.4.1.1.20", "NM");
  remove_all(builder, {"ImagePositionPatient", "ImageOrientationPatient"});
  const std::string count = std::to_string(file.frames.size());
  std::string slices;
  for (std::size_t f = 0; f < file.frames.size(); ++f)
    slices += (f == 0 ? "" : "\\") + std::to_string(f + 1);
  builder.set("ImageType", "ORIGINAL\\PRIMARY\\RECON TOMO\\EMISSION")
      .set("SpacingBetweenSlices", text_of({file.gap}))
      .set("NumberOfSlices", count)
      .set("FrameIncrementPointer", "(0054,0080)")
      .set("SliceVector", slices);
  builder.set_in("DetectorInformationSequence", 0, "ImagePositionPatient",
                 text_of(file.frames[0].position));
  builder.set_in("DetectorInformationSequence", 0, "ImageOrientationPatient", orientation_of(file));
}

}  // namespace dcmflow::cases
