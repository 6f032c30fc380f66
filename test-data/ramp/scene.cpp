#include "test-data/ramp/scene.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "test-data/phantom.h"
#include "test-data/ramp/stored_pixels.h"

namespace dcmflow::cases {
namespace {

constexpr std::pair<std::string_view, std::string_view> sop_classes[] = {
    {"CT", "1.2.840.10008.5.1.4.1.1.2"},
    {"MR", "1.2.840.10008.5.1.4.1.1.4"},
    {"PT", "1.2.840.10008.5.1.4.1.1.128"},
};

void put_header(DicomBuilder& builder, const Scene& scene, const File& file) {
  const Base& base = scene.base;
  for (const auto& [modality, uid] : sop_classes)
    if (modality == base.modality) builder.set("SOPClassUID", uid);
  builder.set("Modality", base.modality)
      .set("SOPInstanceUID", file.uid)
      .set("InstanceNumber", std::to_string(file.number))
      .set("StudyInstanceUID", scene.study_uid)
      .set("SeriesInstanceUID", scene.study_uid + ".1")
      .set("FrameOfReferenceUID", scene.study_uid + ".9")
      .set("SeriesDescription", "Ramp")
      .set("ImageOrientationPatient", text_of({file.row[0], file.row[1], file.row[2],
                                               file.column[0], file.column[1], file.column[2]}))
      .set("PixelSpacing", text_of({file.row_spacing, file.column_spacing}))
      .set("SliceThickness", text_of({file.gap}));
  const Frame& first = file.frames.front();
  builder.set("ImagePositionPatient", text_of(first.position))
      .set("RescaleSlope", decimal_string(first.slope))
      .set("RescaleIntercept", decimal_string(first.intercept));
  if (base.modality != "MR") return;
  builder.set("ImageType", "ORIGINAL\\PRIMARY\\M\\ND")
      .set("ScanningSequence", "GR")
      .set("SequenceVariant", "SP")
      .set("MRAcquisitionType", "3D")
      .set("EchoTime", "3.2")
      .set("RepetitionTime", "8.1")
      .set("MagneticFieldStrength", "3");
}

// Corner voxels of the frame.
std::array<Vector, 4> corners(const File& file, const Frame& frame) {
  const double across = (file.columns - 1) * file.column_spacing;
  const double down = (file.rows - 1) * file.row_spacing;
  const Vector right = along(frame.position, across, file.row);
  return {frame.position, right, along(frame.position, down, file.column),
          along(right, down, file.column)};
}

struct Interval {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// The values that the frame can store.
Interval storable(const File& file, const Frame& frame) {
  const Storage& storage = file.storage;
  if (storage.colour != Colour::none) return {0, 255};
  Interval values;
  if (storage.cell != Cell::integer) return {-1e6, 1e6};
  const auto bits = static_cast<int>(storage.bits_stored);
  const double least = storage.is_signed ? -std::ldexp(1, bits - 1) : 0;
  values.include(least * frame.slope + frame.intercept);
  values.include((least + std::ldexp(1, bits) - 1) * frame.slope + frame.intercept);
  return values;
}

double rounded(double value) {
  const double digits = std::pow(10, 2 - std::floor(std::log10(value)));
  return std::floor(value * digits) / digits;
}

}  // namespace

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vector along(const Vector& start, double distance, const Vector& direction) {
  return {start[0] + distance * direction[0], start[1] + distance * direction[1],
          start[2] + distance * direction[2]};
}

Vector normalised(const Vector& a) { return along({}, 1 / std::sqrt(dot(a, a)), a); }

std::uint64_t Random::next() {
  std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
  return mixed ^ mixed >> 31U;
}

unsigned Random::whole(unsigned low, unsigned high) {
  return low + static_cast<unsigned>(next() % (high - low + 1));
}

double Random::number(double low, double high) {
  const auto steps = static_cast<unsigned>(std::lround((high - low) * 1000));
  return std::round(low * 1000 + whole(0, steps)) / 1000;
}

std::vector<unsigned> Random::permutation(unsigned count) {
  std::vector<unsigned> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (unsigned i = count; i > 1; --i) std::swap(numbers[i - 1], numbers[next() % i]);
  return numbers;
}

Vector Base::position(unsigned slice) const {
  return along(along(origin, slice * gap, normal()), slice, drift);
}

Scene make_scene(std::uint64_t seed) {
  Scene scene{.random = Random(seed)};
  Random& random = scene.random;
  Base& base = scene.base;
  base.columns = random.whole(11, 14);
  base.rows = random.whole(7, 10);
  base.slices = random.whole(6, 9);
  base.column_spacing = base.row_spacing = random.number(0.6, 1.3);
  base.gap = random.number(1.5, 4);
  for (double& coordinate : base.origin) coordinate = random.number(-80, 80);
  scene.study_uid = "1.2.3." + std::to_string(random.whole(1, 999999999));
  lay_out(scene);
  return scene;
}

void lay_out(Scene& scene) {
  const Base& base = scene.base;
  scene.files.clear();
  for (unsigned k = 0; k < base.slices; ++k)
    scene.files.push_back({.number = k + 1,
                           .columns = base.columns,
                           .rows = base.rows,
                           .column_spacing = base.column_spacing,
                           .row_spacing = base.row_spacing,
                           .gap = base.gap,
                           .row = base.row,
                           .column = base.column,
                           .frames = {{.slice = k, .position = base.position(k)}},
                           .storage = {.bits_stored = 12, .is_signed = false}});
  name_instances(scene);
}

void name_instances(Scene& scene) {
  unsigned number = 0;
  for (File& file : scene.files) file.uid = scene.study_uid + ".1." + std::to_string(++number);
}

double Scaling::value(const Vector& position, double offset) const {
  return scale * (ramp(position) + offset) + constant;
}

Scaling choose_scaling(const Scene& scene) {
  Interval ramps;
  Interval values{-std::numeric_limits<double>::infinity(),
                  std::numeric_limits<double>::infinity()};
  double scale = std::numeric_limits<double>::infinity();
  bool is_mask = false;
  for (const File& file : scene.files) {
    scale = std::min(scale, file.storage.largest_scale);
    is_mask = is_mask || file.storage.cell == Cell::bit;
    for (const Frame& frame : file.frames) {
      for (const Vector& corner : corners(file, frame)) ramps.include(ramp(corner) + frame.offset);
      const Interval held = storable(file, frame);
      values.low = std::max(values.low, held.low);
      values.high = std::min(values.high, held.high);
    }
  }
  if (is_mask) return {1, -(ramps.low + ramps.high) / 2};
  constexpr double filled = 0.9;
  const double room = (values.high - values.low) * filled;
  scale = rounded(std::min(scale, room / std::max(ramps.high - ramps.low, 1e-6)));
  const double middle = (values.low + values.high) / 2;
  return {scale, std::round(middle - scale * (ramps.low + ramps.high) / 2)};
}

std::vector<std::uint8_t> make_file(const Scene& scene, const File& file, const Scaling& scaling) {
  DicomBuilder builder;
  put_header(builder, scene, file);
  put_layout(builder, file);
  if (file.describe != nullptr) file.describe(builder, file);
  for (const auto& [path, text] : file.attributes) put(builder, path, text);
  put_pixels(builder, file, scaling);
  auto bytes = builder.bytes(file.transfer_syntax);
  if (file.damage) file.damage(bytes);
  return bytes;
}

std::string text_of(std::initializer_list<double> numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : "\\") + decimal_string(number);
  return text;
}

std::string text_of(const Vector& vector) { return text_of({vector[0], vector[1], vector[2]}); }

void put(DicomBuilder& builder, std::string_view path, const std::optional<std::string>& text) {
  const auto dot_at = path.rfind('.');
  if (dot_at == std::string_view::npos) {
    if (text)
      builder.set(path, *text);
    else
      builder.remove(path);
    return;
  }
  if (!text) throw std::runtime_error(std::string(path) + ": only at the top can be removed");
  const auto bracket = path.rfind('[', dot_at);
  unsigned item = 0;
  std::from_chars(path.data() + bracket + 1, path.data() + dot_at, item);
  builder.set_in(path.substr(0, bracket), item, path.substr(dot_at + 1), *text);
}

}  // namespace dcmflow::cases
