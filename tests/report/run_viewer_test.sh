#!/usr/bin/env bash
# Converts the ramp cases into each format that the viewer reads, and tests it in Chromium; 77 (skipped) where the browser, its packages or the
# viewer are not there.
# usage: run_viewer_test.sh DCMFLOW MAKE_RAMP_CASES
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
chromium=$(command -v chromium || true)
if [[ -z $chromium || ! -f $(dirname "$1")/dcmflow-viewer.html ]] || ! command -v node >/dev/null || [[ ! -d $here/node_modules/playwright-core ]]; then
  echo "skipped: chromium, node, tests/report/node_modules or the viewer is missing (docs/viewer.md)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work/in" >/dev/null
for format in nii nii.gz mhd mha nrrd nrrd-gzip hdr; do
  # Some cases are there to be refused.
  "$1" "$work/in" "$work/$format" --format "$format" --report --on-tilt affine --log-level error >/dev/null || [[ $? -eq 6 ]]
done
node "$here/viewer_test.mjs" "$chromium" "$1" "$work" "${VIEWER_SCREENSHOTS:-$work/screenshots}" ${CHECK:+"$CHECK"}
