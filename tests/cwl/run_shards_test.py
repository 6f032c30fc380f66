#!/usr/bin/env python3
"""docker/cwl/run_shards.cwl, run by cwltool, makes the outputs of one process.

usage: run_shards_test.py PROGRAM
Ends with 77 where there is no cwltool.
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
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SHARDS = 3


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
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "dcmflow").symlink_to(PROGRAM)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def run_workflow(self, *options):
        arguments = ["--input", str(INPUT), "--shards", str(SHARDS)]
        arguments += [f"--options={option}" for option in options]
        return subprocess.run(
            ["cwltool", "--no-container", "--outdir", self.folder / "out", WORKFLOW, *arguments],
            capture_output=True, text=True, env=self.environment, cwd=self.folder, timeout=240, check=False)

    def test_the_outputs_are_those_of_one_process(self):
        options = ["--format", "nii.gz"]
        subprocess.run([PROGRAM, INPUT, self.folder / "alone", *options], check=True, capture_output=True)
        run = self.run_workflow(*options)
        self.assertEqual(run.returncode, 0, run.stderr)
        output = self.folder / "out/output"
        self.assertGreater(len(contents(output)), 5)
        self.assertEqual(contents(output), contents(self.folder / "alone"))
        for shard in range(SHARDS):
            self.assertIn(f"--shard \\\n    {shard}", run.stderr)
        subprocess.run([PROGRAM, "verify", output], check=True, capture_output=True)

    def test_what_cannot_be_done_fails(self):
        run = self.run_workflow("--format", "none such")
        self.assertEqual(run.returncode, 1)
        self.assertIn("permanentFail", run.stderr)
        self.assertFalse((self.folder / "out/output").exists())


if __name__ == "__main__":
    if shutil.which("cwltool") is None:
        print("no cwltool here (Debian's package cwltool): left out")
        sys.exit(77)
    unittest.main()
