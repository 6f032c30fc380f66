#pragma once
// What `dcmflow slurm` keeps of each time that it handed jobs to Slurm: a folder WORK/slurm/N, N
// from 1, with the scripts of its jobs, the shards that they take, their numbers and logs. For one
// thread.

#include <cstddef>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct SlurmJob {
  std::string name;  // plan, shards or merge
  std::string id;    // as Slurm calls it
};

struct SlurmSubmission {
  std::string folder;
  // What the run is, as it was first submitted.
  std::string input;
  std::string output;
  std::size_t shards = 0;
  std::vector<std::string> options;  // of the conversion
  std::vector<SlurmJob> jobs;        // as they were submitted
};

// Those of a work folder, the latest last. Problem{catalogue_failed}: one is not what was written.
Result<std::vector<SlurmSubmission>> read_submissions(const std::string& work);

// One more, which takes the shards `numbers`, with no job yet. Problem{output_not_writable |
// disk_full}; {bad_settings}: another is submitted at the same time.
Result<SlurmSubmission> begin_submission(const std::string& work, std::size_t number,
                                         const SlurmSubmission& run,
                                         const std::vector<std::size_t>& numbers);
// The disk has it.
Status add_job(SlurmSubmission& submission, const SlurmJob& job);

}  // namespace dcmflow
