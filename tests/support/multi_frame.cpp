#include "tests/support/multi_frame.h"

#include <cmath>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

constexpr const char* shared_groups = "SharedFunctionalGroupsSequence[0].";

unsigned slice_of(const MultiFrameCase& phantom, unsigned frame) {
  return phantom.order.empty() ? frame : phantom.order[frame];
}

unsigned frames_of(const MultiFrameCase& phantom) {
  return phantom.order.empty() ? phantom.series.slices
                               : static_cast<unsigned>(phantom.order.size());
}

Vector3 position_of(const PhantomSeries& series, unsigned slice) {
  return Vector3(series.origin) + cross(series.row, series.column) * (series.slice_spacing * slice);
}

double slope_of(const MultiFrameCase& phantom, unsigned frame) {
  return phantom.series.rescale_slope + frame * phantom.slope_step;
}

std::string texts(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : "\\") + decimal_string(number);
  return text;
}

std::vector<std::int32_t> stored_pixels(const MultiFrameCase& phantom) {
  const auto& series = phantom.series;
  std::vector<std::int32_t> pixels;
  for (unsigned frame = 0; frame < frames_of(phantom); ++frame) {
    const auto first = position_of(series, slice_of(phantom, frame));
    for (unsigned j = 0; j < series.rows; ++j)
      for (unsigned i = 0; i < series.columns; ++i) {
        const auto at = first + Vector3(series.row) * (series.column_spacing * i) +
                        Vector3(series.column) * (series.row_spacing * j);
        const double value = series.value ? series.value(at) : ramp(at);
        pixels.push_back(static_cast<std::int32_t>(
            std::lround((value - series.rescale_intercept) / slope_of(phantom, frame))));
      }
  }
  return pixels;
}

}  // namespace

std::string per_frame(unsigned frame, const std::string& macro) {
  return "PerFrameFunctionalGroupsSequence[" + std::to_string(frame) + "]." + macro + "Sequence";
}

std::string slice_position(const PhantomSeries& series, unsigned slice) {
  const auto position = position_of(series, slice);
  return texts({position.begin(), position.end()});
}

DicomBuilder plain_multi_frame(const MultiFrameCase& phantom) {
  auto file = phantom_header(phantom.series);
  for (const char* keyword :
       {"ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness",
        "SpacingBetweenSlices", "SliceLocation", "RescaleSlope", "RescaleIntercept"})
    file.remove(keyword);
  file.set("SOPInstanceUID", phantom.series.series_uid + ".1");
  file.set("InstanceNumber", "1");
  file.set("NumberOfFrames", std::to_string(frames_of(phantom)));
  file.pixels16(stored_pixels(phantom));
  return file;
}

DicomBuilder enhanced_phantom(const MultiFrameCase& phantom) {
  const auto& series = phantom.series;
  auto file = plain_multi_frame(phantom);
  file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2.1");
  const auto shared = [&](const char* macro, const char* keyword, const std::string& text) {
    file.set_in(std::string(shared_groups) + macro, 0, keyword, text);
  };
  shared("PlaneOrientationSequence", "ImageOrientationPatient",
         texts({series.row[0], series.row[1], series.row[2], series.column[0], series.column[1],
                series.column[2]}));
  shared("PixelMeasuresSequence", "PixelSpacing",
         texts({series.row_spacing, series.column_spacing}));
  shared("PixelMeasuresSequence", "SliceThickness", decimal_string(series.slice_spacing));
  for (unsigned frame = 0; frame < frames_of(phantom); ++frame) {
    file.set_in(per_frame(frame, "PlanePosition"), 0, "ImagePositionPatient",
                slice_position(series, slice_of(phantom, frame)));
    const auto rescale = per_frame(frame, "PixelValueTransformation");
    file.set_in(rescale, 0, "RescaleIntercept", decimal_string(series.rescale_intercept));
    file.set_in(rescale, 0, "RescaleSlope", decimal_string(slope_of(phantom, frame)));
    file.set_in(rescale, 0, "RescaleType", "US");
  }
  return file;
}

}  // namespace dcmflow
