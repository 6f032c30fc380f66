#pragma once
// What flows through the pipeline, in order: File → Instance → Series → Stack → Slab → ImageFile.
// Field names are DICOM keywords (PS3.6) in snake_case. Lengths in mm, coordinates in the patient
// system (LPS, PS3.3 C.7.6.2.1.1). Everything here is a plain value; heavy content sits behind
// shared_ptr<const ...>, so messages are cheap to copy.

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/attribute_values.h"
#include "stages/base/buffer.h"
#include "stages/base/result.h"
#include "stages/base/vector3.h"

namespace dcmflow {

// The SOP Class UIDs (PS3.4 B.5) whose images hold labels.
inline constexpr std::string_view segmentation_storage = "1.2.840.10008.5.1.4.1.1.66.4";
inline constexpr std::string_view label_map_storage = "1.2.840.10008.5.1.4.1.1.66.7";

// What tells a file from one that takes its name later, and from itself after it was written to.
// All zero (no file has that inode): nobody looked, and nothing is compared.
struct FileVersion {
  std::uint64_t inode = 0;
  std::uint64_t modified = 0;  // ns since 1970: of the content
  std::uint64_t changed = 0;   // of the inode: the content again, name, owner, mode
  bool operator==(const FileVersion&) const = default;
};

// A file of the input (PS3.10). `name` is relative to the input folder, '/'-separated, any bytes;
// it is what every report says.
struct File {
  std::shared_ptr<const std::string> root;  // the input folder, as given
  std::string name;
  std::uint64_t size = 0;
  FileVersion version;  // with the size: as it was found

  std::string path() const { return name.empty() ? *root : *root + '/' + name; }
};
using FilePtr = std::shared_ptr<const File>;

// How the pixels of one frame are stored (PS3.3 C.7.6.3, PS3.5 section 8). All zero when the
// instance has no pixels.
struct PixelLayout {
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;
  std::uint16_t samples_per_pixel = 1;
  std::uint16_t bits_allocated = 0;
  std::uint16_t bits_stored = 0;
  std::uint16_t high_bit = 0;
  bool is_signed = false;  // Pixel Representation 1
  bool planar = false;     // Planar Configuration 1

  // Bytes of one uncompressed frame.
  std::uint64_t frame_bytes() const {
    return (std::uint64_t{rows} * columns * samples_per_pixel * bits_allocated + 7) / 8;
  }
  std::uint64_t frame_voxels() const { return std::uint64_t{rows} * columns; }
  bool operator==(const PixelLayout&) const = default;
};

// The byte order and structure of the data set as it really is in the file, which may differ from
// what the header declares.
struct DatasetEncoding {
  bool explicit_vr = true;
  bool big_endian = false;
  bool deflated = false;
  bool operator==(const DatasetEncoding&) const = default;
};

// Everything in a header that usually repeats from file to file of a stack. Interned: equal
// content, same object.
struct SharedHeader {
  std::string study_instance_uid;
  std::string series_instance_uid;
  std::string sop_class_uid;
  std::string transfer_syntax_uid;
  std::string frame_of_reference_uid;
  std::string modality;
  std::string photometric_interpretation;
  std::string image_type;  // values separated by '\'
  DatasetEncoding encoding;
  PixelLayout layout;
  std::optional<std::array<double, 6>> image_orientation_patient;  // row cosines, column cosines
  std::optional<std::array<double, 2>>
      pixel_spacing;  // [0] between rows (y), [1] between columns (x); PS3.3 10.7.1.3
  bool pixel_spacing_is_imager = false;  // from Imager or Nominal Scanned Pixel Spacing
  std::optional<double> slice_thickness;
  bool has_modality_lut = false;   // Modality LUT Sequence is present
  bool study_uid_is_made = false;  // the file has none: study_instance_uid is of its folder
  // Of the longest series that a segmentation says it segments (PS3.3 C.12.1.1.9); 0: not said.
  std::uint32_t referenced_instances = 0;
  AttributeValues values;  // patient, study and series level, and what usually repeats
  bool operator==(const SharedHeader&) const = default;
};

// Numbers that stand for something: nothing lies between two of them, and a palette only shows
// them.
inline bool is_label(const SharedHeader& header) {
  return header.sop_class_uid == segmentation_storage || header.sop_class_uid == label_map_storage;
}

// Three samples a pixel, or indexes into a palette; labels are numbers, whatever shows them.
inline bool is_colour(const SharedHeader& header) {
  return !is_label(header) && (header.layout.samples_per_pixel == 3 ||
                               header.photometric_interpretation.starts_with("PALETTE"));
}

// Where the pixel data of an instance lies.
struct PixelData {
  enum class Kind : std::uint8_t { none, native, encapsulated, float32, float64 };
  std::uint64_t offset = 0;  // first byte of the value, from the start of the file (of the inflated
                             // data set when deflated)
  std::uint64_t length = 0;  // bytes of the value; of the rest of the file when encapsulated
  std::uint32_t number_of_frames = 1;  // 0: not a number that can be
  Kind kind = Kind::none;
  bool in_words =
      false;  // VR OW: 8-bit pixels of a big endian file are swapped in pairs (PS3.5 8.1.2)
  // Not 0: the frames are tiles of one stored image, so many in a row, row after row (a mosaic).
  // SharedHeader::layout is that of a tile.
  std::uint16_t tiles_across = 0;
};

// One SOP Instance: the wanted attributes and where its pixels are. Never the pixels. There is one
// for every file of an archive, so what is easily read from the attributes is not kept again.
struct Instance {
  FilePtr file;
  std::shared_ptr<const SharedHeader> shared;
  AttributeValues values;  // what differs from instance to instance
  PixelData pixel_data;
  // What is said of each frame by itself (functional groups, tiles, offsets of a grid), under the
  // attributes that say it of a single-frame image; it wins over what is said of the instance.
  // Null for single-frame images, else one element a frame.
  std::unique_ptr<const std::vector<AttributeValues>> frames;
  std::unique_ptr<const Problem>
      defect;  // why no image can be made of it although its header reads; usually null

