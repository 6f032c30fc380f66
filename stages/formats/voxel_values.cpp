#include "stages/formats/voxel_values.h"

#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace dcmflow {
namespace {

template <class Sample>
void decode(std::span<const std::uint8_t> bytes, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Sample sample{};
    std::memcpy(&sample, bytes.data() + i * sizeof(Sample), sizeof(Sample));
    values[i] = static_cast<double>(sample);
  }
}

// In the order of SampleType.
using Decode = void (*)(std::span<const std::uint8_t> bytes, std::span<double> values);
constexpr std::array<Decode, 10> decoders{
    decode<std::int8_t>,  decode<std::uint8_t>,  decode<std::int16_t>, decode<std::uint16_t>,
    decode<std::int32_t>, decode<std::uint32_t>, decode<std::int64_t>, decode<std::uint64_t>,
    decode<float>,        decode<double>};

Problem named(Problem problem, const std::string& path) {
  problem.subject = path;
  return problem;
}

}  // namespace

std::optional<std::uint64_t> voxels_of(const ImageHeader& image) {
  std::uint64_t count = image.volumes;
  for (const std::uint64_t length : image.grid.size) {
    if (length != 0 && count > std::numeric_limits<std::uint64_t>::max() / length)
      return std::nullopt;
    count *= length;
  }
  return count;
}

VoxelValues::VoxelValues(const HeldImage& image, VoxelStream stream)
    : path_(image.path),
      sample_(image.header.sample),
      samples_(image.header.samples),
      scale_(image.header.image.scale),
      stream_(std::move(stream)) {}

Result<VoxelValues> VoxelValues::open(const HeldImage& image) {
  auto stream = VoxelStream::open(image.path, image.format, image.header);
  if (!stream) return named(stream.problem(), image.path);
  return VoxelValues(image, std::move(*stream));
}

Status VoxelValues::read(std::size_t voxels) {
  bytes_.resize(voxels * samples_ * sample_bytes(sample_));
  auto done = stream_.read(bytes_);
  return done ? std::move(done) : Status(named(done.problem(), path_));
}

std::span<const double> VoxelValues::values() {
  values_.resize(bytes_.size() / sample_bytes(sample_));
  decoders[static_cast<std::size_t>(sample_)](bytes_, values_);
  if (scale_)
    for (double& value : values_) value = value * scale_->slope + scale_->intercept;
  return values_;
}

}  // namespace dcmflow
