#pragma once
// The matches of all images of a run → what each selection keeps. Pure; no Problems.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "stages/selection/candidate.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// candidates[series][image] of those that select_series() gave.
struct SelectedImage {
  std::size_t series = 0;
  std::size_t image = 0;
  bool operator==(const SelectedImage&) const = default;
};

// A selection's name and the images that it keeps, in their order: one of each series, and under
// every_image the series' further ones behind it.
struct SelectedSeries {
  std::string name;
  std::vector<SelectedImage> images;
  std::optional<std::string> unmet;  // why a `required`, `min` or `max` of the selection is not met
};

// What became of the series that match a selection's conditions.
struct SelectionCount {
  std::size_t kept = 0;
  std::size_t unrelated = 0;         // none of their images has what `same` asks for
  std::size_t beyond = 0;            // skip and limit left them out
  std::vector<std::size_t> refused;  // series of which no image was made
};

struct Selected {
  // Those with an image or an unmet demand, in the order of the rules; those of one name are
  // joined. With select_all one for each converted series, named by its Series Instance UID.
  std::vector<SelectedSeries> selections;
  std::vector<SelectionCount> counts;  // one for each selection of the rules
};

// Applies same, order_by, skip, limit, per, required, min and max over all series. Only images that
// are converted are kept, or would be if a selection kept them. Of several images of a series that
// match, the main one is kept, else the first by name.
Selected collect_selections(const std::vector<std::vector<Candidate>>& candidates,
                            const SelectionRules& rules);

}  // namespace dcmflow
