#!/usr/bin/env cwl-runner
# One shard, as a tar file. It is named by the shard's number: outputs of one name would replace each other in silence. And it keeps the times of the
# images, by which the merge knows them: engines copy files without.
cwlVersion: v1.2
class: CommandLineTool
requirements:
  InitialWorkDirRequirement:
    listing:
      - {entryname: work/plan/plan.json, entry: $(inputs.plan)}
      - {entryname: work/plan/$(inputs.headers.basename), entry: $(inputs.headers)}
baseCommand:
  - sh
  - -c
  - |
    dcmflow shard run work --shard "$1" || exit
    tar --format=posix -cf "shard-$1.tar" -C work/shards "$1" || exit 5
  - shard
inputs:
  plan: File
  headers: File
  number: {type: int, inputBinding: {position: 1}}
outputs:
  shard: {type: File, outputBinding: {glob: shard-$(inputs.number).tar}}
temporaryFailCodes: [5, 75]
