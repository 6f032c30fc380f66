"""Runs commands, and tells what they took and which files they asked for."""

import collections
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import tempfile
import time

LAUNCH = pathlib.Path(__file__).resolve().parents[1] / "launch.py"
# strace -y: a call with a path, its own or that of a descriptor, and what it returned.
CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
NAMES_A_FILE = "trace=%file,getdents64,fsync,fdatasync,syncfs,read,pread64,write,pwrite64"


def words(command):
    return [str(word) for word in command]


def timed(command):
    """wall, cpu: seconds; peak: bytes."""
    receiver, sender = os.pipe()
    with os.fdopen(receiver) as answer:
        line = shlex.join(words(command))
        subprocess.run(["sh", "-c", f'exec /usr/bin/python3 -I -S "{LAUNCH}" "$0" 3>&{sender} {sender}>&-', f"exec {line}"], pass_fds=(sender,),
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        os.close(sender)
        usage = json.load(answer)
    if usage["exit_code"] != 0:
        raise SystemExit(f"{line}: exit code {usage['exit_code']}")
    return usage


def run_at_once(commands, processes):
    """All commands, so many at a time: seconds, CPU seconds, and which part of the machine others used meanwhile."""
    busy, children, start = busy_seconds(), cpu_of_children(), time.monotonic()
    waiting, running = list(commands), []
    while waiting or running:
        while waiting and len(running) < processes:
            running.append(subprocess.Popen(words(waiting.pop(0)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        pid, status = os.wait()
        for one in [one for one in running if one.pid == pid]:
            one.returncode = os.waitstatus_to_exitcode(status)
            running.remove(one)
        if status != 0:
            raise SystemExit(f"{words(commands[0])}: status {status}")
    wall, cpu = time.monotonic() - start, cpu_of_children() - children
    others = max(busy_seconds() - busy - cpu, 0) / (wall * cores())
    return {"wall": wall, "cpu": cpu, "others": others}


def cores():
    return len(os.sched_getaffinity(0))


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def busy_seconds():
    """Of all cores, since the machine began."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, soft, steal, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def count_calls(command, folders):
    """operations, syncs and traffic of a command, of files in these folders alone."""
    counts = collections.Counter({"operations": 0, "syncs": 0, "traffic": 0})
    with tempfile.TemporaryDirectory() as traces:
        subprocess.run(words(["strace", "-ff", "-y", "-s", 0, "-qq", "-o", f"{traces}/trace", "-e", NAMES_A_FILE, *command]),
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        for trace in pathlib.Path(traces).iterdir():
            with open(trace, encoding="utf-8", errors="replace") as file:
                for line in file:
                    counts.update(kind_of_call(line, folders))
    return counts


def kind_of_call(line, folders):
    """What a line of strace's adds to the counts."""
    call = CALL.match(line)
    if not call or not any(folder in call[2] for folder in folders):
        return {}
    name, result = call[1], int(call[3])
    if name in ("read", "pread64", "write", "pwrite64"):
        return {"traffic": max(result, 0)}
    if name in ("fsync", "fdatasync", "syncfs"):
        return {"syncs": 1}
    # A call on an open descriptor asks no server.
    return {} if name == "newfstatat" and '""' in call[2] else {"operations": 1}
