#!/usr/bin/python3
"""dcmflow, the physical floor and other programs, side by side on the same archives.

Runs them in turn (A B C A B C ...) with a warm page cache and writes bench/runs/<date>-<machine>.json, .md and .svg. Programs
that are not installed are left out and named. The archives are made when missing. They take 8 GB and stay; those of memory_8_gb
and memory_one_volume take 12 GB more while they are measured, their images as much again.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace

sys.dont_write_bytecode = True

from archives import HERE, Archives, Unavailable, default_headers, files_in  # noqa: E402
from measure import Result, find_fault, is_there, run_once, touch_memory, trace_once, warm  # noqa: E402
from plot import svg  # noqa: E402
from report import goal_table, judge, markdown, newest_run, update_page  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

ROOT = os.path.dirname(HERE)
VERSION_OF = {"dcm2niix": "--version", "dicomtonifti": "--version", "mrconvert": "--version", "plastimatch": "--version",
              "pigz": "--version", "gdcmconv": "--version"}


def output_of(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


def versions():
    """Version of each peer by its name; peers that are not there are missing."""
    found = {}
    for name, option in VERSION_OF.items():
        if shutil.which(name):
            match = re.search(r"v?\d+\.\d[\w.]*", output_of([name, option]))
            found[name] = f"{name} {match.group(0).lstrip('v')}" if match else name
    return found


def machine(folder):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        cpu = re.search(r"model name\s*: (.*)", file.read())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpu": re.sub(r"\s+", " ", cpu.group(1)) if cpu else platform.machine(), "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(memory / 1e9), "kernel": platform.release().split("-")[0],
            "file_system": output_of(["findmnt", "-no", "FSTYPE", "-T", folder]).strip() or "unknown"}


def dcmflow_version(build):
    version = output_of([os.path.join(build, "dcmflow"), "--version"]).strip().split()[-1]
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return f"{version} ({commit.stdout.strip()})" if commit.returncode == 0 else version


def measure(workload, archives, arguments, scratch):
    """The workload's row of the run."""
    row = {"name": workload.name, "title": workload.title, "dcmflow": dcmflow_version(arguments.build),
           "results": [], "goals": [], "missing": []}
    programs = [program for program in workload.programs if is_there(program, arguments.build)]
    row["missing"] = [program.name for program in workload.programs if program not in programs]
    pairs = []
    used = {}
    try:
        for program in programs:
            if arguments.quick:
                program = replace(program, is_cold=False)  # others work on this machine
            archive = program.archive or workload.archive
            archive = archive.tiny() if arguments.quick else archive
            folder = archives.make(archive)
            files = files_in(folder)
            if folder not in used:
                warm(files)
            used[folder] = archive
            pairs.append((program, folder, Result(program.name, program.command, files=len(files), series=archive.series,
                                                  input_bytes=sum(map(os.path.getsize, files)))))
        runs = arguments.n * (1 if arguments.quick else workload.runs)
        for i in range(runs):
            for program, folder, result in pairs:
                environment = {"IN": folder, "BUILD": arguments.build, "THREADS": str(arguments.threads)}
                run_once(program, result, environment, scratch)
                print(f"{workload.name} {i + 1}/{runs} {program.name}: {result.wall[-1]:.4g} s", file=sys.stderr)
        if workload.is_traced and pairs:
            program, folder, result = pairs[0]
            result.scaling = trace_once(program, {"IN": folder, "BUILD": arguments.build}, scratch)
    except Unavailable as reason:
        row["why"] = str(reason)
        return row
    finally:
        for archive in used.values():
            if not archive.keep:
                archives.remove(archive)
    subject = pairs[0][2] if pairs else None
    for program, folder, result in pairs:
        result.fault = find_fault(program, result, subject if folder == pairs[0][1] else None)
    row["goals"] = judge(workload, {result.program: result for _, _, result in pairs})
    row["results"] = [result.to_json() for _, _, result in pairs]
    return row


