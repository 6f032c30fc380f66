#pragma once
// How a sample of a voxel is stored, in dcmflow's images and in those of others. Constant.

#include <array>
#include <cstddef>
#include <cstdint>

namespace dcmflow {

enum class SampleType : std::uint8_t {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64
};

constexpr std::size_t sample_bytes(SampleType type) {
  constexpr std::array<std::size_t, 10> bytes{1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return bytes[static_cast<std::size_t>(type)];
}

}  // namespace dcmflow
