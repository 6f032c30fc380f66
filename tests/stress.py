#!/usr/bin/python3
"""One hash of the whole output tree for any number of threads and any order of the directory.

usage: tests/stress.py PROGRAM MAKE_ARCHIVE [SHUFFLES]     50 shuffles unless said otherwise
Makes an archive, puts its files into folders in shuffled orders, and converts each with 1, 2, 3, 8 and 32 threads. Of report.json the object "run", which
tells times, is left out. Exit status 1 when two trees differ, with the names of the files that do.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile

THREADS = (1, 2, 3, 8, 32)
FORMATS = ("mhd", "nii.gz")


def files_in(folder):
    return sorted(os.path.relpath(os.path.join(parent, name), folder) for parent, _, names in os.walk(folder) for name in names)


def digests(folder):
    """Of each file of an output folder, by name."""
    found = {}
    for name in files_in(folder):
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
        if name == "report.json":
            report = json.loads(content)
            del report["run"]
            content = json.dumps(report).encode()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def put_shuffled(source, target, seed):
    names = files_in(source)
    random.Random(seed).shuffle(names)
    for name in names:
        os.makedirs(os.path.dirname(os.path.join(target, name)), exist_ok=True)
        os.link(os.path.join(source, name), os.path.join(target, name))


def main():
    program, make_archive = sys.argv[1:3]
    shuffles = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    expected, differences, runs = {}, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "archive")
        subprocess.run([make_archive, archive], check=True, stdout=subprocess.DEVNULL)
        for seed in range(shuffles):
            # The same path each time, since reports name the input.
            source = os.path.join(folder, "in")
            put_shuffled(archive, source, seed)
            for threads in THREADS:
                image_format = FORMATS[(seed + threads) % len(FORMATS)]
                output = os.path.join(folder, "out")
                run = subprocess.run([program, source, output, "--format", image_format, "--threads", str(threads), "--explain", "--sha256", "all"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
                runs += 1
                if run.returncode != 0:
                    sys.exit(f"shuffle {seed}, {threads} threads: exit status {run.returncode}: {run.stderr[-1000:]}")
                found = digests(output)
                known = expected.setdefault(image_format, found)
                if found != known:
                    differences += 1
                    names = sorted(name for name in found.keys() | known.keys() if found.get(name) != known.get(name))
                    print(f"shuffle {seed}, {threads} threads, {image_format}: differs in {', '.join(names[:5])}")
                subprocess.run(["rm", "-rf", output], check=True)
            subprocess.run(["rm", "-rf", source], check=True)
    for image_format, known in sorted(expected.items()):
        if not any(name.endswith(image_format) for name in known):
            sys.exit(f"no {image_format} was written: nothing was compared")
        tree = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
        print(f"{image_format}: {len(known)} files, {tree}")
    print(f"{runs} runs, {differences} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
