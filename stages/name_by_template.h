#pragma once
// The names of --name and --layout TEMPLATE: every image of a run gets one here, as in
// assign_names(), made of what its headers say. Pure; no Problems.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/naming/name_template.h"
#include "stages/sort_slices.h"

namespace dcmflow {

// A series whose images are told apart by `suffix` ("_2"), since another has the name.
struct NameCollision {
  SeriesPtr series;
  SeriesPtr holder;  // nullptr: a file of the run that is no image
  std::string suffix;
};

// Makes the image_stem of every stack: the template filled in by the first frame of the stack, then
// its field_suffix. No two names are one to a file system that ignores case, none is of `taken`, or
// the Series Instance UID of another series. Images that one series has under one name share their
// number. Which of several series has the name without one goes by study and series dates and times
// and numbers, then where the images lie; by UIDs only where nothing else tells them apart.
// The collisions: in the order of the names. REQUIRES: `sorted` holds all series of the run.
std::vector<NameCollision> name_by_template(std::span<SortedSeries> sorted,
                                            const PathTemplate& path_template,
                                            std::span<const std::string_view> taken = {});

}  // namespace dcmflow
