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
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "docker/slurm"
NODES = 4
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
        cls.cluster = Cluster(cls.root / "cluster", NODES)
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def setUp(self):
        folder = self.root / self.id()
        self.work, self.output, self.go = folder / "work", folder / "out", folder / "go"
        self.work.mkdir(parents=True)
        self.addCleanup(self.go.touch)
        self.cluster.wait_for_idle_nodes()

    def slurm(self, *words, **more):
        return self.cluster.run(PROGRAM, "slurm", *words, **more)

    def submit(self, source=None, shards=SHARDS, broken=None, options=()):
        """`broken`: for tests/regression/break_files.cpp."""
        self.slurm("submit", source or self.input, self.work, self.output, "--shards", shards, "--format", "nii", "--threads", 1, "--io-threads", 1, *options,
                   environment={"LD_PRELOAD": str(BREAK_FILES), **broken} if broken else {})

    def submit_held(self, name=".nii", nth=1, **more):
        """Each shard waits with its nth image in hand, each part with the file of that name, until there is the file `go`."""
        self.submit(broken={"BREAK_ON": "rename", "BREAK_NAME": name, "BREAK_NTH": str(nth), "BREAK_BY": str(self.go)}, **more)

    def status(self):
        return json.loads(self.slurm("status", self.work, "--json").stdout)

    def wait_for_nodes_at_work(self, count=NODES):
        """The numbers of those that hold a shard, one each."""
        self.cluster.wait_for(lambda: len(self.status()["begun"]) == count, 60, f"{count} shards are at work")
        return [node for node in self.cluster.nodes if self.shards_on(node)]

    def shards_on(self, node):
        """The numbers of the shards that are at work there."""
        begin = f"{PROGRAM} shard run {self.work} --shard "
        return {int(line.removeprefix(begin)) for line in self.cluster.commands_on(node) if line.startswith(begin)}

    def wait_for_end(self):
        self.cluster.wait_for(lambda: not self.cluster.run("squeue", "-h").stdout.strip(), 120, "no job is left")

    def expect_outputs_of_one_process(self, expected=None):
        self.cluster.wait_for(lambda: self.status()["merged"], 120, "the outputs are merged")
        self.wait_for_end()
        self.assertEqual(tree(self.output), expected or self.expected)

    def logs(self):
        return "".join(path.read_text() for path in self.work.glob("slurm/*/shards-*.log"))

    def test_the_outputs_are_those_of_one_process(self):
        self.submit()
        self.expect_outputs_of_one_process()
        told = self.slurm("status", self.work).stdout
        self.assertIn(f"{SHARDS} of {SHARDS} shards are done", told)
        self.assertLessEqual(max(len(line) for line in told.splitlines() if str(self.root) not in line), 80)
        again = self.slurm("submit", self.input, self.work, self.output, "--shards", SHARDS, check=False)
        self.assertEqual(again.returncode, 2)
        self.assertIn("resume", again.stderr)

    def test_the_scripts_do_the_same(self):
        self.cluster.run(SCRIPTS / "run_shards.sh", self.input, self.work, self.output, NODES, "--format", "nii",
                         environment={"DCMFLOW": str(PROGRAM), "PARTS": "3"})
        self.wait_for_end()
        self.assertEqual(sorted(path.name for path in (self.work / "scan").iterdir() if not path.name.startswith(".")), ["0", "1", "2"])
        self.assertEqual(tree(self.output), self.expected, (self.work / "log/merge.log").read_text())

    def test_a_node_that_crashes_mid_shard(self):
        self.submit_held(nth=2, shards=2)  # of two images each
        node = self.wait_for_nodes_at_work(2)[0]
        self.cluster.crash_node(node)
        self.go.touch()
        self.expect_outputs_of_one_process()
        self.assertEqual(self.logs().count("goes on where an attempt ended: images=1\n"), 1, self.logs())
        self.cluster.start_node(node)

    def test_a_node_that_is_cut_off_and_healed(self):
        self.submit_held(shards=NODES - 1)  # a node is left for another attempt
        node = self.wait_for_nodes_at_work(NODES - 1)[0]
        shard, = self.shards_on(node)
        self.cluster.cut_off_node(node)
        self.addCleanup(self.cluster.heal_node, node)
        self.cluster.wait_for(lambda: len(list(self.work.glob(f"shards/.attempt-{shard}-*"))) == 2, 60, "a second attempt of its shard is at work")
        both = [other for other in self.cluster.nodes if shard in self.shards_on(other)]
        self.assertEqual(len(both), 2)
        self.assertIn(node, both)
        self.go.touch()
        self.cluster.wait_for(lambda: not self.shards_on(node), 30, "the first attempt ends, though nobody hears of it")
        self.expect_outputs_of_one_process()
        self.assertEqual(self.logs().count("another attempt was done first"), 1, self.logs())
        self.cluster.heal_node(node)
        self.cluster.wait_for_idle_nodes()
        self.assertEqual(tree(self.output), self.expected)

    def test_a_controller_that_is_killed(self):
        self.submit_held()
        self.wait_for_nodes_at_work()
        time.sleep(8)  # what was submitted just before would be lost
        self.cluster.kill_controller()
        time.sleep(2)
        self.cluster.start_controller()
        self.cluster.wait_for(lambda: self.cluster.run("scontrol", "ping", check=False).returncode == 0, 30, "the controller answers")
        self.go.touch()
        self.expect_outputs_of_one_process()

    def test_a_shard_that_always_fails(self):
        source = self.work.parent / "in"
        shutil.copytree(self.input, source)
        lost = sorted(source.rglob("*.dcm"))[-1]
        # Each opening of that file takes so long that it is gone when the shard, behind the plan, gets to it.
        self.submit(source=source, broken={"BREAK_ON": "open", "BREAK_NAME": lost.name, "BREAK_BY": "4000"})
        self.cluster.wait_for(lambda: self.status()["planned"], 60, "there is a plan")
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
        self.submit_held()
        self.wait_for_nodes_at_work()
        filler = self.work / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:  # no space is left
                pass
        self.go.touch()
        self.wait_for_end()
        status = self.status()
        self.assertFalse(status["merged"])
        self.assertLess(status["done"], SHARDS)
        filler.unlink()
        self.slurm("resume", self.work)
        self.expect_outputs_of_one_process()

    def test_an_array_that_is_cancelled_goes_on(self):
        self.submit_held()
        self.wait_for_nodes_at_work()
        refused = self.slurm("resume", self.work, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("cancel", refused.stderr)
        self.slurm("cancel", self.work)
        self.go.touch()
        self.wait_for_end()
        self.assertFalse(self.status()["merged"])
        self.slurm("resume", self.work, "--parallel", 2)
        self.expect_outputs_of_one_process()

    def test_a_scan_in_parts_that_is_cancelled_goes_on(self):
        parts = 6  # more than an array may have tasks here
        rules = self.work.parent / "rules.json"
        rules.write_text('{"selections": [{"name": "some", "limit": 3, "conditions": {"Modality": "CT"}}]}')
        alone = self.work.parent / "alone"
        subprocess.run([PROGRAM, self.input, alone, "--format", "nii", "--rules", rules], check=True, capture_output=True)
        self.submit_held("part.json", options=["--parts", parts, "--rules", rules])
        rules.unlink()  # a copy was handed in with the jobs
        self.cluster.wait_for(lambda: len(self.status()["scan"]["begun"]) == NODES, 60, "as many parts are at work")
        self.assertIn(f"0 of {parts} parts of the scan are done", self.slurm("status", self.work).stdout)
        self.slurm("cancel", self.work)
        self.go.touch()
        self.wait_for_end()
        status = self.status()
        self.assertFalse(status["planned"])
        self.assertLess(status["scan"]["done"], parts)
        self.slurm("resume", self.work)
        self.expect_outputs_of_one_process(tree(alone))
        self.assertEqual(self.status()["scan"]["done"], parts)

    def test_a_part_that_always_fails_ends_the_jobs_behind_it(self):
        self.submit(broken={"BREAK_ON": "rename", "BREAK_NAME": "part.json", "BREAK_NTH": "1", "BREAK_BY": "fail"}, options=["--parts", 2])
        self.wait_for_end()
        status = self.status()
        self.assertFalse(status["planned"])
        self.assertEqual(status["scan"]["failed"], {"0": 5, "1": 5})
        self.assertIn("ended with exit code 5", self.slurm("status", self.work).stdout)
        self.slurm("resume", self.work)
        self.expect_outputs_of_one_process()


if __name__ == "__main__":
    if not can_run():
        print("cluster_test: this machine cannot run a Slurm cluster (root, slurm-wlm, munge, iproute2, network namespaces)")
        sys.exit(77)
    unittest.main(verbosity=2)
