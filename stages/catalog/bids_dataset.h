#pragma once
// The files of a BIDS data set that are of no single image.

#include <set>
#include <string>
#include <vector>

#include "stages/base/output_folder.h"
#include "stages/naming/participants.h"
#include "stages/write_catalog.h"

namespace dcmflow {

struct BidsDatasetOptions {
  const Participants* participants = nullptr;  // whose further columns participants.tsv gets
  bool no_patient = false;                     // no age and sex from headers
  std::string further_ignored;                 // lines of .bidsignore: prepared images, labels
  std::set<std::string> left;                  // names of files that people made, and that stay
};

// Those that write_bids_dataset() writes and people go on with: dataset_description.json,
// participants.tsv, participants.json, .bidsignore.
std::vector<std::string> bids_dataset_files();

// Writes these, and beside each image of arterial spin labelling <...>_aslcontext.tsv: of what the
// frames say (ASL Context), else the rule's "volume_types". No file says what a person has to:
// events, authors, a README. The Series Instance UIDs of images without an aslcontext.tsv, since
// nothing says what their volumes are. Problems: output_not_writable, disk_full.
Result<std::vector<std::string>> write_bids_dataset(const OutputFolder& folder,
                                                    const Catalog& catalog,
                                                    const BidsDatasetOptions& options);

}  // namespace dcmflow
