#!/usr/bin/env bash
# Writes the tables of a real run and opens them in DuckDB; 77 (skipped) where node or its package is not there.
# usage: run_duckdb_test.sh DCMFLOW MAKE_ARCHIVE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v node >/dev/null || [[ ! -d $here/node_modules/@duckdb ]]; then
  echo "skipped: node or tests/tables/node_modules is missing (npm ci --prefix tests/tables)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work/in" >/dev/null
for form in csv ndjson; do
  "$1" "$work/in" "$work/$form" --tables "$form" --log-level error >/dev/null
done
node "$here/duckdb_test.mjs" "$work/csv" "$work/ndjson"
