#pragma once
// The names of --layout bids: a data set as the BIDS specification 1.10 has it. Pure; no Problems.

#include <span>
#include <vector>

#include "stages/naming/participants.h"
#include "stages/selection/candidate.h"
#include "stages/selection/selection_rules.h"
#include "stages/sort_slices.h"

namespace dcmflow {

// Makes image_stem and bids of every stack that a selection with "bids" keeps, or would keep in the
// place of another: `sub-<label>[/ses-<label>]/<datatype>/<entities>_<suffix>`. The first selection
// of the rules that keeps an image places it. What the rule does not say follows from the images:
//   - sub-, ses-: the row of `participants` that fits; else a digest of Patient ID and its issuer
//     (where there is none of the study's UID), and where any participant of the run has several
//     studies their number by date and time;
//   - echo-, part-: of the images of one series, or of one name, that differ in them;
//   - run-: by the time of acquisition, where names would be one to a file system that ignores
//     case.
// All other stacks keep their names. No two images get one name.
// REQUIRES: `sorted` and `candidates` hold all series of the run, with the names of assign_names().
// The result: series that are in the data set and in no row of `participants`.
std::vector<SeriesPtr> name_by_bids(std::span<SortedSeries> sorted,
                                    const std::vector<std::vector<Candidate>>& candidates,
                                    const SelectionRules& rules, const Participants* participants);

}  // namespace dcmflow
