#pragma once
// Under --layout bids, the files of the data set that are of no single image.

#include <set>
#include <string>

#include "engine/run.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Those of them that lie in the output folder and that no earlier run of dcmflow wrote, or that
// somebody has changed since: people went on with them. Asked before this run writes any.
std::set<std::string> files_of_people(const Run& run);

// Writes them, but for those of people, which are told. Problems: output_not_writable, disk_full.
Status write_dataset(const Run& run, const Catalog& catalog, const OutputFolder& folder,
                     const std::set<std::string>& of_people);

}  // namespace dcmflow
