#pragma once
// The second sieve of sort_slices: frames that differ in what one image has only one of go to
// different clusters. Lengths in mm. Pure; no Problems.

#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/contrast_attributes.h"
#include "stages/sorting/frame_properties.h"

namespace dcmflow {

// The value that the frames of a cluster have, within its tolerance.
struct ClusterContrast {
  const ContrastAttribute* attribute = nullptr;
  ContrastValue value;
  bool operator==(const ClusterContrast&) const = default;
};

// Frames that could be one image: one matrix, pixel spacing, orientation, frame of reference,
// image component ...
struct Cluster {
  std::vector<Frame> frames;  // one at least, until a stack takes them
  Orientation orientation;    // the mean of the frames'
  bool is_placed = true;      // false: the frames lie nowhere, `orientation` means nothing
  PropertyValues properties;
  std::array<double, 2> pixel_spacing{};  // of the first frame; 0 when unknown
  std::uint32_t orientation_number = 0;   // tells clusters apart that are alike but for it
  // What it was taken apart by from clusters that are alike but for it.
  std::vector<ClusterContrast> contrasts;
  std::string_view grid_word;      // what counts the volumes that lie on grids of their own
  std::uint32_t grid_number = 0;   // which of these grids
  std::vector<std::string> flags;  // that make the verdict warn
  std::vector<std::string> notes;  // and those that do not
};

// Whether two are parts of one cluster.
bool is_one_cluster(const Cluster& a, const Cluster& b);

// The word that names an image that was split off from `main`: "matrix", "phase", "orientation", …
std::string split_word(const Cluster& cluster, const Cluster& main, const Tolerances& tolerances);

// REQUIRES: frames in the order of SOP Instance UID, each with orientation, position and pixel
// spacing, or lying nowhere. Greedy to the running mean and in that order, so the result does not
// depend on file names. n log n for any number of orientations that were not made to collide.
std::vector<Cluster> split_series(std::vector<Frame> frames, const Tolerances& tolerances);

}  // namespace dcmflow
