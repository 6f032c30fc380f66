#!/usr/bin/env bash
# Builds oneTBB with the thread sanitizer, from the source package of Debian's own version: in Debian's library the sanitizer cannot see the
# synchronisation, and tells dozens of races that are none. Once: what FOLDER holds of the same version is kept.
# usage: tests/threads/build_tbb.sh FOLDER, which gets libtbb.so.12 and the stamp of its version
set -euo pipefail
folder=$(realpath --canonicalize-missing "$1")
version=$(dpkg-query --show --showformat '${source:Version}' libtbb12)
if [[ -f $folder/version && $(<"$folder/version") == "$version" ]]; then exit 0; fi

mkdir -p "$folder"
build=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$build"' EXIT
cd "$build"

# The machine's own list of sources may have no line for source packages.
mkdir -p lists/partial
echo "deb-src ${DCMFLOW_DEBIAN_MIRROR:-http://deb.debian.org/debian} bookworm main" >sources.list
apt=(apt-get -qq -o "Dir::Etc::sourcelist=$build/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$build/lists" -o APT::Sandbox::User=root)
"${apt[@]}" update
"${apt[@]}" source --download-only "onetbb=$version"
tar xf onetbb_*.orig.tar.xz

cmake -G Ninja -S oneTBB-* -B tbb -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF \
  -DTBB_DISABLE_HWLOC_AUTOMATIC_SEARCH=ON --log-level=WARNING
cmake --build tbb --target tbb
find tbb -name 'libtbb.so.12*' -exec mv {} "$folder/" \;
echo "$version" >"$folder/version"
