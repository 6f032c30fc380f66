#pragma once
// Which of the images that a run plans are made: all, or under --images selected those that a
// selection keeps. No Problems.

#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

#include "engine/run.h"

namespace dcmflow {

// The images that are to be made and have not been chosen before; they are in run.volumes now, what
// is left of run.sorted's stacks in run.left_out. Under --images selected others may be kept when
// images turned out to fail: call it again when those chosen before have their results. What is
// made is then what would be selected if everything was. For one thread.
std::vector<VolumePtr> choose_images(Run& run);

// The stems of the images that selections keep, of run.candidates.
std::set<std::string_view> find_kept(const Run& run);

// Tests the rules on the images of series `i` again: one of them was planned again without some of
// its files, or its voxels have shown more of it. For one thread.
void test_again(Run& run, std::size_t i);

}  // namespace dcmflow
