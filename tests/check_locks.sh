#!/usr/bin/env bash
# Locks are those that clang checks: fails when a source of the program uses one of the standard library or of POSIX.
# usage: tests/check_locks.sh [FOLDER], which is the root of the sources
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

names='#[[:space:]]*include[[:space:]]*<(mutex|shared_mutex|condition_variable)>|std::([a-z]+_)*mutex\b|std::(lock_guard|scoped_lock|unique_lock|shared_lock|condition_variable)|pthread_(mutex|rwlock|spin|cond)_'
strays=$(grep -rnE "$names" --include='*.h' --include='*.cpp' config engine stages | grep -v '^stages/base/mutex\.h:' || true)
if [[ -n $strays ]]; then
  printf 'locks are Mutex, Lock and ConditionVariable of stages/base/mutex.h, but:\n%s\n' "$strays" >&2
  exit 1
fi
