#pragma once
// Images × rules → named selections, with reasons. A rule is tested on images: on the values of the
// frames that it would deliver. No Problems.

#include <span>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/selection/candidate.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// The images of a series, the main one first, then by name; at least one. A series without `images`
// is one candidate, so that the log can tell what would have matched. Values are those of the
// image's frames in spatial order, so they do not depend on UIDs. Pure; safe from any thread.
std::vector<Candidate> select_series(const SeriesPtr& series, std::span<const Stack> images,
                                     std::string_view format, const Tolerances& tolerances,
                                     const SelectionRules& rules, const AttributeTable& table);

// Their images have got other names since: `images` are those of select_series(). Sorted again.
void name_candidates(std::vector<Candidate>& candidates, std::span<const Stack> images);

// The same with facts that are known, for one image whose frames these are.
Candidate select_image(ImageFacts facts, std::span<const Frame> frames, const SelectionRules& rules,
                       const AttributeTable& table);

}  // namespace dcmflow
