#pragma once
// A ramp case before it becomes files: frames in patient space, how they are stored, and to which
// image each belongs. What must come out follows from the same frames (truth.h), so the two cannot
// drift apart. Lengths in mm, coordinates in the patient system (LPS).

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "test-data/dicom_builder.h"

namespace dcmflow::cases {

using Vector = std::array<double, 3>;

Vector cross(const Vector& a, const Vector& b);
double dot(const Vector& a, const Vector& b);
// start + distance · direction
Vector along(const Vector& start, double distance, const Vector& direction);
Vector normalised(const Vector& a);

// splitmix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // From low to high, both included.
  unsigned whole(unsigned low, unsigned high);
  // Three decimals, so that it is exact as DICOM text.
  double number(double low, double high);
  std::vector<unsigned> permutation(unsigned count);

 private:
  std::uint64_t state_;
};

// What the series is made from: slice k lies at origin + k · (gap · normal + drift).
struct Base {
  std::string modality = "CT";
  unsigned columns = 0, rows = 0, slices = 0;
  double column_spacing = 0, row_spacing = 0, gap = 0;
  Vector origin{};
  Vector row{1, 0, 0}, column{0, 1, 0};
  Vector drift{};

  Vector normal() const { return cross(row, column); }
  Vector position(unsigned slice) const;
};

enum class Cell : std::uint8_t { integer, float32, float64, bit };
enum class Colour : std::uint8_t { none, rgb, planar, ybr_full, palette };

// How the values of a frame are stored. A colour voxel holds colour_of(v) of its value v.
struct Storage {
  Cell cell = Cell::integer;
  unsigned bits_allocated = 16, bits_stored = 16;
  unsigned shift = 0;  // High Bit = bits_stored - 1 + shift
  bool is_signed = true;
  bool junk = false;  // bits outside of the stored ones are set
  Colour colour = Colour::none;
  double largest_scale = 10;  // of the ramp
};

// Red, green and blue of the value v, which is 0 to 255; the channels tell each other apart.
constexpr std::array<std::array<double, 2>, 3> colour_channels{{{1, 0}, {-1, 255}, {0.5, 20}}};

// text == nullopt removes the attribute. `path` is a keyword, or "Sequence[0].Keyword".
struct Attribute {
  std::string path;
  std::optional<std::string> text;
};

constexpr int no_image = -1;

struct Frame {
  unsigned slice = 0;  // of the base
  Vector position{};
  int image = 0;        // which of the expected images it is a slice of, or no_image
  unsigned volume = 0;  // of that image
  double offset = 0;    // added to the ramp
  double slope = 1, intercept = 0;
};

struct File;
// Says what the frames have of their own in a multi-frame file; sets SOP Class and Number of Frames
// too.
using Describe = void (*)(DicomBuilder& builder, const File& file);
// What happens to the finished bytes.
using Damage = std::function<void(std::vector<std::uint8_t>& bytes)>;

struct File {
  std::string name, uid;
  unsigned number = 0;  // Instance Number
  unsigned columns = 0, rows = 0;
  double column_spacing = 0, row_spacing = 0, gap = 0;
  Vector row{}, column{};
  std::vector<Frame> frames;
  Storage storage;
  std::vector<Attribute> attributes;  // set last
  std::string transfer_syntax = std::string(transfer_syntax::explicit_little);
  Describe describe = nullptr;  // a single frame when null
  unsigned tiles_across = 0;    // the frames are tiles of one stored image, as many across as down
  std::size_t pixel_bytes_cut = 0;
  Damage damage;
  bool is_written = true;
  std::string refused;  // the reason, or several separated by '|': any of them
};

// What is known of an expected image beside its frames.
struct Facts {
  std::string verdict = "pass";  // of dcmflow; empty: any
  double tolerance_mm = 0;       // how far positions in the header are from where the voxels lie
  double tolerance_values = 0;   // of lossy compression, in values
  bool is_interpolated = false;
  bool any_slices = false;  // the number of slices is not said
  bool any_order = false;   // nor the order of the volumes
  // Labels: frames are File::gap apart, or a multiple of it, and where none is nothing is labelled.
  bool gaps_are_empty = false;
  std::vector<Vector> directions;  // of diffusion, one for each volume; b = 0 has 0, 0, 0
};

struct Scene {
  Random random;
  Base base;
  std::vector<File> files;
  std::map<int, Facts> facts;        // by image
  std::string refused;               // no image at all: the reason of every file
  std::vector<std::string> flags;    // that dcmflow tells of its images
  std::vector<std::string> options;  // of dcmflow
  bool in_pieces = false;            // the images are the runs of slices without a gap
  std::string study_uid;             // the first; Series Instance UID is study_uid + ".1"
};

// A small axial CT series with numbers from the seed: 11–14 columns, 7–10 rows, 6–9 slices, 12
// bits, unsigned: what every program reads.
Scene make_scene(std::uint64_t seed);

// Makes the files anew from scene.base, one frame each.
void lay_out(Scene& scene);
// SOP Instance UIDs by the order of the files.
void name_instances(Scene& scene);

// value = scale · (2x + 3y + 5z + offset) + constant: chosen so that the stored types are filled
// and hold every frame.
struct Scaling {
  double scale = 1, constant = 0;
  double value(const Vector& position, double offset) const;
};
Scaling choose_scaling(const Scene& scene);

// The bytes of the file, damage included. Throws std::runtime_error when a value does not fit.
std::vector<std::uint8_t> make_file(const Scene& scene, const File& file, const Scaling& scaling);

// "a\b\c", as DICOM text.
std::string text_of(std::initializer_list<double> numbers);
std::string text_of(const Vector& vector);
// Sets an attribute by its path.
void put(DicomBuilder& builder, std::string_view path, const std::optional<std::string>& text);

}  // namespace dcmflow::cases
