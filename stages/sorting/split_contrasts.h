#pragma once
// A cluster whose frames are of several contrasts, or lie on several grids → a cluster for each.
// Pure; no Problems.

#include <optional>
#include <string>
#include <vector>

#include "stages/sorting/positions.h"

namespace dcmflow {

struct ContrastParts {
  std::vector<Cluster> clusters;
  std::string refusal;  // not empty: the frames are of several contrasts and make no stack each
};

// nullopt when all frames can be one image or its volumes; else the frames are taken from the
// positions. Where positions repeat, by each attribute of which a position has several values.
// Where they do not, by the attributes that vary, if the positions of each value make a stack by
// themselves. Last, by what counts volumes, where its volumes lie on grids of their own ("a CT
// shuttle"): those are flagged shifted_grid.
std::optional<ContrastParts> split_contrasts(const Cluster& cluster, Positions& positions,
                                             const Tolerances& tolerances);

}  // namespace dcmflow
