#!/usr/bin/env cwl-runner
# The plan, and the number of each shard: cwl.output.json tells them without JavaScript, which not every engine runs.
cwlVersion: v1.2
class: CommandLineTool
baseCommand:
  - sh
  - -c
  - |
    input=$1 shards=$2
    shift 2
    dcmflow plan "$input" work --shards "$shards" "$@" || exit
    numbers=0 k=1
    while [ "$k" -lt "$shards" ]; do numbers=$numbers,$k k=$((k + 1)); done
    printf '{"plan": {"class": "Directory", "path": "work/plan"}, "numbers": [%s]}\n' "$numbers" > cwl.output.json
  - plan
inputs:
  input: {type: string, inputBinding: {position: 1}}
  shards: {type: int, inputBinding: {position: 2}}
  options: {type: "string[]", inputBinding: {position: 3}}
outputs:
  plan: Directory
  numbers: int[]
temporaryFailCodes: [5]
