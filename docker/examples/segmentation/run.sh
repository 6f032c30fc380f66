#!/usr/bin/env bash
# From a folder of DICOM to a DICOM Segmentation and back, in six commands: select, convert and prepare, run the model, write the result,
# look at it as others do, read it again beside its source, compare.
# usage: run.sh INPUT WORK    dcmflow is on the PATH, with python3, nibabel and pydicom of Debian; WORK is a new folder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# -eq 2 ]] || { sed -n '2,/^set/ s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
input=$1 work=$2
mkdir -p "$work"

dcmflow "$input" "$work/images" --rules "$here/rules.json" --images selected --format nii.gz --orient RAS
/usr/bin/python3 "$here/threshold.py" "$work/images" ct 100 "$work/labels.nii.gz"
dcmflow to-dicom seg "$work/labels.nii.gz" --run "$work/images" --meta "$here/meta.json" --to "$work/result/seg.dcm"
/usr/bin/python3 -c 'import pydicom, sys; print(pydicom.dcmread(sys.argv[1]).SegmentSequence[0])' "$work/result/seg.dcm"
dcmflow "$input" "$work/result" "$work/back" --format nii.gz --labels
/usr/bin/python3 "$here/compare.py" "$work/labels.nii.gz" "$work/back"
