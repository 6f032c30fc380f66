#pragma once
// What the user chooses about images: what is done where the slices make no regular grid, and which
// voxels are written. Each is an option of the command line (config/command_line.cpp). Plain
// values.

#include <cstdint>

namespace dcmflow {

// What becomes of slices that are sheared against their normal: a new grid along the normal, a
// sheared affine (NIfTI alone can hold it), or none.
enum class OnTilt : std::uint8_t { rectify, affine, reject };
// What becomes of a stack with slices missing inside: interpolated, cut into stacks without,
// written as if nothing were missing (verdict fail), or none.
enum class OnMissing : std::uint8_t { fill, split, keep, reject };
// What becomes of a stack whose gaps vary: interpolated at the median gap, and as above.
enum class OnIrregular : std::uint8_t { resample, split, keep, reject };
// What a time or diffusion series becomes: one 4-D image, an image for each volume, or the first.
enum class MultiVolume : std::uint8_t { four_d, split, first };
// What PET images show: what the header says, or standardized uptake values, by body weight, by
// lean body mass, by body surface.
enum class Suv : std::uint8_t { none, bw, lbm, bsa };

struct ImageOptions {
  OnTilt on_tilt = OnTilt::rectify;
  OnMissing on_missing = OnMissing::fill;
  OnIrregular on_irregular = OnIrregular::resample;
  MultiVolume multi_volume = MultiVolume::four_d;
  bool keep_stored = false;        // voxels as stored, rescale in the header where it is constant
  bool allow_no_geometry = false;  // images without position or orientation are written, unplaced
  bool strict = false;             // what would be repaired by interpolation is refused
  bool real_world = false;         // values by the Real World Value Mapping, where there is one
  bool invert_monochrome1 = false;
  Suv suv = Suv::none;              // of PET images; stages/pixels/suv.h
  bool format_holds_shear = false;  // the format of the images can hold a sheared affine
};

}  // namespace dcmflow
