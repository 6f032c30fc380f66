#pragma once
// What dcmflow-prepare is told to do: images in, one image on a given grid out. All is decided by
// who writes the job; the program computes.
//
// As JSON, coordinates in LPS and mm, directions axis by axis as in Grid:
//   {"from": PATH, "to": PATH, "grid": {"size": [3], "spacing": [3], "origin": [3],
//    "direction": [9]}, "interpolation": NAME, "background": NUMBER, "threads": N}
// and where more is to be said "sources" (a list of objects with from, interpolation and
// background) in place of these three, "format" and "from_format", "from_grid", "voxels" and
// "voxel_name", "type", "time_step", "sha256".

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"
#include "stages/prepare/interpolation.h"

namespace dcmflow {

// An image file as dcmflow writes it, all of its volumes.
struct ResampleSource {
  std::string path;
  std::string format;        // a name in stages/formats; empty: as the file is called
  std::optional<Grid> grid;  // where more digits are known than its header has; of the same size
  Interpolation interpolation = Interpolation::linear;
  double background = 0;  // outside of its field; rounded and clamped to what the voxels can hold
};

struct ResampleJob {
  // One at least; the volumes of the next follow those of the one before.
  std::vector<ResampleSource> sources;
  Grid grid;           // of the image that is made; orthogonal
  std::string to;      // its main file; what is there is written over
  std::string format;  // a name in stages/formats; empty: as the file is called
  // Of a format with a header of its own: the file of the voxels, and what the header calls it;
  // empty: beside `to`, under its name.
  std::string voxels, voxel_name;
  // nullopt: float32 where new values are made, else that of the first source. Values are rounded
  // and clamped to it.
  std::optional<VoxelType> type;
  double time_step = 0;  // s between volumes, as in ImageHeader
  std::size_t threads = 1;
  bool with_sha256 = false;
};

// The image that was made.
struct Resampled {
  VoxelType type = VoxelType::float32;
  double least = 0, greatest = 0;  // of its voxels
  std::string sha256;              // of the file with the voxels; empty: not asked for
};

// Pure; thread-safe. What is written is read back as the same.
std::string write_resample_job(const ResampleJob& job);
std::string write_resampled(const Resampled& made);
// Problem{malformed}: what is missing or wrong, and where it stands in the text.
Result<ResampleJob> read_resample_job(const std::string& text);
Result<Resampled> read_resampled(const std::string& text);

}  // namespace dcmflow
