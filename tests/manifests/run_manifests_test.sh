#!/usr/bin/env bash
# Validates the manifests of docker/ against the schemas of Kubernetes and Argo; 77 (skipped) where node or its packages are not there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v node >/dev/null || [[ ! -d $here/node_modules/kubernetes-models ]]; then
  echo "skipped: node or tests/manifests/node_modules is missing (npm ci --prefix tests/manifests)"
  exit 77
fi
node "$here/manifests_test.mjs" "$here"/../../docker/kubernetes/*.yaml "$here"/../../docker/argo/*.yaml "$here"/../../docker/examples/argo-*.yaml
