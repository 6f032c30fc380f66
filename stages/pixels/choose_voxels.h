#pragma once
// What the voxels of an image are: their type, and the value of those that no frame shows. No
// Problems.

#include "stages/dicom_types.h"

namespace dcmflow {

struct Voxels {
  VoxelType type = VoxelType::int16;
  double background = 0;  // a value, after rescale
};

// Both depend on the range of the whole volume. Looking first and converting second would read
// everything twice, so the choice is optimistic: the slabs of a pass are converted as voxels()
// says, each tells what it saw, and when that turns out not to fit, another pass begins with a
// better choice. Each choice uses all that was seen, so the last one is that of the whole volume
// whatever the order of the slabs; it is made after at most five passes, usually the first or
// within its first slab. A value; no thread but one's own.
class ChooseVoxels {
 public:
  explicit ChooseVoxels(const Stack& stack);

  // Of this pass.
  const Voxels& voxels() const { return voxels_; }

  // The values of a slab, or of those slices of it that were looked at.
  void see(const ValueRange& values);
  const ValueRange& seen() const { return seen_; }
  // False: the type is too narrow for what was seen, and the pass in vain.
  bool holds() const;

  // At the end of a pass: whether another is needed, with what voxels() says from now on. A
  // background is put right (lower_background()) only when `saw_all` slabs. REQUIRES: the stack is
  // that of the constructor.
  bool choose_again(const Stack& stack, bool saw_all);

 private:
  Voxels voxels_;
  ValueRange seen_;
};

// The stack with the flags that only the values of the whole volume tell: float32_inexact,
// double_rounded, bits_masked, colour_of_codestream (a warning). The same one where there are
// none. Pure.
StackPtr flag_values(const StackPtr& stack, const ValueRange& values);

}  // namespace dcmflow
