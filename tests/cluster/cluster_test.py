#!/usr/bin/python3
"""`dcmflow slurm` on a real Slurm cluster that is started for it: the outputs are those of one process, whatever fails.

usage: cluster_test.py PROGRAM MAKE_ARCHIVE BREAK_FILES [unittest options]
Ends with 77 where this machine cannot run one: without root, Slurm or network namespaces.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from cluster import PROGRAMS, Cluster

PROGRAM, MAKE_ARCHIVE, BREAK_FILES = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(3))
SHARDS = 8  # more than an array may have tasks here
SERIES, SLICES = 8, 12


def tree(folder):
    """The bytes of each file by name; of report.json all but `run`, which tells times; without dcmflow's own folder."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".dcmflow" not in path.parts}
    report = json.loads(files["report.json"])
    del report["run"]
    files["report.json"] = report
    return files


def can_run():
    if os.geteuid() != 0 or any(shutil.which(name) is None for name in PROGRAMS):
        return False
    probe = f"dcmfp{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode == 0
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return made


class OnSlurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-cluster-")
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name)
        cls.root.chmod(0o755)
        cls.input = cls.root / "in"
        subprocess.run([MAKE_ARCHIVE, cls.input, "--kind", "ct", "--studies", "2", "--series", str(SERIES // 2), "--slices", str(SLICES),
                        "--columns", "32", "--rows", "32"], check=True, capture_output=True)
        subprocess.run([PROGRAM, cls.input, cls.root / "alone", "--format", "nii"], check=True, capture_output=True)
        cls.expected = tree(cls.root / "alone")
        cls.cluster = Cluster(cls.root / "cluster", 4)
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def setUp(self):
        self.work, self.output = self.root / self.id() / "work", self.root / self.id() / "out"
        self.work.mkdir(parents=True)

    def slurm(self, *words, **more):
        return self.cluster.run(PROGRAM, "slurm", *words, **more)

    def submit(self, slow_ms=0, source=None):
        """`slow_ms`: each opening of an input file takes so long."""
        slow = {"LD_PRELOAD": str(BREAK_FILES), "BREAK_ON": "open", "BREAK_NAME": ".dcm", "BREAK_BY": str(slow_ms)} if slow_ms else {}
        self.slurm("submit", source or self.input, self.work, self.output, "--shards", SHARDS, "--format", "nii", "--threads", 1, "--io-threads", 1,
                   environment=slow)
        return {job["name"]: job["id"] for job in self.status()["jobs"]}

    def status(self):
        return json.loads(self.slurm("status", self.work, "--json").stdout)

    def wait_for_node_at_work(self, jobs):
        self.cluster.wait_for(lambda: self.status()["begun"] and self.cluster.nodes_at_work(jobs["shards"]), 60, "a shard is at work")
        return self.cluster.nodes_at_work(jobs["shards"])[0]

    def wait_for_end(self):
        self.cluster.wait_for(lambda: not self.cluster.run("squeue", "-h").stdout.strip(), 120, "no job is left")

    def expect_outputs_of_one_process(self):
        self.cluster.wait_for(lambda: self.status()["merged"], 120, "the outputs are merged")
        self.wait_for_end()
        self.assertEqual(tree(self.output), self.expected)

    def test_the_outputs_are_those_of_one_process(self):
        self.submit()
        self.expect_outputs_of_one_process()
        told = self.slurm("status", self.work).stdout
        self.assertIn(f"{SHARDS} of {SHARDS} shards are done", told)
        self.assertLessEqual(max(len(line) for line in told.splitlines() if str(self.root) not in line), 80)
        again = self.slurm("submit", self.input, self.work, self.output, "--shards", SHARDS, check=False)
        self.assertEqual(again.returncode, 2)
        self.assertIn("resume", again.stderr)

    def test_a_node_that_crashes_mid_shard(self):
        jobs = self.submit(slow_ms=400)
        node = self.wait_for_node_at_work(jobs)
        self.cluster.crash_node(node)
        self.expect_outputs_of_one_process()
        self.cluster.start_node(node)

    def test_a_controller_that_is_killed(self):
        jobs = self.submit(slow_ms=300)
        self.wait_for_node_at_work(jobs)
        time.sleep(8)  # what was submitted just before would be lost
        self.cluster.kill_controller()
        time.sleep(2)
        self.cluster.start_controller()
        self.cluster.wait_for(lambda: self.cluster.run("scontrol", "ping", check=False).returncode == 0, 30, "the controller answers")
        self.expect_outputs_of_one_process()

    def test_a_shard_that_always_fails(self):
        source = self.work.parent / "in"
        shutil.copytree(self.input, source)
        self.submit(slow_ms=300, source=source)
        self.cluster.wait_for(lambda: self.status()["planned"], 60, "there is a plan")
        lost = sorted(source.rglob("*.dcm"))[-1]
        lost.unlink()
        self.wait_for_end()
        status = self.status()
        self.assertFalse(status["merged"])
        self.assertEqual(set(status["failed"].values()), {75})
        self.assertEqual(status["done"], SHARDS - len(status["failed"]), status)
        self.assertIn("ended with exit code 75", self.slurm("status", self.work).stdout)
        self.assertFalse(self.output.joinpath("selected-images.json").exists())

    def test_a_full_work_disk(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", self.work], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.work], check=False)
        self.submit(slow_ms=300)
        self.cluster.wait_for(lambda: self.status()["planned"], 60, "there is a plan")
        filler = self.work / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:  # no space is left
                pass
        self.wait_for_end()
        status = self.status()
        self.assertFalse(status["merged"])
        self.assertLess(status["done"], SHARDS)
        filler.unlink()
        self.slurm("resume", self.work)
        self.expect_outputs_of_one_process()

    def test_an_array_that_is_cancelled_goes_on(self):
        jobs = self.submit(slow_ms=300)
        self.wait_for_node_at_work(jobs)
        refused = self.slurm("resume", self.work, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("cancel", refused.stderr)
        self.slurm("cancel", self.work)
        self.wait_for_end()
        self.assertFalse(self.status()["merged"])
        self.slurm("resume", self.work, "--parallel", 2)
        self.expect_outputs_of_one_process()


if __name__ == "__main__":
    if not can_run():
        print("cluster_test: this machine cannot run a Slurm cluster (root, slurm-wlm, munge, iproute2, network namespaces)")
        sys.exit(77)
    unittest.main(verbosity=2)
