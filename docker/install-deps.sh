#!/usr/bin/env bash
# Installs the Debian packages of the named sections of docker/packages.txt that are missing. Does nothing when none is.
# usage: docker/install-deps.sh [build|runtime|prepare-build|prepare|test|node|cwl|orthanc|cluster|browser|readers|package|lint|fuzz|bench-build|bench|image]...
set -euo pipefail

list=$(dirname "${BASH_SOURCE[0]}")/packages.txt
sections=$(sed -n 's/^\[\(.*\)\]$/\1/p' "$list")

fail() {
  echo "install-deps: $*" >&2
  exit 1
}

# The packages of one section, one a line.
packages_of() {
  awk -v wanted="[$1]" '/^\[/ { inside = $0 == wanted; next } inside && NF && !/^#/ { print $1 }' "$list"
}

[[ $# -gt 0 ]] || fail "name the sections of $list to install: ${sections//$'\n'/ }"
command -v dpkg-query apt-get >/dev/null || fail "needs Debian 12 or a relative with apt-get; here, install the packages of $list by hand"

wanted=()
for section in "$@"; do
  grep -qx "$section" <<<"$sections" || fail "no section '$section' in $list; it has: ${sections//$'\n'/ }"
  mapfile -t -O "${#wanted[@]}" wanted < <(packages_of "$section")
done

installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/ installed$//p' || true)
mapfile -t missing < <(printf '%s\n' "${wanted[@]}" | sort -u | grep -vxF "$installed" || true)
[[ ${#missing[@]} -gt 0 ]] || exit 0

if [[ $(id -u) -eq 0 ]]; then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  fail "cannot install ${missing[*]}: neither root nor sudo"
fi
echo "install-deps: installing ${missing[*]}"
"${as_root[@]}" apt-get update --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
