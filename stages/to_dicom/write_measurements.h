#pragma once
// What was measured of segments → a DICOM SR by TID 1500 "Measurement Report" (PS3.16), in a
// Comprehensive SR (PS3.3 A.35.3): for each segment a Measurement Group (TID 1411) that refers to
// the segment of a segmentation, with its volume and, where the modality says what the values are,
// their mean, standard deviation, minimum and maximum.

#include <cstdint>
#include <map>
#include <span>

#include "stages/base/output_file.h"
#include "stages/to_dicom/derived_object.h"
#include "stages/to_dicom/label_places.h"
#include "stages/to_dicom/measure_segments.h"
#include "stages/to_dicom/segment_meta.h"

namespace dcmflow {

// What it is made of; all of it outlives the call.
struct ReportParts {
  double voxel_mm3 = 0;
  const LabelPlaces& places;
  const std::map<std::uint16_t, SegmentValues>& values;  // empty: volumes alone
  const SegmentMeta& meta;
  std::span<const SourceFrame> sources;  // checked
  const Instance& segmentation;
  const NewSeries& series;
};

// Whether the values of an image of this source have a name and a unit: Hounsfield units of CT, the
// signal of MR, activity of PET in Bq/ml. Pure.
bool has_quantity(const Instance& source);

// Writes all of the file. Segments without voxels are left out. Problems as of OutputFile.
Status write_measurements(OutputFile& file, const ReportParts& parts);

}  // namespace dcmflow
