// Validates manifests against the API's schemas, and breaks each in turn: a check that takes everything is none.
// usage: node manifests_test.mjs FILE.yaml...
import { readFileSync } from 'node:fs';
import yaml from 'js-yaml';
import { Job } from 'kubernetes-models/batch/v1';
import { Workflow, WorkflowTemplate } from '@kubernetes-models/argo-workflows/argoproj.io/v1alpha1';

const kinds = { Job, Workflow, WorkflowTemplate };
// The changes that a hand makes: a wrong type, a word of another API, a field that is not there.
const damagesOfWorkflow = [
  (workflow) => { workflow.spec.entrypoint = 7; },
  (workflow) => { workflow.spec.templates = 'none'; },
];
const damages = {
  Job: [
    (job) => { job.spec.backoffLimit = 'three'; },
    (job) => { job.spec.template.spec.containers[0].image = 7; },
    (job) => { job.spec.template.spec.containers[0].volumeMounts[0].mountPath = undefined; },
    (job) => { delete job.spec.template; },
  ],
  Workflow: damagesOfWorkflow,
  WorkflowTemplate: damagesOfWorkflow,
};

function faultOf(manifest) {
  const Kind = kinds[manifest.kind];
  if (!Kind) return `a manifest of kind ${manifest.kind}: no schema is known`;
  try {
    new Kind(manifest).validate();
    return null;
  } catch (error) {
    return String(error.message ?? error);
  }
}

// Where the Jobs of a run stand in one file: a shard for each index.
function faultOfRun(manifests) {
  const indexed = manifests.find((manifest) => manifest.spec.completionMode === 'Indexed');
  const plan = manifests.find((manifest) => manifest.metadata.name === 'dcmflow-plan');
  if (!indexed || !plan) return null;
  const args = plan.spec.template.spec.containers[0].args;
  const shards = args[args.indexOf('--shards') + 1];
  return shards === String(indexed.spec.completions) ? null : `${shards} shards are planned, ${indexed.spec.completions} are run`;
}

let checked = 0;
const wrong = [];
for (const path of process.argv.slice(2)) {
  const manifests = yaml.loadAll(readFileSync(path, 'utf8'));
  const faultOfAll = faultOfRun(manifests);
  if (faultOfAll) wrong.push(`${path}: ${faultOfAll}`);
  for (const manifest of manifests) {
    const fault = faultOf(manifest);
    if (fault) {
      wrong.push(`${path}: ${fault}`);
      continue;
    }
    damages[manifest.kind].forEach((damage, number) => {
      const broken = structuredClone(manifest);
      damage(broken);
      if (!faultOf(broken)) wrong.push(`${path}: damage ${number} was not noticed`);
    });
    checked += 1;
  }
}
for (const line of wrong) console.error(line);
console.log(`${checked} manifests are as the API wants them`);
process.exitCode = wrong.length > 0 || checked === 0 ? 1 : 0;
