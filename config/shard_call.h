#pragma once
// The verbs of a run over shards: `scan`, `plan`, `shard run`, `merge`. Called by one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

// A file that an option of the conversion names, e.g. --rules.
struct OptionFile {
  std::string option;
  std::string text;
};

struct ShardCall {
  Task task = Task::plan_shards;     // or scan_part, run_shard or merge_shards
  std::string work;                  // the folder that all of them share
  std::string input;                 // of scan and plan
  std::string output;                // of merge
  std::size_t number = 0;            // of plan: how many shards; of a part or shard: which, from 0
  std::size_t parts = 0;             // of scan: how many
  std::vector<std::string> options;  // what is left: of the conversion, or of this machine
  // Of plan: NAME=value of each variable that says what is made; see is_kept_variable().
  std::vector<std::string> variables;
  std::vector<OptionFile> files;  // of scan and plan; see engine/option_files.h
};

// "scan INPUT WORK --part I/N [OPTION...]", "plan INPUT WORK --shards N [OPTION...]", "shard run
// WORK --shard K|auto [OPTION...]" and "merge WORK OUTPUT [OPTION...]"; nullopt for anything else,
// and for --help. `auto` is the number that Slurm, Kubernetes or Open MPI gave.
// Problem{bad_settings}: what is needed is not there.
std::optional<Result<ShardCall>> find_shard_call(const std::vector<std::string>& arguments,
                                                 const Environment& environment);

// Problem{bad_settings}: they ask for what one process alone can do.
Status check_fits_shards(const Settings& settings);

// The options of `shard run` and `merge`, which say how this machine works and what it tells.
std::vector<std::string_view> machine_option_names();

// Whether a plan keeps the value of the variable: that of an option which says what is made, ours
// or a platform's.
bool is_kept_variable(std::string_view name);

// Without those that say how this machine works and what it tells, not what is made: a plan does
// not keep them.
std::vector<std::string> without_machine_options(const std::vector<std::string>& options);

}  // namespace dcmflow
