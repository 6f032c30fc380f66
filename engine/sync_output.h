#pragma once
// The work of sync_output: an image that is not what was written is none.

#include <vector>

#include "engine/run.h"

namespace dcmflow {

// The images that were made.
std::vector<VolumePtr> made_images(const Run& run);

// Whether each file of the image is there, has the size that was written, and is on the disk. What
// is not is a Problem (output_not_writable, disk_full), and the image is lost. Thread-safe on
// distinct images.
Status sync_image(Run& run, VolumeJob& image);

}  // namespace dcmflow
