#pragma once
// What `dcmflow slurm` keeps of each time that it handed jobs to Slurm: a folder WORK/slurm/N, N
// from 1, with the script of its jobs, the parts and shards that they take, their numbers and logs.
// For one thread.

#include <cstddef>
#include <string>
#include <vector>

#include "config/shard_call.h"
#include "stages/base/result.h"

namespace dcmflow {

struct SlurmJob {
  std::string name;  // scan, plan, shards or merge
  std::string id;    // as Slurm calls it
};

struct SlurmSubmission {
  std::string folder;
  // What the run is, as it was first submitted.
  std::string input;
  std::string output;
  std::size_t shards = 0;
  std::size_t parts = 0;               // of the scan; 0: there is none
  std::vector<std::string> options;    // of the conversion
  std::vector<std::string> variables;  // NAME=value: see ShardCall
  std::vector<SlurmJob> jobs;          // as they were submitted
};

// Those of a work folder, the latest last. Problem{no_input | catalogue_failed}: one
// is not what was written.
Result<std::vector<SlurmSubmission>> read_submissions(const std::string& work);

// What a submission is to do.
struct SlurmWork {
  std::vector<std::size_t> parts;  // of the scan
  bool has_plan = false;
  std::vector<std::size_t> shards;
};

// The words of a command line that name the files of the first submission.
std::vector<std::string> words_of_copies(const std::string& work,
                                         const std::vector<OptionFile>& files);
// One more, with no job yet. `files`: the first keeps copies of them. Problem{output_not_writable |
// disk_full}; {bad_settings}: another is submitted at the same time.
Result<SlurmSubmission> begin_submission(const std::string& work, std::size_t number,
                                         const SlurmSubmission& run, const SlurmWork& to_do,
                                         const std::vector<OptionFile>& files);
// The disk has it.
Status add_job(SlurmSubmission& submission, const SlurmJob& job);

}  // namespace dcmflow
