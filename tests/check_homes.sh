#!/usr/bin/env bash
# Every library has one home: fails when a file outside of it includes one of its headers.
# usage: tests/check_homes.sh [FOLDER], which is the root of the sources
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

status=0

# home LIBRARY HEADERS FOLDER...: HEADERS is the start of an included path, FOLDER that of a file that may include it.
home() {
  local library=$1 headers=$2 allowed strays
  shift 2
  allowed=$(IFS='|'; echo "$*")
  strays=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($headers)" --include='*.h' --include='*.cpp' \
    --exclude-dir=build . | sed 's|^\./||' | grep -vE "^($allowed)" || true)
  if [[ -n $strays ]]; then
    printf '%s belongs in %s, but:\n%s\n' "$library" "$*" "$strays" >&2
    status=1
  fi
}

home oneTBB 'tbb/|oneapi/' engine/ tests/engine/ bench/
home spdlog 'spdlog/' engine/ tests/engine/
home DCMTK 'dcmtk/' stages/dicom/ stages/codecs/ test-data/ tests/ bench/decode_header_bench.cpp
home ITK 'itk[A-Z]' stages/formats/ stages/geometry/ tests/
home OpenJPH 'openjph/' test-data/
home nlohmann 'nlohmann/' config/ stages/base/ stages/catalog/ tests/
home Boost.Filesystem 'boost/filesystem' stages/discover_files tests/

exit "$status"
