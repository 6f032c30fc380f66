#!/usr/bin/env bash
# Builds the image from docker/Dockerfile with buildah, without a registry: Debian's packages are all that it downloads. The base is
# made by mmdebstrap, once. `docker build -t dcmflow -f docker/Dockerfile .` gives the same image where there is a registry.
# usage: docker/build_image.sh [TAG]    default: dcmflow:latest; dcmflow:prepare is made by docker/prepare.Dockerfile, of dcmflow:latest.
# As root; exit code 77: not root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tag=${1:-dcmflow:latest}
base=localhost/debian:bookworm-slim
recipe=Dockerfile
[[ $tag != *:prepare ]] || recipe=prepare.Dockerfile
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ $tag == -* ]]; then
  sed -n '2,/^set/ s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi

if [[ $(id -u) -ne 0 ]]; then
  echo "build_image: needs root, to make the base" >&2
  exit 77
fi

make_base() {
  # Without usr-is-merged and its hook usrmerge comes, and perl with it: 45 MB.
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,usr-is-merged --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$work/base.tar"
  printf 'FROM scratch\nADD base.tar /\n' >"$work/Dockerfile"
  buildah bud --quiet --tag "$base" "$work"
}

buildah inspect --type image "$base" >/dev/null 2>&1 || make_base

version=$(sed -n 's/^project(dcmflow VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
created=$(git -C "$root" log -1 --format=%cI 2>/dev/null || date --iso-8601=seconds)
# Neither layers of the build nor what had the tag before stay behind as <none>.
replaced=$(buildah images --quiet --no-trunc "$tag" 2>/dev/null || true)
buildah bud --isolation chroot --pull-never --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
  --build-arg "CREATED=$created" --tag "$tag" --file "$root/docker/$recipe" "$root"
unnamed=$(buildah images --quiet --no-trunc --filter dangling=true)
if [[ -n $replaced && $unnamed == *"$replaced"* ]]; then
  buildah rmi "$replaced" >/dev/null || echo "build_image: a container still has the image that was $tag before: $replaced" >&2
fi
