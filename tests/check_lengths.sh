#!/usr/bin/env bash
# A source is read at a sitting: fails when one of the program has more than 250 lines, but for those that are named here.
# usage: tests/check_lengths.sh [FOLDER], which is the root of the sources
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

most=250
# FILE MOST, of those that are one table with what reads its rows: it grows by a line for each attribute that is known.
exceptions='stages/dicom/attributes.h 300
stages/sorting/contrast_attributes.cpp 320'

status=0
while read -r lines path; do
  allowed=$(awk -v path="$path" -v most="$most" '$1 == path { most = $2 } END { print most }' <<<"$exceptions")
  if ((lines > allowed)); then
    echo "$path has $lines lines, at most $allowed are to be" >&2
    status=1
  fi
done < <(find config engine stages -name '*.h' -o -name '*.cpp' | LC_ALL=C sort | xargs -d '\n' wc -l | grep -v ' total$')
exit "$status"