def write(run, folder):
    """The three files of a run. Workloads that an earlier run of the same day on the same machine measured stay, if not measured again;
    each says which dcmflow it is of."""
    os.makedirs(folder, exist_ok=True)
    name = f"{run['date']}-{re.sub('[^a-z0-9]+', '-', run['machine']['cpu'].lower()).strip('-')}-{run['machine']['cores']}-cores"
    path = os.path.join(folder, name)
    if os.path.exists(path + ".json"):
        with open(path + ".json", encoding="utf-8") as file:
            earlier = json.load(file)["workloads"]
        again = {row["name"] for row in run["workloads"]}
        run["workloads"] += [row for row in earlier if row["name"] not in again]
    for extension, content in ((".json", json.dumps(run, indent=1, ensure_ascii=False) + "\n"), (".md", markdown(run, name)), (".svg", svg(run))):
        with open(path + extension, "w", encoding="utf-8") as file:
            file.write(content)
    return path


def read_arguments():
    names = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="workloads: " + " ".join(names))
    parser.add_argument("--only", nargs="+", metavar="WORKLOAD", choices=names, default=names, help="these alone")
    parser.add_argument("-n", type=int, help="runs of each program (5; some workloads take a multiple)")
    parser.add_argument("--quick", action="store_true", help="tiny archives, one run: shows that everything works, measures nothing")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="for all programs (the cores there are)")
    parser.add_argument("--headers", metavar="FOLDER", default=default_headers(), help="DICOM files; the longest MR headers are taken "
                        "(python3-pydicom's test files)")
    parser.add_argument("--archives", metavar="FOLDER", help="where archives are kept ($DCMFLOW_BENCH_FOLDER, else build/bench-archives)")
    parser.add_argument("--runs", metavar="FOLDER", help="where the results go (bench/runs; with --quick build/bench-runs)")
    parser.add_argument("--build", metavar="FOLDER", default=os.path.join(ROOT, "build/release"), help="where dcmflow was built (build/release)")
    parser.add_argument("--page", action="store_true", help="measure nothing: put the newest run of bench/runs into docs/speed.md")
    arguments = parser.parse_args()
    arguments.n = arguments.n or (1 if arguments.quick else 5)
    arguments.build = os.path.abspath(arguments.build)
    arguments.archives = os.path.abspath(arguments.archives or os.environ.get("DCMFLOW_BENCH_FOLDER") or os.path.join(ROOT, "build/bench-archives"))
    arguments.runs = arguments.runs or os.path.join(ROOT, "build/bench-runs" if arguments.quick else "bench/runs")
    return arguments


def main():
    arguments = read_arguments()
    if arguments.page:
        newest = newest_run(arguments.runs) or sys.exit(f"{arguments.runs}: no run")
        return update_page(os.path.join(ROOT, "docs/speed.md"), newest)
    archives = Archives(arguments.archives, arguments.build, arguments.headers)
    os.makedirs(arguments.archives, exist_ok=True)
    peers = versions()
    run = {"date": datetime.date.today().isoformat(), "dcmflow": dcmflow_version(arguments.build), "machine": machine(arguments.archives),
           "threads": arguments.threads, "runs": arguments.n, "peers": peers, "missing": [name for name in VERSION_OF if name not in peers],
           "workloads": []}
    if not arguments.quick:
        touch_memory()
    with tempfile.TemporaryDirectory(prefix="out-", dir=arguments.archives) as scratch:
        for workload in WORKLOADS:
            if workload.name in arguments.only:
                run["workloads"].append(measure(workload, archives, arguments, scratch))
    path = write(run, arguments.runs)
    print(goal_table(run))
    print(f"\n{os.path.relpath(path)}.json, .md, .svg")
    broken = [f"{row['name']}: {result['fault']}" for row in run["workloads"] for result in row["results"][:1] if result["fault"]]
    return f"dcmflow did not convert everything: {', '.join(broken)}" if broken else 0


if __name__ == "__main__":
    sys.exit(main())
