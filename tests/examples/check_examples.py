#!/usr/bin/env python3
"""Checks docker/examples/ against the program and the image: what would break for whoever copies them.

usage: check_examples.py PROGRAM [FOLDER]

PROGRAM is dcmflow, FOLDER holds the examples. The names of variables, the default folders and the formats are those
that `PROGRAM --help` tells, the image and its entry point those of docker/; each example's variables then convert
test-data/dcm.
Exit status 0: all is well; 1: a sentence about each fault; 2: usage.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLARA_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")  # what a Clara Deploy definition accepts as a name
CLARA_SMALLEST_MEMORY = 512  # megabytes; a peak of 150 MB and a quarter for pixels fit


class Facts:
    """What the program and the image's sources say of themselves."""

    def __init__(self, program):
        self.program = program
        text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
        environment = text[text.index("Environment variables"):]
        self.variables = set(re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", environment))
        self.input, self.output = (
            re.search(rf"^  {name} .*?else (/\w+)", environment, re.MULTILINE | re.DOTALL)[1]
            for name in ("input", "output"))
        self.formats = re.search(r"^Image formats: (.*)$", text, re.MULTILINE)[1].split()
        self.image = re.search(r"DCMFLOW_IMAGE:-([^}]+)\}", (ROOT / "docker/run_app_docker.sh").read_text())[1]
        dockerfile = (ROOT / "docker/Dockerfile").read_text()
        self.entry_point = json.loads(re.search(r"^ENTRYPOINT (.*)$", dockerfile, re.MULTILINE)[1])


def stage_faults(facts, image, inputs, outputs, variables):
    """Faults of the dcmflow stage, whatever orchestrates it; inputs and outputs are paths in the container."""
    if image != facts.image:
        yield f"the image is {image}, docker/run_app_docker.sh builds {facts.image}"
    if inputs != [facts.input]:
        yield f"the input is mounted at {inputs}, dcmflow reads {facts.input}"
    if outputs != [facts.output]:
        yield f"the output is mounted at {outputs}, dcmflow writes {facts.output}"
    for name in variables.keys() - facts.variables:
        yield f"dcmflow knows no variable {name}"
    for name, value in variables.items():
        if not isinstance(value, str):
            yield f"the value of {name} is no text: {value!r}"
    if all(isinstance(value, str) for value in variables.values()):
        yield from run_faults(facts, variables)


def run_faults(facts, variables):
    """Converts the sample with these variables; only the folders are others."""
    inherited = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    with tempfile.TemporaryDirectory() as out:
        run = subprocess.run([facts.program, ROOT / "test-data/dcm", out], env=inherited | variables, cwd=out,
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            yield f"dcmflow ends with {run.returncode}: {run.stderr.strip().splitlines()[-1:]}"
        elif not json.loads((pathlib.Path(out) / "selected-images.json").read_text()):
            yield "the rules select nothing of test-data/dcm"


def clara_operator_faults(facts, operator):
    container = operator["container"]
    yield from stage_faults(facts, f"{container['image']}:{container['tag']}",
                            [entry["path"] for entry in operator["input"]],
                            [entry["path"] for entry in operator["output"]], operator.get("variables", {}))
    if "command" in container:
        yield "a command would become arguments of dcmflow"
    if not all(isinstance(value, int) for value in operator["requests"].values()):
        yield "requests are whole numbers: cores and megabytes"
    elif operator["requests"]["memory"] < CLARA_SMALLEST_MEMORY:
        yield f"less memory than {CLARA_SMALLEST_MEMORY} MB"


def clara_version_faults(document):
    """From 0.5.0 on, inputs and outputs must have types."""
    if document["api-version"] != "0.4.0":
        yield f"api-version is {document['api-version']!r}; 0.4.0 is the last without types"


def check_clara_operator(facts, operator):
    yield from clara_version_faults(operator)
    yield from clara_operator_faults(facts, operator)


def check_clara_pipeline(facts, pipeline):
    yield from clara_version_faults(pipeline)
    first, *rest = pipeline["operators"]
    yield from clara_operator_faults(facts, first)
    if any("from" in entry for entry in first["input"]):
        yield "the first operator reads the job's payload, so its input has no `from`"
    if not any(entry.get("from") == first["name"] for operator in rest for entry in operator["input"]):
        yield f"no operator reads from {first['name']}"
    names = [operator["name"] for operator in pipeline["operators"]]
    for operator in pipeline["operators"]:
        for source in (entry["from"] for entry in operator["input"] if "from" in entry):
            if source not in names:
                yield f"{operator['name']} reads from {source}, which is no operator"
    for name in names + [pipeline["name"]]:
        if not CLARA_NAME.fullmatch(name):
            yield f"{name!r} is no name for Clara Deploy"
    if len({name.lower() for name in names}) != len(names):
        yield "two operators have one name"


def check_argo(facts, document):
    if (document["apiVersion"], document["kind"]) != ("argoproj.io/v1alpha1", "WorkflowTemplate"):
        yield f"it is a {document['kind']} of {document['apiVersion']}"
    spec = document["spec"]
    templates = {template["name"]: template for template in spec["templates"]}
    tasks = {task["name"]: task for task in templates[spec["entrypoint"]]["dag"]["tasks"]}
    for task in tasks.values():
        if task["template"] not in templates:
            yield f"task {task['name']} names no template"
        if task.get("depends", task["name"]) not in tasks:
            yield f"task {task['name']} depends on {task['depends']}, which is no task"
    volumes = {volume["name"] for volume in spec["volumes"]}
    volumes |= {claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]}
    for template in templates.values():
        for mount in template.get("container", {}).get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"{template['name']} mounts {mount['name']}, which is no volume"
        if "container" in template and template["container"].get("name") != "main":
            yield f"the container of {template['name']} is not called main, as Argo calls it"
    if spec["securityContext"].get("runAsNonRoot") is not True:
        yield "it may run as root"
    yield from argo_stage_faults(facts, spec, templates["dcmflow"]["container"])


def argo_stage_faults(facts, spec, container):
    mounts = container["volumeMounts"]
    read_only = [mount["mountPath"] for mount in mounts if mount.get("readOnly")]
    written = [mount["mountPath"] for mount in mounts if not mount.get("readOnly")]
    parameters = {f"{{{{workflow.parameters.{parameter['name']}}}}}": parameter["value"]
                  for parameter in spec["arguments"]["parameters"]}
    variables = {entry["name"]: parameters.get(entry["value"], entry["value"]) for entry in container["env"]}
    yield from stage_faults(facts, container["image"], read_only, written, variables)
    for parameter in spec["arguments"]["parameters"]:
        for unknown in set(parameter.get("enum", [])) - set(facts.formats):
            yield f"{parameter['name']} offers {unknown}, which dcmflow does not write"
    if container["command"] != facts.entry_point:
        yield f"the command is {container['command']}, the image's entry point {facts.entry_point}"
    if container["securityContext"].get("readOnlyRootFilesystem") is not True:
        yield "the root file system can be written"
    if not re.fullmatch(r"([1-9]\d*Gi|[5-9]\d\dMi)", container["resources"]["limits"]["memory"]):
        yield "the limit of memory is below 500Mi"


CHECKS = {
    "argo-workflow-template.yaml": check_argo,
    "clara-operator.yaml": check_clara_operator,
    "clara-pipeline.yaml": check_clara_pipeline,
}


def check_file(facts, path):
    """Faults of one example, as sentences. A folder has a test of its own."""
    if path.is_dir() and (pathlib.Path(__file__).parent / f"{path.name}_test.py").is_file():
        return []
    if path.name not in CHECKS:
        return ["nothing checks this file"]
    try:
        return list(CHECKS[path.name](facts, yaml.safe_load(path.read_text(encoding="utf-8"))))
    except yaml.YAMLError as error:
        return [f"no YAML: {error}"]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return [f"something that the check looks for is missing or of another kind: {error!r}"]


def check_folder(facts, folder):
    """Faults of all examples; every one that CHECKS knows must be there."""
    faults = [f"{path.name}: {fault}" for path in sorted(folder.iterdir()) for fault in check_file(facts, path)]
    return faults + [f"{name}: missing" for name in CHECKS if not (folder / name).is_file()]


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[1]) if len(arguments) == 2 else ROOT / "docker/examples"
    faults = check_folder(Facts(pathlib.Path(arguments[0]).resolve()), folder)
    print("\n".join(faults) if faults else f"{len(CHECKS)} examples agree with dcmflow")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
