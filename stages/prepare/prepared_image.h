#pragma once
// Images that a run makes of its images: what is planned, and what came of it. Plain values.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/prepare/prepare_options.h"

namespace dcmflow {

// An image of the run that may be prepared.
struct ChosenImage {
  ImageFile file;
  std::string patient;                  // as in Candidate: Patient ID and its issuer
  std::vector<std::string> selections;  // those that keep it, in the order of the rules
};

// An image of the run that one is prepared of, and how.
struct PreparedSource {
  ChosenImage image;
  std::string selection;  // that it is prepared for
  Interpolation interpolation = Interpolation::nearest;
  bool interpolates = false;  // else its voxels are moved alone
  double background = 0;      // a value outside of its field
};

struct PreparedImage {
  std::string stem;  // path below the output folder without extension: "prepared/…"
  std::string format;
  Grid grid;
  std::vector<PreparedSource> sources;  // one, or as many as there are channels in the file
  std::optional<VoxelType> type;        // see ResampleJob
  std::string aligned_to;               // main file of the reference; empty: none
  ImageFile made;                       // when it is
};

// Images that are of use together alone: all of them are made, or none is kept.
struct PreparedCase {
  std::string name;  // empty: not of an arrangement
  std::vector<PreparedImage> images;
  std::vector<std::size_t> channels;  // for each channel its image in `images`
  bool is_made = false;
};

// What `prepared/` is to hold. `problems` are of what it will not.
struct PreparedPlan {
  std::vector<PreparedCase> cases;    // by study, then as volumes.json lists images
  std::vector<std::string> channels;  // the selections of an arrangement
  std::vector<Problem> problems;
  bool requires_channels = false;  // the rules require one of them at least
  bool lacks_required = false;     // a case is left out for want of an image that rules require
};

inline constexpr std::string_view prepared_folder = "prepared";

}  // namespace dcmflow
