#pragma once
// The images of a study → a case of an arrangement: one image for each channel, all alike. Pure;
// thread-safe.

#include <span>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

// An image of a study as it would be prepared by itself.
struct PlannedImage {
  const ChosenImage* image = nullptr;
  PreparedImage prepared;
};

// nnunet: imagesTs/<name>_0000.nii.gz and so on, a file a channel, always nii.gz; monai: images
// under their own names; channels: one file, <name>, a volume a channel, in a type that holds all.
// REQUIRES: an arrangement that is not none, and channels.
// Problem{channel_missing}, without a subject: a channel has no image, or several, or a 4-D one; or
// they lie on several grids (beyond a thousandth of a voxel), or no type holds all.
Result<PreparedCase> arrange_case(std::span<const PlannedImage> planned,
                                  std::span<const std::string> channels, Arrangement arrangement,
                                  const std::string& name);

}  // namespace dcmflow
