#!/usr/bin/env bash
# Validates the manifests of docker/ against the schemas of Kubernetes and Argo; 77 (skipped) where node or its packages are not there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v node >/dev/null || [[ ! -d $here/node_modules/kubernetes-models ]]; then
  echo "skipped: node or tests/manifests/node_modules is missing (npm ci --prefix tests/manifests)"
  exit 77
fi
files=("$here"/../../docker/kubernetes/{plan,shards,merge}.yaml "$here"/../../docker/argo/*.yaml "$here"/../../docker/examples/argo-*.yaml)
if command -v kubectl >/dev/null; then
  built=$(mktemp -d)
  trap 'rm -rf "$built"' EXIT
  cp "$here"/../../docker/kubernetes/*.yaml "$built"
  # Who changes the number in one place has changed it.
  sed -i 's/completions: 64/completions: 7/' "$built/shards.yaml"
  kubectl kustomize "$built" >"$built/built.yaml"
  files+=("$built/built.yaml")
else
  echo "no kubectl here: docker/kubernetes/kustomization.yaml is not tried"
fi
node "$here/manifests_test.mjs" "${files[@]}"
