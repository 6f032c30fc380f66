#include "stages/formats/compare_voxels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "stages/formats/header_fields.h"
#include "stages/formats/voxel_stream.h"

namespace dcmflow {
namespace {

constexpr std::size_t voxels_at_once = std::size_t{1} << 18;

template <class Sample>
void decode(std::span<const std::uint8_t> bytes, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Sample sample{};
    std::memcpy(&sample, bytes.data() + i * sizeof(Sample), sizeof(Sample));
    values[i] = static_cast<double>(sample);
  }
}

// In the order of VoxelType.
using Decode = void (*)(std::span<const std::uint8_t> bytes, std::span<double> values);
constexpr std::array<Decode, 5> decoders{decode<std::int16_t>, decode<std::uint16_t>,
                                         decode<std::int32_t>, decode<float>, decode<std::uint8_t>};

std::size_t samples_of(VoxelType type) { return type == VoxelType::rgb24 ? 3 : 1; }

std::optional<std::uint64_t> voxels_of(const ImageHeader& image) {
  std::uint64_t count = image.volumes;
  for (const std::uint64_t length : image.grid.size) {
    if (length != 0 && count > std::numeric_limits<std::uint64_t>::max() / length)
      return std::nullopt;
    count *= length;
  }
  return count;
}

// One image, piece by piece.
class Values {
 public:
  static Result<Values> open(const HeldImage& image) {
    auto stream = VoxelStream::open(image.path, image.format, image.header);
    if (!stream) return named(stream.problem(), image.path);
    return Values(image, std::move(*stream));
  }

  Status read(std::size_t voxels) {
    bytes_.resize(voxels * voxel_bytes(type_));
    auto done = stream_.read(bytes_);
    return done ? std::move(done) : Status(named(done.problem(), path_));
  }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::span<const double> values() {
    values_.resize(bytes_.size() / voxel_bytes(type_) * samples_of(type_));
    decoders[static_cast<std::size_t>(type_)](bytes_, values_);
    if (scale_)
      for (double& value : values_) value = value * scale_->slope + scale_->intercept;
    return values_;
  }

 private:
  Values(const HeldImage& image, VoxelStream stream)
      : path_(image.path),
        type_(image.header.image.type),
        scale_(image.header.image.scale),
        stream_(std::move(stream)) {}
  static Problem named(Problem problem, const std::string& path) {
    problem.subject = path;
    return problem;
  }

  std::string path_;
  VoxelType type_;
  std::optional<Rescale> scale_;
  VoxelStream stream_;
  std::vector<std::uint8_t> bytes_;
  std::vector<double> values_;
};

// Equal, also where both are no number; else how far they are apart.
double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double apart = std::abs(a - b);
  return std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart;
}

void compare(std::span<const double> a, std::span<const double> b, std::size_t samples,
             VoxelComparison& found) {
  for (std::size_t i = 0; i < a.size(); i += samples) {
    double largest = 0;
    for (std::size_t s = i; s < i + samples; ++s) largest = std::max(largest, distance(a[s], b[s]));
    if (largest > 0) ++found.different;
    found.largest = std::max(found.largest, largest);
  }
}

bool is_same_scale(const std::optional<Rescale>& a, const std::optional<Rescale>& b) {
  if (!a || !b) return !a && !b;
  return a->slope == b->slope && a->intercept == b->intercept;
}

}  // namespace

Result<VoxelComparison> compare_voxels(const HeldImage& a, const HeldImage& b) {
  const auto& image = a.header.image;
  const auto voxels = voxels_of(image);
  if (!voxels) return Problem{Reason::malformed, a.path, "its header promises too many voxels"};
  auto first = Values::open(a);
  if (!first) return first.problem();
  auto second = Values::open(b);
  if (!second) return second.problem();
  const bool is_alike =
      image.type == b.header.image.type && is_same_scale(image.scale, b.header.image.scale);
  VoxelComparison found{.voxels = *voxels};
  for (std::uint64_t left = *voxels; left > 0;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, voxels_at_once));
    for (auto* values : {&*first, &*second})
      if (auto done = values->read(count); !done) return done.problem();
    if (!is_alike || !std::ranges::equal(first->bytes(), second->bytes()))
      compare(first->values(), second->values(), samples_of(image.type), found);
    left -= count;
  }
  return found;
}

}  // namespace dcmflow
