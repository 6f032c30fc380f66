#!/usr/bin/env bash
# Holds a data set against the rules of BIDS by the validator of npm: its JSON on standard output; 77 where node or the package is missing.
# usage: run_validator.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v node >/dev/null || [[ ! -d $here/node_modules/bids-validator ]]; then
  echo "skipped: node or tests/bids/node_modules is missing (npm ci --prefix tests/bids)"
  exit 77
fi
# It ends with 1 where it finds an error; what it found is for the caller to judge.
node "$here/node_modules/.bin/bids-validator" "$1" --json || [[ $? -eq 1 ]]
