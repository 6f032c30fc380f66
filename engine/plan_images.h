#pragma once
// The work of sort_slices, select_series and assign_names: which images there will be, and which of
// them are made.

#include <cstddef>

#include "engine/memory_gate.h"
#include "engine/run.h"

namespace dcmflow {

// Thread-safe on distinct series. No Problems: what is in no image is in run.sorted.
class PlanImages {
 public:
  explicit PlanImages(Run& run);

  // Of series `i`: fills run.sorted, then run.candidates.
  Result<std::size_t> sort(std::size_t i);
  Result<std::size_t> select(std::size_t i);

 private:
  SortedSeries sort_series(std::size_t i);

  Run& run_;
  MemoryGate gate_;  // of what sorting decodes
};

// Names every image of the run, before the first is made: no name depends on which one is done
// first. For one thread, like what follows; after a signal nothing is named, and no image begun. No
// Problems.
Status assign_names(Run& run);

// The names that a plan has given, to the series at work: run.given has a row of images for each.
// Problem{internal_error}: they have other
// images than in the plan.
Status take_planned_names(Run& run);

// What the plan has told of names, told again. REQUIRES: run.given.
void tell_planned_names(Run& run);

// From now on the log tells a path of an image, in a message of the system too, by its log name.
// REQUIRES: the images have their names.
void hide_image_names(const Run& run);

// The images of the first round: fills run.volumes, and begins the log of the series.
Status begin_images(Run& run);

// What this run does not write again goes from the output folder, unless the run leaves it as it
// is, and space for the JSON is booked. Problems: output_not_writable, disk_full.
Status replace_earlier_results(Run& run);

}  // namespace dcmflow
