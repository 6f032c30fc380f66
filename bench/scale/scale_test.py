#!/usr/bin/python3
"""The model's arithmetic; what was recorded against what it predicts; the pages against what was recorded; and a small measurement.

usage: scale_test.py BUILD [unittest options]
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from measure_costs import memory_costs  # noqa: E402
from model import QUANTITIES, STEPS, Cluster, Load, cost, fit, limit, phase, predict, share  # noqa: E402
from page import AGREE, QUIET, error, pages  # noqa: E402
from processes import kind_of_call  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
RECORDED = json.loads((HERE / "costs.json").read_text(encoding="utf-8"))


def costs_of(cpu=0.0, memory=0.0, operations=0.0, syncs=0.0, traffic=0.0, beside=1.0):
    """The same of each file, for each step."""
    of = {"cpu": cpu, "memory": memory, "operations": operations, "syncs": syncs, "traffic": traffic, "stored": 0.0}
    step = {quantity: {"start": 0.0, "file": of[quantity], "series": 0.0, "byte": 0.0, "entry": 0.0} for quantity in QUANTITIES}
    return {**{name: step for name in STEPS}, "beside_another": beside}


class Model(unittest.TestCase):
    def test_a_cost_is_the_sum_of_its_terms(self):
        costs = {"shard": {"cpu": {"start": 1, "file": 10, "series": 100, "byte": 1000}}}
        self.assertEqual(cost(costs, "shard", "cpu", Load(files=2, series=3, pixel_bytes=4)), 1 + 20 + 300 + 4000)

    def test_pixels_pass_through_shards_alone(self):
        load = Load(2, 3, 4)
        self.assertIn("byte", load.terms("shard", "cpu"))
        for step, quantity in (("scan", "cpu"), ("plan", "cpu"), ("merge", "traffic"), ("shard", "memory"), ("shard", "operations")):
            self.assertNotIn("byte", load.terms(step, quantity))

    def test_shards_run_in_rounds_on_the_cores_that_there_are(self):
        one = phase(costs_of(cpu=1.0, syncs=1.0), "shard", Load(40, 4, 0), Cluster(2, cores=1, sync_seconds=64), processes=4, at_once=2)
        self.assertEqual((one.seconds["cores"], one.seconds["waits"]), (2 * 10, 2 * 10 * 2))
        self.assertEqual(one.cpu, 40)
        self.assertEqual((one.limit, one.duration), ("waits", 40))

    def test_processes_of_one_node_slow_each_other_down(self):
        costs = costs_of(cpu=1.0, beside=1.5)
        for cores, seconds in ((2, 30), (1, 20)):
            self.assertEqual(phase(costs, "shard", Load(40, 4, 0), Cluster(2, cores=cores), processes=4, at_once=2).duration, seconds)

    def test_what_all_share_does_not_grow_with_the_nodes(self):
        costs = costs_of(cpu=1.0, operations=3.0, traffic=7.0)
        for resource, cluster, seconds in (("metadata", Cluster(1000, operations=10), 300), ("network", Cluster(1000, bandwidth=10), 700),
                                           ("network", Cluster(10, link=1), 700)):
            one = phase(costs, "shard", Load(1000, 1000, 0), cluster, processes=1000, at_once=1000)
            self.assertEqual((one.limit, one.duration), (resource, seconds))

    def test_memory_is_a_limit_before_time_is(self):
        phases = predict(costs_of(cpu=1.0, memory=1e6), Load(1e6, 1e6, 0), Cluster(10))
        self.assertEqual(limit(phases, Cluster(10)), ("scan", "memory"))
        self.assertEqual(limit(phases, Cluster(10, memory=1e13)), ("plan", "cores"))

    def test_a_scan_has_as_many_parts_as_make_it_shortest(self):
        costs = costs_of(cpu=1.0)
        costs["scan"] = {**costs["scan"], "operations": {"start": 0, "file": 0, "series": 0, "entry": 1}}
        for operations, parts in ((1e9, 8), (20, 4)):  # 100 s / parts, 100 operations a part
            self.assertEqual(predict(costs, Load(100, 1, 0, 100), Cluster(8, cores=1, operations=operations))[0].processes, parts)

    def test_there_is_a_shard_for_each_core_and_none_without_series(self):
        costs = costs_of(cpu=1.0)
        self.assertEqual(share(costs, Load(10, 10, 0), Cluster(1, cores=2)), 2)
        self.assertEqual(share(costs, Load(10, 1, 0), Cluster(1, cores=2)), 1)
        self.assertEqual(share(costs, Load(3e6, 3e5, 0), Cluster(1, cores=2)), 10_000)

    def test_costs_are_found_again(self):
        rows = [{"start": 1, "file": files, "series": series} for files, series in ((2, 1), (2000, 40), (2000, 400), (20000, 40))]
        measured = [0.01 + 2e-5 * row["file"] + 3e-4 * row["series"] for row in rows]
        for term, value in {"start": 0.01, "file": 2e-5, "series": 3e-4}.items():
            self.assertAlmostEqual(fit(rows, measured)[term] / value, 1, places=9)

    def test_memory_is_a_line_and_never_falls(self):
        loads = [Load(100, 1, 0), Load(300, 3, 0)]
        peaks = [{step: 1000 for step in STEPS}, {**{step: 1400 for step in STEPS}, "merge": 900}]
        costs = memory_costs(loads, peaks)
        self.assertEqual((costs["plan"], costs["merge"]), ({"start": 800, "file": 2}, {"start": 1000, "file": 0}))

    def test_no_cost_is_less_than_nothing(self):
        rows = [{"start": 1, "file": files} for files in (1, 10, 100)]
        self.assertEqual(fit(rows, [3.0, 2.9, 2.8])["file"], 0)

    def test_a_call_counts_by_its_kind_and_place(self):
        for line, counts in (('openat(AT_FDCWD</>, "/in/a", O_RDONLY) = 5</in/a>', {"operations": 1}),
                             ('openat(AT_FDCWD</>, "/usr/lib/x", O_RDONLY) = 5</usr/lib/x>', {}),
                             ('newfstatat(5</in/a>, "", {...}, AT_EMPTY_PATH) = 0', {}),
                             ('newfstatat(AT_FDCWD</>, "/in/a", {...}, 0) = 0', {"operations": 1}),
                             ('access("/in/b", F_OK) = -1 ENOENT (No such file)', {"operations": 1}),
                             ('pread64(5</in/a>, ""..., 4096, 0) = 4000', {"traffic": 4000}),
                             ('read(5</in/a>, 0x1, 9) = -1 EIO (Input/output error)', {"traffic": 0}),
                             ('fsync(5</in/a>) = 0', {"syncs": 1}),
                             ("+++ exited with 0 +++", {})):
            self.assertEqual(kind_of_call(line, ("/in",)), counts, line)


class Recorded(unittest.TestCase):
    def test_the_model_agrees_with_one_two_and_four_processes(self):
        self.assertEqual([one["processes"] for one in RECORDED["checks"]], [1, 2, 4])
        for one in RECORDED["checks"]:
            self.assertLess(abs(error(one, "cpu")), AGREE, one)
            if one["others"] <= QUIET:
                self.assertLess(abs(error(one, "seconds")), AGREE, one)

    def test_files_are_asked_for_as_often_as_the_page_says(self):
        for step, often in (("plan", 0), ("shard", 1), ("merge", 0)):
            self.assertAlmostEqual(RECORDED["costs"][step]["operations"]["file"], often, places=2)

    def test_the_pages_show_what_was_recorded(self):
        for path, text in pages(ROOT, RECORDED).items():
            self.assertEqual(path.read_text(encoding="utf-8"), text, f"{path}: run bench/scale/scale.py page")


class Measured(unittest.TestCase):
    def test_a_small_measurement_counts_what_a_run_does(self):
        if shutil.which("strace") is None or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True).returncode != 0:
            self.skipTest("no strace here, or it may not trace")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "costs.json"
            subprocess.run(["/usr/bin/python3", HERE / "scale.py", "--costs", file, "measure", "--quick", "--build", BUILD, "--folder", folder, "--disk", folder],
                           check=True, capture_output=True)
            found = json.loads(file.read_text(encoding="utf-8"))
        for step, often in (("plan", 0), ("shard", 1), ("merge", 0)):
            self.assertAlmostEqual(found["costs"][step]["operations"]["file"], often, places=1)
        for one in found["measured"]:
            series, slices, size = one["shape"]
            self.assertGreaterEqual(one["shard"]["traffic"], 2 * series * slices * size * size * 2)
            self.assertGreaterEqual(one["shard"]["stored"], series * slices * size * size * 2)
            self.assertGreaterEqual(one["shard"]["syncs"], series)
            self.assertLess(one["merge"]["stored"], one["shard"]["stored"] + 10_000_000)
        self.assertEqual([one["processes"] for one in found["checks"]], [1, 2, 4])


if __name__ == "__main__":
    unittest.main()
