#pragma once
// The verbs of a run in shards on a Slurm cluster: `slurm submit`, `status`, `resume`, `cancel`.
// Called by one thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/shard_call.h"

namespace dcmflow {

struct SlurmCall {
  enum class Action : std::uint8_t { submit, status, resume, cancel };
  Action action = Action::status;
  std::string work;
  ShardCall plan;         // of submit: what its first job does
  std::string output;     // of submit
  std::size_t parts = 0;  // of submit: of a scan ahead of the plan; 0: the plan reads the headers
  // Of submit and resume: shards, or parts, at once; 0: as many as Slurm starts.
  std::size_t parallel = 0;
  bool json = false;     // of status
  bool follows = false;  // of status: again every two seconds, until all is merged
  std::vector<std::string>
      sbatch_options;  // of submit and resume: those behind "--", for every job
};

// "slurm submit INPUT WORK OUTPUT --shards N [--parts P] [--parallel M] [OPTION...]
// [-- SBATCH-OPTION...]", "slurm status WORK [--json] [--follow]", "slurm resume WORK [--parallel
// M] [-- SBATCH-OPTION...]" and "slurm cancel WORK"; nullopt for anything else, and for --help.
// Problem{bad_settings}: what is needed is not there.
std::optional<Result<SlurmCall>> find_slurm_call(const std::vector<std::string>& arguments);

}  // namespace dcmflow
