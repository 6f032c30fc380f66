#pragma once
// The JSON files of a run that tell of its images, its page and its tables. For one thread.

#include <set>
#include <string>
#include <vector>

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// Writes volumes.json, series-images.json and dicom-metadata.json, and what the settings ask for
// beside them; those that do not depend on each other at the same time. One that goes wrong costs
// no other. The Problems, in no order: of the writers; interrupted for each that the folder gives
// up. `of_people`: see files_of_people().
// REQUIRES: folder.staged.
std::vector<Problem> write_lists(Run& run, const Catalog& catalog, const Outcome& outcome,
                                 const OutputFolder& folder,
                                 const std::set<std::string>& of_people);

}  // namespace dcmflow
