#!/usr/bin/env cwl-runner
# One shard, as a tar file. It is named by the shard's number: outputs of one name would replace each other in silence. And it keeps the times of the
# images, by which the merge knows them: engines copy files without.
cwlVersion: v1.2
class: CommandLineTool
baseCommand:
  - sh
  - -c
  - |
    number=$1
    shift
    mkdir -p work/plan || exit 5
    for file; do ln -s "$file" work/plan/ || exit 5; done
    dcmflow shard run work --shard "$number" || exit
    tar --format=posix -cf "shard-$number.tar" -C work/shards "$number" || exit 5
  - shard
inputs:
  number: {type: int, inputBinding: {position: 1}}
  plan: {type: File, inputBinding: {position: 2}}
  headers: {type: File, inputBinding: {position: 3}}
  files: {type: "File[]", inputBinding: {position: 4}}
outputs:
  shard: {type: File, outputBinding: {glob: shard-$(inputs.number).tar}}
temporaryFailCodes: [5, 75]
