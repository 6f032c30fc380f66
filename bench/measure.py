"""Runs programs in turn on the same input and takes their times, memory and output."""

import gzip
import json
import math
import os
import re
import shutil
import statistics
import struct
import subprocess
import tempfile
from dataclasses import asdict, dataclass, field

from archives import Unavailable
from scaling import summary

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Result:
    """What one program did with one archive: a list item for each run, the rest of the last run."""
    program: str
    command: str
    wall: list = field(default_factory=list)  # seconds
    cpu: list = field(default_factory=list)  # seconds, user + system, of the program and its children
    peak: list = field(default_factory=list)  # bytes, resident, of the largest process
    exit_code: int = 0
    images: int = 0
    image_bytes: int = 0
    voxels: int = 0
    files: int = 0  # of the archive, here and below
    input_bytes: int = 0
    series: int = 0
    fault: str = ""  # why it does not count: it failed, or did not convert everything
    scaling: dict = field(default_factory=dict)  # of dcmflow with one thread: bench/scaling.py's summary()
    outside_steps: list = field(default_factory=list)  # dcmflow's report.json: seconds without any step at work

    @property
    def seconds(self):
        return statistics.median(self.wall)

    @property
    def peak_memory(self):
        return statistics.median(self.peak)

    def to_json(self):
        return {key: value for key, value in asdict(self).items() if value not in ([], {})}

    @staticmethod
    def from_json(row):
        return Result(**row)


def is_there(program, build):
    return all(os.path.exists(need.replace("$BUILD", build)) if "/" in need else shutil.which(need) for need in program.needs)


def warm(files):
    """Brings files into the page cache."""
    for path in files:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass


def touch_memory():
    """Touches most of the memory that is free, once: a virtual machine gives a page at its first touch, which takes longer than all
    that a converter does with it."""
    with open("/proc/meminfo", encoding="utf-8") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemFree")) * 1024
    touch = f"m = bytearray({free * 4 // 5})\nfor i in range(0, len(m), 4096): m[i] = 1"
    subprocess.run(["/usr/bin/python3", "-I", "-S", "-c", touch], check=False)


def forget_files():
    """Empties the page cache. False where only root could."""
    os.sync()
    try:
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
            file.write("3")
        return True
    except OSError:
        return False


def trace_once(program, environment, scratch):
    """scaling.py's summary of one more run of dcmflow, with one thread; {} where there is none."""
    out = tempfile.mkdtemp(dir=scratch)
    trace = os.path.join(out, "trace.json")
    command = re.sub(r"--threads \S+", "--threads 1", program.command) + f' --trace "{trace}"'
    try:
        done = subprocess.run(["sh", "-c", command], env={**os.environ, **environment, "OUT": os.path.join(out, "images")}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return summary(trace) if done.returncode == program.exit_code and os.path.exists(trace) else {}
    finally:
        shutil.rmtree(out, ignore_errors=True)


def run_once(program, result, environment, scratch):
    """One run into a new folder, which is removed outside of the timing."""
    out = tempfile.mkdtemp(dir=scratch)
    if program.prepare:
        subprocess.run(["sh", "-c", program.prepare], env={**os.environ, **environment, "OUT": out}, check=True)
    os.sync()  # what the program before it wrote is not to be written to the disk at its cost
    if program.is_cold and not forget_files():
        raise Unavailable("the page cache can be emptied by root only")
    try:
        with tempfile.TemporaryFile() as output:
            usage = launch(program.command, {**os.environ, **environment, "OUT": out}, output)
            if program.is_benchmark:
                output.seek(0)
                usage["wall"] = read_benchmark(output)
        result.wall.append(usage["wall"])
        result.cpu.append(usage["cpu"])
        result.peak.append(usage["peak"])
        result.exit_code = usage["exit_code"]
        look_at(out, program, result)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def launch(command, environment, output):
    receiver, sender = os.pipe()
    with os.fdopen(receiver) as answer:
        # The shell puts the pipe where launch.py writes to.
        shell = f'exec /usr/bin/python3 -I -S "{HERE}/launch.py" "$0" 3>&{sender} {sender}>&-'
        subprocess.run(["sh", "-c", shell, command], env=environment, pass_fds=(sender,), stdin=subprocess.DEVNULL, stdout=output,
                       stderr=subprocess.DEVNULL, check=True)
        os.close(sender)
        return json.load(answer)


def read_benchmark(output):
    try:
        row = json.load(output)["benchmarks"][0]
        return row["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}[row["time_unit"]]
    except (ValueError, KeyError, IndexError):
        return float("inf")


def look_at(out, program, result):
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(out) for name in names]
    images = [path for path in paths if program.images and path.endswith(program.images)]
    result.images = len(images)
    result.voxels = sum(voxels_of(path) for path in images)
    result.image_bytes = sum(os.path.getsize(path) for path in paths if path in images or path.endswith(".raw"))
    report = os.path.join(out, "report.json")
    if report in paths:
        with open(report, encoding="utf-8") as file:
            run = json.load(file)["run"]
        if run["threads"] == 1:
            result.outside_steps.append(result.wall[-1] - sum(step["busy_seconds"] for step in run["steps"]))


def voxels_of(path):
    """How many voxels an image says that it has."""
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        header = file.read(544)
    if path.endswith(".mhd"):
        sizes = header.split(b"DimSize =")[1].split(b"\n")[0].split()
        return math.prod(int(size) for size in sizes)
    is_nifti_2 = header[:2] == struct.pack("<H", 540)
    sizes = struct.unpack_from("<8q", header, 16) if is_nifti_2 else struct.unpack_from("<8h", header, 40)
    return math.prod(sizes[1:sizes[0] + 1])


def find_fault(program, result, subject):
    """Why a result does not count; empty when it does. `subject`: the result of dcmflow on the same archive, or None."""
    if result.exit_code != program.exit_code:
        return f"exit code {result.exit_code}" + (f", {result.images} of {result.series} images" if program.images else "")
    if program.images and result.images < result.series:
        return f"{result.images} of {result.series} images"
    if program.images and subject and result.voxels < subject.voxels:
        return f"{100 * result.voxels / subject.voxels:.0f} % of the voxels"
    return ""
