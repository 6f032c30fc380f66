#pragma once
// What flows through the pipeline, in order: File → Instance → Series → Stack → Slab → ImageFile.
// Up to Series, and Frame, what was read stands in stages/dicom_instance.h; here is what is made.
// Field names are DICOM keywords (PS3.6) in snake_case. Lengths in mm, coordinates in the patient
// system (LPS, PS3.3 C.7.6.2.1.1). Everything here is a plain value; heavy content sits behind
// shared_ptr<const ...>, so messages are cheap to copy. Thread-safe to read.

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stages/base/buffer.h"
#include "stages/base/image_options.h"
#include "stages/base/vector3.h"
#include "stages/dicom_instance.h"

namespace dcmflow {

// The grid of an image: voxel (i, j, k) has its centre at origin + i·spacing[0]·direction[0] +
// j·spacing[1]·direction[1] + k·spacing[2]·direction[2]. direction[0] runs along a row,
// direction[1] down a column, direction[2] from slice to slice; all unit vectors.
struct Grid {
  std::array<std::uint32_t, 3> size{};  // columns, rows, slices
  Vector3 spacing{};                    // between columns, between rows, between slices
  Vector3 origin{};
  std::array<Vector3, 3> direction{};
  bool is_sheared = false;  // direction[2] is not the normal (row × column): --on-tilt affine
  bool is_placed = true;    // false: nothing is known of where it lies (--allow-no-geometry)
};

// partial: of a 4-D series only the complete volumes.
enum class Verdict : std::uint8_t { pass, warn, fail, partial };

// How a written slice is made when it is not simply one frame: lower · (1 − upper_weight) + upper ·
// upper_weight, which then lies `shift` voxels (columns, rows) from the slice's first voxel, linear
// between voxels, background outside.
struct SliceRecipe {
  static constexpr std::uint32_t no_frame = 0xFFFFFFFF;  // of a slice that is background all over
  std::uint32_t lower = 0;                               // index in Stack::frames
  std::uint32_t upper = 0;                               // the same as `lower` for one frame
  double upper_weight = 0;                               // 0 to 1
  std::array<double, 2> shift{};
};

// The diffusion weighting of a frame (PS3.3 C.8.13.5.9).
struct Diffusion {
  double b_value = 0;                // s/mm²
  std::optional<Vector3> direction;  // unit vector, patient coordinates; none at b = 0 or isotropic
};

// What tells one volume of a 4-D image from the others.
struct VolumeKey {
  std::string value;           // of the attribute that Stack::dimension names
  std::optional<double> time;  // s from the first volume
  std::optional<Diffusion> diffusion;
};

// stored · slope + intercept (PS3.3 C.7.6.16.2.9)
struct Rescale {
  double slope = 1;
  double intercept = 0;
};

// What a PET image shows under --suv, and the least and the greatest of what the values of its
// frames, in the units of their header, were multiplied by.
struct SuvScale {
  Suv kind = Suv::none;
  std::array<double, 2> factors{};
};

// The voxel types an image can have. The narrowest of the first four that holds every value of the
// volume exactly is used, in this order. rgb24: three bytes, red first.
enum class VoxelType : std::uint8_t { int16, uint16, int32, float32, rgb24 };
constexpr std::size_t voxel_bytes(VoxelType type) {
  constexpr std::array<std::size_t, 5> bytes{2, 2, 4, 4, 3};
  return bytes[static_cast<std::size_t>(type)];
}

struct BidsImage;  // stages/selection/bids_rule.h

// Frames that belong together in space, in order along the normal: what becomes one image. A 4-D
// image has the frames of one volume after those of the other.
struct Stack {
  SeriesPtr series;
  // The path below the output folder without extension: <SeriesInstanceUID> or
  // <SeriesInstanceUID>_<suffix>, which assign_names() makes unique within the run, or
  // name_by_template() or name_by_bids() replaces.
  std::string image_stem;
  bool is_main = true;
  std::string field_suffix;   // what tells it from its series' others under --name: "_e2_ph"
  std::string split_reason;   // why this is not the main image; empty for the main one
  std::vector<Frame> frames;  // one at least
  Grid grid;                  // of the written image; of each of its volumes
  std::uint32_t volumes = 1;
  std::string dimension;  // what `volumes` counts: "time", "diffusion", ... empty for one volume
  std::vector<VolumeKey> volume_keys;  // empty, or one for each volume
  // Empty: written slice k is frame k. Else one for each written slice of all volumes.
  std::vector<SliceRecipe> recipes;
  double background = 0;                     // outside of the frames, where recipes shift
  std::vector<std::uint32_t> filled_slices;  // of the written ones, that no frame was there for
  std::vector<std::string> missing;          // what a partial image lacks, in words
  VoxelType first_type = VoxelType::int16;   // rgb24 for colour
  std::optional<Rescale> kept_stored;        // voxels are as stored; this is for the header
  std::optional<SuvScale> suv;               // the voxels are standardized uptake values
  double max_corner_error_mm = 0;
  Verdict verdict = Verdict::pass;
  std::vector<std::string> flags;         // e.g. "spacing_jitter", "spacing_from_slice_thickness"
  std::shared_ptr<const BidsImage> bids;  // under --layout bids, where it stands in the data set

  std::uint32_t written_slices() const { return grid.size[2] * volumes; }
  // What is worse than a warning stays.
  void warn() {
    if (verdict == Verdict::pass) verdict = Verdict::warn;
  }
};
using StackPtr = std::shared_ptr<const Stack>;

// What a voxel type must hold.
struct ValueRange {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  bool integral = true;
  bool rounded = false;     // float32 changed an integer, or a Double Float Pixel Data value
  bool recoloured = false;  // the colour space was that of the codestream, not of the header
  bool masked = false;      // bits were left out that are not those of the value (PS3.5 8.1.1)
};

// Consecutive slices of a stack.
struct SlabRange {
  std::uint32_t first_slice = 0;
  std::uint32_t slices = 0;
};

// A run of consecutive slices of a stack, rescaled and converted: what is written at once.
// bytes: slices × rows × columns voxels of `type`, little endian, slice after slice; empty when
// `type` cannot hold `values`.
struct Slab {
  SlabRange range;
  VoxelType type = VoxelType::int16;
  ValueRange
      values;  // of the slices that were converted: all of them, unless `type` could not hold one
  Buffer bytes;
};

// An image that is complete under its final name.
struct ImageFile {
  StackPtr stack;
  VoxelType type = VoxelType::int16;
  ValueRange values;
  std::string name;                       // of the main file: <stem>.mhd, <stem>.nii, <stem>.nii.gz
  std::vector<std::string> file_names;    // all files, `name` first
  std::vector<std::uint64_t> file_bytes;  // of each of them, as it was written
  std::vector<std::int64_t> modified_ns;  // of each of them: when, since 1970
  std::string sha256;  // of the file that holds the voxels, lower-case hex; may be empty
};

}  // namespace dcmflow
