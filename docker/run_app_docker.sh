#!/usr/bin/env bash
# Runs dcmflow as Clara Deploy would: folders mounted, settings in the environment. Builds the image when it is missing.
# usage: docker/run_app_docker.sh [INPUT [OUTPUT [LOGS]]]    default: test-data/dcm of the sources, ./output, ./logs
# Taken from the environment: NVIDIA_CLARA_IMAGE_FORMAT, NVIDIA_CLARA_SELECTION_RULES_BASE64,
# NVIDIA_CLARA_SELECTION_RULES_FILE (a file here), DCMFLOW_IMAGE (default dcmflow:latest).
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

# Made here, since Docker would make them as root.
mkdir -p "$output" "$logs"

docker image inspect "$image" >/dev/null 2>&1 || docker build --tag "$image" --file "$root/docker/Dockerfile" "$root"

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
exec docker run "${options[@]}" "$image"
