#pragma once
// What is read, in order: File → Instance → Series; and Frame, one 2-D image of an instance. Field
// names are DICOM keywords (PS3.6) in snake_case. Lengths in mm, coordinates in the patient system
// (LPS, PS3.3 C.7.6.2.1.1). Plain values, thread-safe to read; heavy content sits behind
// shared_ptr<const ...> or SharedPtr, so messages are cheap to copy.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/attribute_values.h"
#include "stages/base/rare.h"
#include "stages/base/result.h"
#include "stages/base/shared.h"
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

class Descriptor;  // stages/base/descriptor.h
struct File;

// Where the bytes of a member of an archive lie, which is no file of its own.
struct PackedBytes {
  SharedPtr<const File> archive;
  std::shared_ptr<const Descriptor> spool;  // not null: there, unpacked; else in the archive
  std::uint64_t offset = 0;
};

// What few files have: there is a File for each of an archive.
struct FileExtras {
  std::optional<PackedBytes> packed;
  std::optional<std::string> hidden;  // the name by which it is found
};

// A file of the input (PS3.10). `name` is relative to the input folder, '/'-separated, any bytes;
// it is what every report says. Of several inputs it is behind the input as it was given. A member
// of an archive is a file in a folder that has the archive's name. Under --no-patient it is a
// digest, and the name by which the file is found is hidden().
struct File : Shared<File> {
  std::shared_ptr<const std::string> root;  // the input folder, as given
  std::string name;
  std::uint64_t size = 0;
  FileVersion version;  // with the size: as it was found; of a member, that of its archive
  Rare<FileExtras> extras = {};

  // Null: the bytes are at path().
  const PackedBytes* packed() const {
    return extras && extras->packed ? &*extras->packed : nullptr;
  }
  // Null: it is found by its name.
  const std::string* hidden() const {
    return extras && extras->hidden ? &*extras->hidden : nullptr;
  }
  const std::string& place() const { return hidden() ? *hidden() : name; }
  std::string path() const {
    if (place().starts_with('/')) return place();  // the input was
    return place().empty() ? *root : *root + '/' + place();
  }
};
using FilePtr = SharedPtr<const File>;

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

// What few instances have.
struct InstanceExtras {
  std::unique_ptr<const std::vector<AttributeValues>> frames;
  std::unique_ptr<const Problem> defect;
};

// One SOP Instance: the wanted attributes and where its pixels are. Never the pixels. There is one
// for every file of an archive, so what is easily read from the attributes is not kept again.
struct Instance : Shared<Instance> {
  FilePtr file;
  std::shared_ptr<const SharedHeader> shared;
  AttributeValues values;  // what differs from instance to instance
  PixelData pixel_data;
  Rare<InstanceExtras> extras;

  // What is said of each frame by itself (functional groups, tiles, offsets of a grid), under the
  // attributes that say it of a single-frame image; it wins over what is said of the instance.
  // Null for single-frame images, else one element a frame.
  const std::vector<AttributeValues>* frames() const {
    return extras ? extras->frames.get() : nullptr;
  }
  // Why no image can be made of it although its header reads; usually null.
  const Problem* defect() const { return extras ? extras->defect.get() : nullptr; }
  std::string_view sop_instance_uid() const;
  std::optional<Vector3> image_position_patient() const;
  std::optional<std::int64_t> instance_number() const;
  double rescale_slope() const;      // 1 when absent
  double rescale_intercept() const;  // 0 when absent
  // The text of an attribute of the table, from either part; nullopt when absent or empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const;
};
using InstancePtr = SharedPtr<const Instance>;

// All instances of a patient with one Series Instance UID (within one study), in the order of SOP
// Instance UID, then file name.
struct Series {
  std::string study_instance_uid;
  std::string series_instance_uid;
  // Of how many patients there are instances under these UIDs, and whose these are, from 0: a
  // series of two patients is one for each (PS3.3 A.1.2).
  std::uint32_t patients = 1;
  std::uint32_t patient = 0;
  std::vector<InstancePtr> instances;  // one at least
};
using SeriesPtr = std::shared_ptr<const Series>;

// The lookup table of the header that gives the values of a frame (stages/pixels/lookup_table.h).
enum class TableKind : std::uint8_t { none, modality, real_world };

// One 2-D image: an instance's frame. What it says of itself, or else its instance.
struct Frame {
  InstancePtr instance;
  std::uint32_t number = 0;           // from 0 within the instance
  TableKind table = TableKind::none;  // value = table[stored · slope + intercept]
  // It is turned by 180° in its plane: its last voxel is shown first, where `position` is.
  bool is_turned = false;
  Vector3 position{};  // centre of the first voxel; 0 when there is none
  double slope = 1;
  double intercept = 0;

  // The text of an attribute of the table; nullopt when absent or empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const;
  std::optional<Vector3> image_position_patient() const;                   // as the header says it
  std::optional<std::array<double, 6>> image_orientation_patient() const;  // as it is shown
  std::optional<std::array<double, 2>> pixel_spacing() const;              // as in SharedHeader
  std::optional<double> slice_thickness() const;
};

// The frame with its position and rescale filled in.
Frame make_frame(const InstancePtr& instance, std::uint32_t number);

}  // namespace dcmflow
