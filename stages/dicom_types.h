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

#include "stages/buffer.h"
#include "stages/dicom/attribute_values.h"
#include "stages/result.h"

namespace dcmflow {

using Vector3 = std::array<double, 3>;

// A file of the input (PS3.10). `name` is relative to the input folder, '/'-separated, any bytes;
// it is what every report says.
struct File {
  std::shared_ptr<const std::string> root;  // the input folder, as given
  std::string name;
  std::uint64_t size = 0;

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
  bool has_functional_groups =
      false;  // Per-Frame Functional Groups Sequence is present (enhanced multi-frame)
  bool has_modality_lut = false;  // Modality LUT Sequence is present
  AttributeValues values;         // patient, study and series level, and what usually repeats
  bool operator==(const SharedHeader&) const = default;
};

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
};

// One SOP Instance: the wanted attributes and where its pixels are. Never the pixels. There is one
// for every file of an archive, so what is easily read from the attributes is not kept again.
struct Instance {
  FilePtr file;
  std::shared_ptr<const SharedHeader> shared;
  AttributeValues values;  // what differs from instance to instance
  PixelData pixel_data;
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

// All instances with one Series Instance UID (within one study), in the order of SOP Instance UID,
// then file name.
struct Series {
  std::string study_instance_uid;
  std::string series_instance_uid;
  std::string
      image_stem;  // the Series Instance UID; with a suffix when another study uses the same UID
  std::vector<InstancePtr> instances;
};
using SeriesPtr = std::shared_ptr<const Series>;

// One 2-D image of a stack: an instance's frame.
struct Frame {
  InstancePtr instance;
  std::uint32_t number = 0;  // from 0 within the instance
  Vector3 position{};        // centre of the first voxel
  double slope = 1;
  double intercept = 0;
};

// The grid of an image: voxel (i, j, k) has its centre at origin + i·spacing[0]·direction[0] +
// j·spacing[1]·direction[1] + k·step. direction[0] runs along a row, direction[1] down a column,
// direction[2] along the normal (row × column); all unit vectors.
struct Grid {
  std::array<std::uint32_t, 3> size{};  // columns, rows, slices
  Vector3 spacing{};                    // between columns, between rows, between slices
  Vector3 origin{};
  std::array<Vector3, 3> direction{};
};

enum class Verdict : std::uint8_t { pass, warn, fail };

// Frames that belong together in space, in order along the normal: what becomes one image.
struct Stack {
  SeriesPtr series;
  std::string image_stem;  // <SeriesInstanceUID> or <SeriesInstanceUID>_<suffix>: the file name
                           // without extension
  bool is_main = true;
  std::string split_reason;  // why this is not the main image; empty for the main one
  std::vector<Frame> frames;
  Grid grid;
  double max_corner_error_mm = 0;
  Verdict verdict = Verdict::pass;
  std::vector<std::string> flags;  // e.g. "spacing_jitter", "spacing_from_slice_thickness"
};
using StackPtr = std::shared_ptr<const Stack>;

// The voxel types an image can have. The narrowest that holds every value of the volume exactly is
// used, in this order.
enum class VoxelType : std::uint8_t { int16, uint16, int32, float32 };

// What a voxel type must hold.
struct ValueRange {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
  bool integral = true;
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
  std::string name;                     // of the main file: <stem>.mhd, <stem>.nii, <stem>.nii.gz
  std::vector<std::string> file_names;  // all files, `name` first
  std::string sha256;  // of the file that holds the voxels, lower-case hex; may be empty
};

}  // namespace dcmflow
