#!/usr/bin/env cwl-runner
# The plan, the files of its options, and of each shard its headers and number: cwl.output.json tells them without
# JavaScript, which not every engine runs.
cwlVersion: v1.2
class: CommandLineTool
baseCommand:
  - sh
  - -c
  - |
    input=$1 shards=$2
    shift 2
    dcmflow plan "$input" work --shards "$shards" "$@" || exit
    file() { printf '{"class": "File", "path": "work/plan/%s"}' "$1"; }
    {
      printf '{"plan": %s, "found": %s, "headers": [' "$(file plan.json)" "$(file found)"
      k=0 numbers='' comma=''
      while [ "$k" -lt "$shards" ]; do
        printf '%s%s' "$comma" "$(file "$k.headers")"
        numbers=$numbers$comma$k comma=, k=$((k + 1))
      done
      printf '], "numbers": [%s], "files": [' "$numbers"
      comma=''
      for name in rules attributes participants; do
        [ -e "work/plan/$name" ] || continue
        printf '%s%s' "$comma" "$(file "$name")"
        comma=,
      done
      printf ']}\n'
    } > cwl.output.json
  - plan
inputs:
  input: {type: string, inputBinding: {position: 1}}
  shards: {type: int, inputBinding: {position: 2}}
  options: {type: "string[]", inputBinding: {position: 3}}
outputs:
  plan: File
  found: File
  headers: File[]
  files: File[]
  numbers: int[]
temporaryFailCodes: [5]
