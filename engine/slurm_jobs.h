#pragma once
// Jobs, by the programs of Slurm. Problem{unreadable}: the program could not be started, or says
// what is wrong. For one thread.

#include <cstddef>
#include <string>
#include <vector>

#include "engine/slurm_submission.h"
#include "stages/base/result.h"

namespace dcmflow {

// What is submitted beside the script.
struct SlurmRequest {
  std::string name;                  // as in SlurmJob
  std::string log;                   // in the folder of the submission; %a: the task
  std::string dependency;            // e.g. afterok:17; empty: none
  std::string array;                 // e.g. 0-15%4; empty: one job
  std::vector<std::string> options;  // further ones of sbatch
  std::vector<std::string> command;  // the script in the folder of the submission, its arguments
};

// The job waits for no dependency that cannot be met any more, and begins again when its node died.
Result<SlurmJob> submit_job(const SlurmSubmission& submission, const SlurmRequest& request);
// The tasks that an array of this cluster may have at most.
std::size_t most_tasks();
// Those of the jobs that are queued or at work.
Result<std::vector<SlurmJob>> find_live_jobs(const std::vector<SlurmJob>& jobs);
Status cancel_jobs(const std::vector<SlurmJob>& jobs);

}  // namespace dcmflow
