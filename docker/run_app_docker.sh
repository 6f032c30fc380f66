#!/usr/bin/env bash
# Runs dcmflow as Clara Deploy would: folders mounted, settings in the environment. By podman or docker, whichever has the image; where
# neither has, it is built first.
# usage: docker/run_app_docker.sh [INPUT [OUTPUT [LOGS]]]    default: test-data/dcm of the sources, ./output, ./logs
# Taken from the environment: NVIDIA_CLARA_IMAGE_FORMAT, NVIDIA_CLARA_SELECTION_RULES_BASE64,
# NVIDIA_CLARA_SELECTION_RULES_FILE (a file here), DCMFLOW_IMAGE (default dcmflow:latest), DCMFLOW_ENGINE (podman or docker).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [[ ${1:-} == -* || $# -gt 3 ]]; then
  sed -n '2,/^set/ s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
input=$(realpath -e "${1:-$root/test-data/dcm}")
output=${2:-./output}
logs=${3:-./logs}
image=${DCMFLOW_IMAGE:-dcmflow:latest}
read -ra engines <<<"${DCMFLOW_ENGINE:-podman docker}"

# Made here, since an engine would make them as root.
mkdir -p "$output" "$logs"

# The first engine that has the image.
find_image() {
  for engine in "${engines[@]}"; do
    if command -v "$engine" >/dev/null && "$engine" image inspect "$image" >/dev/null 2>&1; then return; fi
  done
  return 1
}

# By the first engine that answers: docker may be there without its daemon.
build_image() {
  local words=()
  for engine in "${engines[@]}"; do
    if command -v "$engine" >/dev/null && "$engine" info >/dev/null 2>&1; then
      echo "run_app_docker: no $image here, $engine builds it" >&2
      [[ $engine != podman ]] || words=(--layers=false)  # podman would keep each as <none>
      "$engine" build "${words[@]}" --tag "$image" --file "$root/docker/Dockerfile" "$root" && return
      echo "run_app_docker: where no registry is reached, './dev image' builds it, as root and for root" >&2
      return 1
    fi
  done
  echo "run_app_docker: found no ${engines[*]} that answers: install podman, or start docker's daemon" >&2
  return 1
}

find_image || build_image

options=(
  --rm --read-only --network none --cap-drop ALL --security-opt no-new-privileges
  --user "$(id -u):$(id -g)"
  --volume "$input:/input:ro"
  --volume "$(realpath "$output"):/output"
  --volume "$(realpath "$logs"):/logs"
  --env NVIDIA_CLARA_INPUT=/input
  --env NVIDIA_CLARA_OUTPUT=/output
  --env NVIDIA_CLARA_LOGS=/logs
  --env NVIDIA_CLARA_NOSYNCLOCK=TRUE
  --env NVIDIA_CLARA_IMAGE_FORMAT
  --env NVIDIA_CLARA_SELECTION_RULES_BASE64
)
if [[ -n ${NVIDIA_CLARA_SELECTION_RULES_FILE:-} ]]; then
  options+=(
    --volume "$(realpath -e "$NVIDIA_CLARA_SELECTION_RULES_FILE"):/selection-rules.json:ro"
    --env NVIDIA_CLARA_SELECTION_RULES_FILE=/selection-rules.json
  )
fi
if [[ $engine == podman ]]; then
  # Its own limits are so high that not everybody may set them, as in a container; these are enough. The user has the same number inside.
  options+=(--ulimit nofile=1024:4096 --ulimit nproc=4096:4096 --security-opt label=disable)
  [[ $(id -u) -eq 0 ]] || options+=(--userns keep-id)
fi
exec "$engine" run "${options[@]}" "$image"
