#!/usr/bin/env bash
# clang sees what is touched without its lock: the checks of stages/base/mutex.h can fail. Needs clang, and is left out (77) without.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
command -v clang++ >/dev/null || exit 77

# What clang says of a class whose function `body` is.
verdict() {  # BODY
  clang++ -std=c++20 -fsyntax-only -Wthread-safety -Werror -I "$root" -x c++ - 2>&1 <<CODE
#include "stages/base/mutex.h"
struct Counter {
  void add() { $1 }
  void add_locked() REQUIRES_LOCK(mutex) { ++count; }
  dcmflow::Mutex mutex;
  int count GUARDED_BY(mutex) = 0;
};
CODE
}

expect() {  # sound|fault BODY
  local said found=sound
  said=$(verdict "$2") || found=fault
  if [[ $found == "$1" && ($found == sound || $said == *thread-safety*) ]]; then return; fi
  printf 'expected %s, found %s of: %s\n%s\n' "$1" "$found" "$2" "$said" >&2
  exit 1
}

expect sound 'const dcmflow::Lock lock(mutex); ++count;'
expect sound 'const dcmflow::Lock lock(mutex); add_locked();'
expect fault '++count;'
expect fault 'add_locked();'
expect fault '{ const dcmflow::Lock lock(mutex); } ++count;'
expect fault 'mutex.lock(); ++count;'
