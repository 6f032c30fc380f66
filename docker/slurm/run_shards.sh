#!/bin/sh
# (scan ->) plan -> array -> merge on a Slurm cluster; every node sees INPUT, WORK and OUTPUT under the same paths.
#
#   run_shards.sh INPUT WORK OUTPUT SHARDS [OPTION of the conversion...]
#
# Run it again after anything that went wrong: what is done is not done again. DCMFLOW names the program, SBATCH_ARGS
# further options of every job (a partition, an account), PARALLEL how many shards run at once. PARTS, for an archive that no
# machine walks in time, is into how many parts a scan ahead of the plan is divided.
set -eu
if [ $# -lt 4 ]; then sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
input=$1 work=$2 output=$3 shards=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
export DCMFLOW="${DCMFLOW:-dcmflow}"
mkdir -p "$work/log"
# MaxArraySize is 1001 where nobody set it: a task takes shards k, k + tasks, k + 2 tasks ...
tasks_of() { if [ "$1" -le 1000 ]; then echo "$1"; else echo 1000; fi; }
array_of() { echo "--array=0-$(($1 - 1))${PARALLEL:+%$PARALLEL}"; }
# A node that died gets its job back by --requeue; a dependency that cannot be met any more ends the jobs behind it.
# shellcheck disable=SC2086  # several arguments
submit() { sbatch --parsable --requeue --kill-on-invalid-dep=yes --open-mode=append ${SBATCH_ARGS:-} "$@"; }
after=''
if [ -n "${PARTS:-}" ]; then
  tasks=$(tasks_of "$PARTS")
  scan=$(submit --job-name=dcmflow-scan --output="$work/log/scan-%a.log" "$(array_of "$tasks")" "$here/scan.sbatch" \
    "$input" "$work" "$PARTS" "$tasks" "$@")
  after="--dependency=afterok:$scan"  # where no part is there a plan scans alone
fi
# shellcheck disable=SC2086  # none, or one argument
plan=$(submit --job-name=dcmflow-plan --output="$work/log/plan.log" $after "$here/plan.sbatch" \
  "$input" "$work" --shards "$shards" "$@")
tasks=$(tasks_of "$shards")
array=$(submit --job-name=dcmflow-shard --output="$work/log/shard-%a.log" --dependency="afterok:$plan" "$(array_of "$tasks")" \
  "$here/shard.sbatch" "$work" "$shards" "$tasks")
# afterany: merge itself says which shards are missing.
merge=$(submit --job-name=dcmflow-merge --output="$work/log/merge.log" --dependency="afterany:$array" \
  "$here/merge.sbatch" "$work" "$output")
echo "${scan:+$scan }$plan $array $merge"
