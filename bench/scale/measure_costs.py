"""The costs of plan, shards and merge on this machine: each step on archives of several shapes, and its system calls counted by strace.

The archives lie in memory (/dev/shm): what storage takes is no cost of the program, and other runs would change it.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from model import QUANTITIES, STEPS, Cluster, Load, cost, fit, phase
from processes import cores, count_calls, run_at_once, timed

RESULT = {"scan": "work/scan", "plan": "work/plan", "shard": "work/shards", "merge": "out"}
ONE_CORE = ("--threads", "1", "--io-threads", "1")

# (series, slices of each, columns and rows): each differs from another in one thing. The last is none of those that the costs come from.
SHAPES = ((1, 2, 16), (40, 50, 16), (1000, 5, 16), (200, 100, 16), (10, 50, 512))
CHECKED = (100, 200, 128)
# Of a study: a merge has whole studies in memory.
STUDY_SERIES = 5
# Memory grows otherwise where buffers are not full yet: it is taken of two archives that fill them.
LARGE = ((1000, 100, 16), (4000, 100, 16))
QUICK_SHAPES = ((1, 2, 16), (4, 10, 16), (20, 2, 16), (4, 40, 16), (2, 10, 128))
QUICK_CHECKED = (8, 12, 64)
QUICK_LARGE = ((10, 10, 16), (40, 10, 16))
CHECKED_SHARDS = 4
SCANNED_PARTS = 4


class Bench:
    def __init__(self, build, folder):
        self.program, self.make = pathlib.Path(build) / "dcmflow", pathlib.Path(build) / "test-data/make_archive"
        self.folder = pathlib.Path(folder)

    def archive(self, shape):
        series, slices, size = shape
        path = self.folder / f"{series}x{slices}x{size}"
        if not path.exists():
            subprocess.run([self.make, path, "--kind", "ct", "--studies", str(max(1, series // STUDY_SERIES)), "--series", str(series), "--slices", str(slices),
                            "--columns", str(size), "--rows", str(size)], check=True, stdout=subprocess.DEVNULL)
        return path

    def load(self, shape):
        series, slices, size = shape
        return Load(series * slices, series, series * slices * size * size * 2)

    def commands(self, archive, work, output, shards=1):
        """Of each step, a command a process."""
        return {"scan": [[self.program, "scan", archive, work, "--part", "0/1", *ONE_CORE]],
                "plan": [[self.program, "plan", archive, work, "--shards", shards, "--format", "nii", *ONE_CORE]],
                "shard": [[self.program, "shard", "run", work, "--shard", k, *ONE_CORE] for k in range(shards)],
                "merge": [[self.program, "merge", work, output, *ONE_CORE]]}

    def fresh(self):
        return tempfile.TemporaryDirectory(dir=self.folder)

    def measure(self, shape, repeats):
        """By step and quantity; times are the least of the repeats."""
        archive, found = self.archive(shape), {step: {} for step in STEPS}
        for _ in range(repeats):
            with self.fresh() as scratch:
                for step, (command,) in self.commands(archive, f"{scratch}/work", f"{scratch}/out").items():
                    usage = timed(command)
                    best = found[step]
                    for name in ("cpu", "wall"):
                        best[name] = min(best.get(name, usage[name]), usage[name])
                    best["stored"] = bytes_in(f"{scratch}/{RESULT[step]}")
        with self.fresh() as scratch:
            for step, (command,) in self.commands(archive, f"{scratch}/work", f"{scratch}/out").items():
                found[step].update(count_calls(command, (str(archive), scratch)))
        found["scan of a part"] = self.measure_part(archive, repeats)
        return found

    def measure_part(self, archive, repeats):
        """Of a scan of one of SCANNED_PARTS."""
        found = {}
        for _ in range(repeats):
            with self.fresh() as scratch:
                command = [self.program, "scan", archive, f"{scratch}/work", "--part", f"0/{SCANNED_PARTS}", *ONE_CORE]
                cpu = timed(command)["cpu"]
                found.update(cpu=min(found.get("cpu", cpu), cpu), stored=bytes_in(f"{scratch}/work/scan"))
        with self.fresh() as scratch:
            found.update(count_calls([*command[:3], f"{scratch}/work", *command[4:]], (str(archive), scratch)))
        return found

    def peaks(self, shape):
        """The memory of each step, of one run."""
        archive = self.archive(shape)
        with self.fresh() as scratch:
            found = {step: timed(command)["peak"] for step, (command,) in self.commands(archive, f"{scratch}/work", f"{scratch}/out").items()}
        shutil.rmtree(archive)
        return found

    def measure_at_once(self, shape, processes, repeats):
        """Seconds that CHECKED_SHARDS shards take where so many processes run at once, and their CPU seconds: the least of the repeats."""
        archive, best = self.archive(shape), None
        for _ in range(repeats):
            with self.fresh() as scratch:
                steps = self.commands(archive, f"{scratch}/work", f"{scratch}/out", CHECKED_SHARDS)
                for step in ("scan", "plan"):
                    timed(steps[step][0])
                one = run_at_once(steps["shard"], processes)
                best = one if best is None or one["wall"] < best["wall"] else best
        return best


def bytes_in(folder):
    """Of all files that no other folder has, too: an image of a merge is a link."""
    found = (path.stat() for path in pathlib.Path(folder).rglob("*") if path.is_file())
    return sum(one.st_size for one in found if one.st_nlink == 1)


def fit_costs(shapes, measured, load_of):
    """Of all but memory."""
    loads = [load_of(shape) for shape in shapes]
    rows = {step: [(load, one[step]) for load, one in zip(loads, measured)] for step in STEPS}
    rows["scan"] = [(load.scanned(parts), one[name]) for parts, name in ((1, "scan"), (SCANNED_PARTS, "scan of a part")) for load, one in zip(loads, measured)]
    return {step: {quantity: fit([load.terms(step, quantity) for load, _ in rows[step]], [max(found[quantity], 1e-9) for _, found in rows[step]])
                   for quantity in QUANTITIES if quantity != "memory"} for step in STEPS}


def memory_costs(loads, peaks):
    """By step: the line through two archives of which one has more files."""
    (less, more), costs = loads, {}
    for step in STEPS:
        a_file = max(peaks[1][step] - peaks[0][step], 0) / (more.files - less.files)
        costs[step] = {"start": peaks[0][step] - a_file * less.files, "file": a_file}
    return costs


def disk_seconds(folder, count=100):
    """What the disk under a folder takes to sync a new file of 64 KB, and to rename one: the medians."""
    times = {"sync": [], "rename": []}
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for k in range(count):
            with open(f"{scratch}/{k}.part", "wb") as file:
                file.write(bytes(65536))
                file.flush()
                times["sync"].append(seconds_of(lambda: os.fsync(file.fileno())))
            times["rename"].append(seconds_of(lambda: os.rename(f"{scratch}/{k}.part", f"{scratch}/{k}")))
    return {name: statistics.median(values) for name, values in times.items()}


def seconds_of(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure_all(build, folder, disk, quick):
    """What bench/scale/costs.json holds but for date and machine: the costs, what they come from, the check, and what the disk takes."""
    bench = Bench(build, folder)
    shapes, checked, large, repeats = (QUICK_SHAPES, QUICK_CHECKED, QUICK_LARGE, 1) if quick else (SHAPES, CHECKED, LARGE, 5)
    measured = []
    for shape in shapes:
        print(f"{shape[0]} series of {shape[1]} files, {shape[2]}²", file=sys.stderr)
        measured.append(bench.measure(shape, repeats))
        if shape != shapes[-1]:
            shutil.rmtree(bench.archive(shape))
    costs = fit_costs(shapes, measured, bench.load)
    peaks = [bench.peaks(shape) for shape in large]
    for step, of in memory_costs([bench.load(shape) for shape in large], peaks).items():
        costs[step]["memory"] = of
    costs["beside_another"] = crowding(bench, shapes[-1], repeats)
    checks = [check(bench, costs, checked, processes, repeats) for processes in (1, 2, 4)]
    return {"costs": costs, "measured": [{"shape": shape, **one} for shape, one in zip(shapes, measured)], "checks": checks,
            "peaks": [{"shape": shape, **one} for shape, one in zip(large, peaks)],
            "disk": disk_seconds(disk)}


def crowding(bench, shape, repeats):
    """How many times the CPU seconds of shards that run alone are those of shards that run beside another."""
    alone, beside = (bench.measure_at_once(shape, processes, repeats)["cpu"] for processes in (1, 2))
    return max(beside / alone, 1.0)


def check(bench, costs, shape, processes, repeats):
    """Shards of a shape that the costs do not come from: predicted and measured."""
    machine = Cluster(1, min(processes, cores()), link=float("inf"), operations=float("inf"), bandwidth=float("inf"), operation_seconds=0, sync_seconds=0)
    load = bench.load(shape)
    predicted = phase(costs, "shard", load, machine, CHECKED_SHARDS, machine.slots)
    found = bench.measure_at_once(shape, processes, repeats)
    crowded = costs["beside_another"] if machine.slots > 1 else 1
    return {"shape": shape, "processes": processes, "predicted_seconds": predicted.duration, "seconds": found["wall"],
            "predicted_cpu": cost(costs, "shard", "cpu", load.part(CHECKED_SHARDS)) * CHECKED_SHARDS * crowded, "cpu": found["cpu"],
            "others": found["others"]}
