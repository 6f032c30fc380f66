#pragma once
// Every image of a run gets its name here, before the first of them is made. No Problems; for one
// thread.

#include <span>
#include <string_view>

#include "stages/sort_slices.h"

namespace dcmflow {

// Makes the image_stem of every stack unique within the run. The main image of a series keeps the
// Series Instance UID, whatever else would like that name; where several studies use one UID the
// first study does, and the others get `<UID>_study2` and so on. Further images keep the suffix
// that sort_slices gave them behind the name of their main image. A name that is taken gets a
// number: `<name>_2`. No image gets a name of `taken`.
// REQUIRES: `sorted` holds all series of the run, in the order of Study, then Series Instance UID;
// the names then depend on nothing but these UIDs and the stacks. Pure.
void assign_names(std::span<SortedSeries> sorted, std::span<const std::string_view> taken = {});

}  // namespace dcmflow
