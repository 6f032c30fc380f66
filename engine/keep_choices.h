#pragma once
// What selections choose by of a series that is put away. No Problems.

#include <vector>

#include "engine/run.h"

namespace dcmflow {

// Whether selections keep, or would say a word of, any of these images of a series.
bool are_chosen_from(const std::vector<Candidate>& candidates);

// Whether they count the series of every study or patient, those too that they do not keep.
bool counts_all_series(const SelectionRules& rules);

// Of `series`, without what conditions have seen of the images.
std::vector<Candidate> bare_candidates(std::vector<Candidate> candidates, const SeriesPtr& series);

}  // namespace dcmflow
