#!/usr/bin/env bash
# Makes a page of a real run and tests it in Chromium; 77 (skipped) where the browser or its packages are not there.
# usage: run_report_test.sh DCMFLOW MAKE_ARCHIVE
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
chromium=$(command -v chromium || true)
if [[ -z $chromium ]] || ! command -v node >/dev/null || [[ ! -d $here/node_modules/playwright-core ]]; then
  echo "skipped: chromium, node or tests/report/node_modules is missing (docs/report.md)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work/in" >/dev/null
cp -r "$here/../../test-data/dcm" "$work/in/dcm"
echo "no DICOM" >"$work/in/note.txt"
cat >"$work/rules.json" <<'JSON'
{"selections": [{"name": "chest", "conditions": {"Modality": "CT"}}]}
JSON
"$1" "$work/in" "$work/out" --report --rules "$work/rules.json" --log-level error >/dev/null
node "$here/report_test.mjs" "$chromium" "$work/out/report.html" "${REPORT_SCREENSHOTS:-$work/screenshots}"