  std::string_view sop_instance_uid() const;
  std::optional<Vector3> image_position_patient() const;
  std::optional<std::int64_t> instance_number() const;
  double rescale_slope() const;      // 1 when absent
  double rescale_intercept() const;  // 0 when absent
  // The text of an attribute of the table, from either part; nullopt when absent or empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const;
};
using InstancePtr = std::shared_ptr<const Instance>;

// All instances of a patient with one Series Instance UID (within one study), in the order of SOP
// Instance UID, then file name.
struct Series {
  std::string study_instance_uid;
  std::string series_instance_uid;
  // Of how many patients there are instances under these UIDs, and whose these are, from 0: a
  // series of two patients is one for each (PS3.3 A.1.2).
  std::uint32_t patients = 1;
  std::uint32_t patient = 0;
  std::vector<InstancePtr> instances;
};
using SeriesPtr = std::shared_ptr<const Series>;

// The lookup table of the header that gives the values of a frame (stages/pixels/lookup_table.h).
enum class TableKind : std::uint8_t { none, modality, real_world };

// One 2-D image: an instance's frame. What it says of itself, or else its instance.
struct Frame {
  InstancePtr instance;
  std::uint32_t number = 0;           // from 0 within the instance
  TableKind table = TableKind::none;  // value = table[stored · slope + intercept]
  Vector3 position{};                 // centre of the first voxel; 0 when there is none
  double slope = 1;
  double intercept = 0;
  // It is turned by 180° in its plane: its last voxel is shown first, where `position` is.
  bool is_turned = false;

  // The text of an attribute of the table; nullopt when absent or empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const;
  std::optional<Vector3> image_position_patient() const;                   // as the header says it
  std::optional<std::array<double, 6>> image_orientation_patient() const;  // as it is shown
  std::optional<std::array<double, 2>> pixel_spacing() const;              // as in SharedHeader
  std::optional<double> slice_thickness() const;
};

// The frame with its position and rescale filled in.
Frame make_frame(const InstancePtr& instance, std::uint32_t number);

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

// The voxel types an image can have. The narrowest of the first four that holds every value of the
// volume exactly is used, in this order. rgb24: three bytes, red first.
enum class VoxelType : std::uint8_t { int16, uint16, int32, float32, rgb24 };
constexpr std::size_t voxel_bytes(VoxelType type) {
  constexpr std::array<std::size_t, 5> bytes{2, 2, 4, 4, 3};
  return bytes[static_cast<std::size_t>(type)];
}

// Frames that belong together in space, in order along the normal: what becomes one image. A 4-D
// image has the frames of one volume after those of the other.
struct Stack {
  SeriesPtr series;
  // The file name without extension: <SeriesInstanceUID> or <SeriesInstanceUID>_<suffix>, which
  // assign_names() makes unique within the run.
  std::string image_stem;
  bool is_main = true;
  std::string split_reason;  // why this is not the main image; empty for the main one
  std::vector<Frame> frames;
  Grid grid;  // of the written image; of each of its volumes
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
  double max_corner_error_mm = 0;
  Verdict verdict = Verdict::pass;
  std::vector<std::string> flags;  // e.g. "spacing_jitter", "spacing_from_slice_thickness"

  std::uint32_t written_slices() const { return grid.size[2] * volumes; }
};
using StackPtr = std::shared_ptr<const Stack>;

// What a voxel type must hold.
struct ValueRange {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  bool integral = true;
  bool rounded = false;     // float32 changed an integer, or a Double Float Pixel Data value
  bool recoloured = false;  // the colour space was that of the codestream, not of the header
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
