#!/usr/bin/env cwl-runner
# plan -> shards -> merge: the outputs of one process.
#
#   cwltool --no-container run_shards.cwl --input /archive --shards 64 [--options=--format --options=nii.gz]
#   toil-cwl-runner --no-container --jobStore STORE run_shards.cwl --input /archive --shards 64 [...]
#
# dcmflow is on the PATH of every machine. `input` is a path that all of them see, and no Directory: nobody wants an
# archive staged, and a shard takes no file that is another than the plan has seen.
cwlVersion: v1.2
class: Workflow
requirements:
  ScatterFeatureRequirement: {}
inputs:
  input: string
  shards: int
  options: {type: "string[]", default: []}
steps:
  plan:
    run: plan.cwl
    in: {input: input, shards: shards, options: options}
    out: [plan, found, headers, files, numbers]
  shard:
    run: shard.cwl
    scatter: [headers, number]
    scatterMethod: dotproduct
    in: {plan: plan/plan, files: plan/files, headers: plan/headers, number: plan/numbers}
    out: [shard]
  merge:
    run: merge.cwl
    in: {plan: plan/plan, found: plan/found, files: plan/files, headers: plan/headers, shards: shard/shard}
    out: [output]
outputs:
  output: {type: Directory, outputSource: merge/output}
