#pragma once
// A run in shards on a Slurm cluster: plan, an array of shards, merge, as jobs that wait for each
// other. Slurm's own programs are asked (sbatch, squeue, scancel, scontrol, as PATH has them); what
// is done is read from the work folder alone, since a controller may lose a job that was just
// submitted. docs/shards.md. Called by one thread.

#include <atomic>

#include "config/slurm_call.h"

namespace dcmflow {

// Answers on standard output. The exit code: 0; 2 for wrong usage, 4 where WORK has no submission,
// 75 where a program of Slurm's failed: try again. `stop`: the signal that ends a status that is
// followed.
int run_slurm(const SlurmCall& call, const std::atomic<int>& stop);

}  // namespace dcmflow
