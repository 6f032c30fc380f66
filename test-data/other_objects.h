#pragma once
// DICOM objects that are no images: minimal, valid, synthetic.

#include "test-data/dicom_builder.h"
#include "test-data/phantom.h"

namespace dcmflow {

// An RT Structure Set (PS3.3 A.19) with one square contour on the first slice of `images`; of the
// same patient and study, in a series of its own.
DicomBuilder structure_set(const PhantomSeries& images, const std::string& series_uid);

// A Basic Text SR document (PS3.3 A.35.1) of the same patient and study.
DicomBuilder structured_report(const PhantomSeries& images, const std::string& series_uid);

}  // namespace dcmflow
