#pragma once
// Is an image what a ramp case expects? Judged through the image's own affine.

#include <optional>
#include <string>
#include <vector>

#include "test-data/ramp/truth.h"
#include "tests/support/image_reader.h"

namespace dcmflow {

// What is wrong with the image, nullopt when nothing is:
//  - as many volumes, columns, rows and slices as expected (more columns or rows when the slices
//  were
//    sheared and are upright now);
//  - its grid holds the corners of the expected one, and does not go beyond them unless sheared;
//  - every voxel inside of the expected grid has the value of where its affine puts it, in each
//    volume the expected one; 0 in slices where nothing is labelled.
std::optional<std::string> fault_of(const ReadImage& image, const cases::ExpectedImage& expected);

// Which expected volume each volume of an image without a fault is.
std::vector<std::size_t> volumes_of(const ReadImage& image, const cases::ExpectedImage& expected);

// Every expected image is there, once, and no other. What is wrong, a line for each fault.
std::vector<std::string> faults_of(const std::vector<ReadImage>& images,
                                   const std::vector<cases::ExpectedImage>& expected);

}  // namespace dcmflow
