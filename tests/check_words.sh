#!/usr/bin/env bash
# The README is read in a few minutes: fails when it has more than 1,500 words. What more there is to say stands in docs/.
# usage: tests/check_words.sh [FOLDER], which is the root of the sources
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

most=1500
words=$(wc -w <README.md)
if ((words > most)); then
  echo "README.md has $words words, at most $most are to be: write to a page of docs/" >&2
  exit 1
fi
