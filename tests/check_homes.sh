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
home CharLS 'charls/' stages/codecs/jpeg_ls.cpp test-data/ tests/ bench/decode_frame_bench.cpp
home OpenJPEG 'openjpeg' stages/codecs/jpeg_2000.cpp test-data/ tests/
home OpenJPH 'openjph/' stages/codecs/htj2k.cpp test-data/
home ITK 'itk[A-Z]' stages/formats/itk/ stages/prepare/itk/ tests/
home nlohmann 'nlohmann/' config/ engine/library/read_json.cpp stages/base/positioned_json.cpp stages/base/json_value.cpp stages/catalog/ tests/
home PCRE2 'pcre2' stages/selection/regex.cpp
home SQLite 'sqlite3' stages/database/sqlite.cpp
home cpp-httplib 'httplib' engine/http/http_server.cpp tests/
home libcurl 'curl/' engine/http/http_client.cpp
home CLI11 'CLI/' config/command_line.cpp test-data/
home ISA-L 'isa-l/' stages/formats/gzip_blocks.cpp tests/
home Nettle 'nettle/' stages/base/sha256.cpp tests/fuzz/base64_fuzz.cpp
# Each reads or makes a stream of its own: deflated data sets, deflated frames, the CRC-32 of two blocks together,
# headers and voxels of images; pictures.
home zlib 'zlib\.h' stages/archives/libarchive/gzip_stream.h stages/base/png.cpp stages/dicom/byte_source.cpp stages/codecs/unencoded_frames.cpp stages/formats/gzip_blocks.cpp \
  stages/formats/read_image_header.cpp stages/formats/voxel_stream.cpp test-data/ tests/
home libarchive 'archive\.h|archive_entry\.h' stages/archives/libarchive/ tests/
home iconv 'iconv\.h' stages/dicom/convert_run.cpp
home Boost.Filesystem 'boost/filesystem' stages/base/filesystem.h
home Boost.SmartPtr 'boost/smart_ptr' stages/base/shared.h
home std::filesystem 'filesystem>' bench/ test-data/ tests/

exit "$status"
