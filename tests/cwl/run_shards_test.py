#!/usr/bin/env python3
"""docker/cwl/run_shards.cwl, run by an engine, makes the outputs of one process.

usage: run_shards_test.py PROGRAM ENGINE
ENGINE: cwltool or toil. Ends with 77 where it is not there.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / "docker/cwl/run_shards.cwl"
INPUT = ROOT / "test-data/dcm"
PROGRAM, ENGINE = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
# Toil tries what failed again; cwltool does not.
RETRIES = {"cwltool": 0, "toil": 1}[ENGINE]
COMMAND = {"cwltool": ["cwltool", "--no-container"],
           "toil": ["toil-cwl-runner", "--no-container", "--jobStore", "store", "--retryCount", str(RETRIES), "--disableProgress"]}[ENGINE]
SHARDS = 3
# Stands in the place of dcmflow: the first so many runs of shard 1 end as where memory was too small. No shard finds the attributes where the plan did.
FAILING = """#!/bin/sh
case "$*" in "shard run "*) rm -f {folder}/attributes.json ;; esac
case "$*" in
  "shard run "*" --shard 1")
    echo once more >>{folder}/tries
    [ "$(wc -l <{folder}/tries)" -gt {failures} ] || exit 75 ;;
esac
exec {program} "$@"
"""


def contents(folder):
    """The bytes of each file by name; of report.json all but `run`, which tells times."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    report = json.loads(files["report.json"])
    del report["run"]
    files["report.json"] = report
    return files


class RunShards(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bin").mkdir()
        self.fail(0)
        self.environment = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "TMPDIR": str(self.folder)}

    def fail(self, failures):
        program = self.folder / "bin/dcmflow"
        program.write_text(FAILING.format(folder=self.folder, failures=failures, program=PROGRAM))
        program.chmod(0o755)

    def run_workflow(self, *options):
        arguments = ["--input", str(INPUT), "--shards", str(SHARDS)]
        arguments += [f"--options={option}" for option in options]
        return subprocess.run([*COMMAND, "--outdir", self.folder / "out", WORKFLOW, *arguments],
                              capture_output=True, text=True, env=self.environment, cwd=self.folder, timeout=240, check=False)

    def tries_of_shard_1(self):
        return len((self.folder / "tries").read_text().splitlines())

    def test_the_outputs_are_those_of_one_process(self):
        attributes = self.folder / "attributes.json"
        attributes.write_text('{"attributes": [{"path": "DistanceSourceToDetector", "keyword": "Far"}]}')
        options = ["--format", "nii.gz", "--attributes", str(attributes)]
        subprocess.run([PROGRAM, INPUT, self.folder / "alone", *options], check=True, capture_output=True)
        self.fail(RETRIES)
        run = self.run_workflow(*options)
        self.assertEqual(run.returncode, 0, run.stderr)
        output = self.folder / "out/output"
        self.assertGreater(len(contents(output)), 5)
        self.assertEqual(contents(output), contents(self.folder / "alone"))
        self.assertEqual(self.tries_of_shard_1(), 1 + RETRIES)
        subprocess.run([PROGRAM, "verify", output], check=True, capture_output=True)

    def test_what_cannot_be_done_fails(self):
        self.fail(9)
        run = self.run_workflow()
        self.assertEqual(run.returncode, 1)
        self.assertIn("exited with status: 75", run.stderr)
        self.assertEqual(self.tries_of_shard_1(), 1 + RETRIES)
        self.assertFalse((self.folder / "out/output").exists())


if __name__ == "__main__":
    if shutil.which(COMMAND[0]) is None:
        print(f"no {COMMAND[0]} here (Debian's package {ENGINE}): left out")
        sys.exit(77)
    unittest.main()
