#pragma once
// The work of sync_output: an image that is not what was written is none.

#include <string>
#include <vector>

#include "engine/run.h"

namespace dcmflow {

// The images that were made.
std::vector<VolumePtr> made_images(const Run& run);

// Takes the files of the image out of the folder, the header of a pair first. What is not as it was
// written is someone else's by now, and stays. What cannot be removed is in the log. Thread-safe on
// distinct images.
void remove_image(const std::string& folder, const ImageFile& image);

// Whether each file of the image is there, has the size that was written, and is on the disk. What
// is not is a Problem (output_not_writable, disk_full): the image is lost, and what is left of its
// files goes, since no list will name them. Thread-safe on distinct images.
Status sync_image(Run& run, VolumeJob& image);

}  // namespace dcmflow
