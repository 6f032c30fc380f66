#pragma once
// What `dcmflow slurm status` answers. Thread-safe; no Problems.

#include <string>
#include <vector>

#include "engine/shard_states.h"
#include "engine/slurm_submission.h"

namespace dcmflow {

// Of all submissions.
std::vector<SlurmJob> all_jobs(const std::vector<SlurmSubmission>& submissions);
// Below, `runs` are the submissions of a work folder, at least one.

// The outputs are there, whole, and no older than the first of them: an earlier run may have left
// some.
bool is_merged(const std::vector<SlurmSubmission>& runs);

// In lines of at most 80 columns, but for paths; or as JSON. `parts`: of none where there is no
// scan.
std::string slurm_status_text(const std::string& work, const PieceStates& shards,
                              const PieceStates& parts, const std::vector<SlurmSubmission>& runs);
std::string slurm_status_json(const PieceStates& shards, const PieceStates& parts,
                              const std::vector<SlurmSubmission>& runs);

}  // namespace dcmflow
