#!/usr/bin/env cwl-runner
# One shard. Its folder is named by its number: outputs of one name would replace each other in silence.
cwlVersion: v1.2
class: CommandLineTool
requirements:
  InitialWorkDirRequirement:
    listing:
      - {entryname: work/plan, entry: $(inputs.plan)}
baseCommand: [dcmflow, shard, run, work]
inputs:
  plan: Directory
  number: {type: int, inputBinding: {prefix: --shard}}
outputs:
  shard: {type: Directory, outputBinding: {glob: work/shards/$(inputs.number)}}
temporaryFailCodes: [5, 75]
