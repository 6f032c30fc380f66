#pragma once
// The second sieve of sort_slices: frames that differ in what one image has only one of go to
// different clusters.

#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// Frames that could be one image: one matrix, pixel spacing, orientation, frame of reference,
// image component ...
struct Cluster {
  std::vector<Frame> frames;
  Orientation orientation;  // the mean of the frames'
  std::vector<std::string>
      properties;  // in the order of split_properties(); what the cluster has one value of
};

// The properties that split, by the word that names an image that was split off for it: "matrix",
// "phase", "orientation", ...
std::string split_word(const Cluster& cluster, const Cluster& main);

// REQUIRES: frames in the order of SOP Instance UID, each with orientation, position and pixel
// spacing. Greedy and in that order, so the result does not depend on file names. Vendor words in
// Image Type, coil, exposure and acquisition number never split.
std::vector<Cluster> split_series(const std::vector<Frame>& frames, const Tolerances& tolerances);

// Splits a cluster by echo (Echo Time, Echo Numbers); one element when there is one echo.
std::vector<Cluster> split_echoes(const Cluster& cluster);

}  // namespace dcmflow
