#!/usr/bin/env cwl-runner
# The outputs, from the plan and the tar files of all shards.
cwlVersion: v1.2
class: CommandLineTool
baseCommand:
  - sh
  - -c
  - |
    mkdir -p work/plan work/shards || exit 5
    for file; do
      case $file in
        *.tar) tar -xf "$file" -C work/shards || exit 5 ;;
        *) ln -s "$file" work/plan/ || exit 5 ;;
      esac
    done
    exec dcmflow merge work output
  - merge
inputs:
  plan: {type: File, inputBinding: {position: 1}}
  found: {type: File, inputBinding: {position: 2}}
  headers: {type: "File[]", inputBinding: {position: 3}}
  files: {type: "File[]", inputBinding: {position: 4}}
  shards: {type: "File[]", inputBinding: {position: 5}}
outputs:
  output: {type: Directory, outputBinding: {glob: output}}
temporaryFailCodes: [5, 75]
