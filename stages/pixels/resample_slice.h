#pragma once
// Frames → a slice that is not one of them: between two, or shifted within the slice.

#include <vector>

#include "stages/dicom_types.h"
#include "stages/pixels/convert_frame.h"

namespace dcmflow {

// Makes written slices by their recipes, with the frames that it decoded last at hand: slices in
// ascending order decode each frame once. For one thread.
class SliceResampler {
 public:
  // `background` is what the voxels outside of the frames get.
  SliceResampler(const Stack& stack, VoxelType type, double background, FrameBuffers& buffers)
      : stack_(stack), type_(type), background_(background), buffers_(buffers) {}

  // The slice's voxels at `voxels`; of an integer type rounded half to even. Returns the range of
  // the frames' values, and of the background where it shows: what the slice's values lie within.
  // When the type does not hold it the voxels are meaningless. Problems are those of convert_frame.
  Result<ValueRange> make(std::uint32_t slice, std::span<std::uint8_t> voxels);

  // Bytes that making a slice takes beside its voxels.
  static std::uint64_t memory(const Stack& stack);

 private:
  struct Decoded {
    std::uint32_t frame = SliceRecipe::no_frame;
    ValueRange values;
    std::vector<double> voxels;
  };
  Result<const Decoded*> decoded(std::uint32_t frame, std::uint32_t other);
  void combine(const SliceRecipe& recipe, const Decoded& lower, const Decoded& upper);
  void shift(const SliceRecipe& recipe);
  void store(std::span<std::uint8_t> voxels) const;

  const Stack& stack_;
  const VoxelType type_;
  const std::size_t values_ = type_ == VoxelType::rgb24 ? 3 : 1;  // of a voxel
  const double background_;
  FrameBuffers& buffers_;
  std::vector<std::uint8_t> converted_;
  std::array<Decoded, 2> last_;
  std::vector<double> combined_;  // rows × columns of the frames × values of a voxel
  std::vector<double> written_;   // the same of the grid
};

}  // namespace dcmflow
