#!/usr/bin/env cwl-runner
# The outputs, from the folders of all shards.
cwlVersion: v1.2
class: CommandLineTool
baseCommand:
  - sh
  - -c
  - |
    mkdir -p work/shards && ln -s "$1" work/plan || exit 5
    shift
    for shard; do ln -s "$shard" "work/shards/${shard##*/}" || exit 5; done
    exec dcmflow merge work output
  - merge
inputs:
  plan: {type: Directory, inputBinding: {position: 1}}
  shards: {type: "Directory[]", inputBinding: {position: 2}}
outputs:
  output: {type: Directory, outputBinding: {glob: output}}
temporaryFailCodes: [5, 75]
