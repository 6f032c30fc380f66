#!/usr/bin/env python3
"""What a run would take on more cores: replays a trace of one thread on N simulated ones.

    dcmflow IN OUT --threads 1 --trace ONE.json
    scaling.py ONE.json [--cores 1 2 16 64] [--check 2 TWO.json]

A phase (a span of the main thread that lies in no other) begins when the one before it has ended. Within it each step's spans follow those of the step
before: the j-th of n spans is ready when the same part of the spans before it is done. Steps of which only one thread can do one at a time (SERIAL) do so;
others take any core that is free, those of later steps first. What no span of a phase covers is spread over its spans, or, where it has none, the phase is
one span that one core does. Nothing is known of memory and storage, which cores share: these are bounds, as Amdahl's are, but of the work as it is cut.
--check compares with the trace of a run on so many cores, and ends with 1 where they differ by more than 10 %.
"""
import argparse
import collections
import heapq
import json
import sys

SERIAL = {"discover_files", "write_catalogue", "sync_output"}  # the last waits for one disk
MOST_DIFFERENCE = 0.10


def read_trace(path):
    """(name, start, end, thread) of each span, in µs, by start and then the longer ones first."""
    with open(path, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    spans = [(e["name"], e["ts"], e["ts"] + e["dur"], e["tid"]) for e in events]
    return sorted(spans, key=lambda span: (span[1], -span[2]))


def phases_of(spans):
    """(phase, the outermost spans within it), in order."""
    found = []
    for span in (s for s in spans if s[3] == 0):
        if not found or span[1] >= found[-1][0][2]:
            found.append((span, []))
    ends = {}
    for name, start, end, thread in spans:
        phase = next((p for p in found if p[0][1] <= start < p[0][2]), None)
        if phase is None or phase[0] == (name, start, end, thread) or start < ends.get(thread, 0):
            continue
        phase[1].append((name, start, end))
        ends[thread] = end
    return found


def steps_of(phase, inner):
    """(name, durations) of each step, in the order in which they begin; together they take what the phase took."""
    steps = collections.OrderedDict()
    for name, start, end in inner:
        steps.setdefault(name, []).append(end - start)
    if not steps:
        return [(phase[0], [phase[2] - phase[1]])]
    count = sum(len(spans) for spans in steps.values())
    more = max(0, phase[2] - phase[1] - sum(sum(spans) for spans in steps.values())) / count
    return [(name, [span + more for span in spans]) for name, spans in steps.items()]


def replay(steps, cores):
    """How long the steps take on so many cores."""
    ready = [collections.deque() for _ in steps]
    ready[0].extend(range(len(steps[0][1])))
    done = [0] * len(steps)
    busy = [False] * len(steps)  # of serial steps
    running, now, free = [], 0.0, cores

    def start():
        nonlocal free
        for step in reversed(range(len(steps))):
            serial = steps[step][0] in SERIAL or len(steps[step][1]) == 1
            while free and ready[step] and not (serial and busy[step]):
                span = ready[step].popleft()
                busy[step] = serial
                free -= 1
                heapq.heappush(running, (now + steps[step][1][span], step))

    start()
    while running:
        now, step = heapq.heappop(running)
        free += 1
        busy[step] = False
        done[step] += 1
        if step + 1 < len(steps):
            before, behind = len(steps[step][1]), len(steps[step + 1][1])
            first = (done[step] - 1) * behind // before
            ready[step + 1].extend(range(first, done[step] * behind // before))
        start()
    return now


def alone_of(phases):
    """{what only one thread can do: its time}, and the time of all."""
    alone, total = collections.Counter(), 0
    for phase, inner in phases:
        for name, spans in steps_of(phase, inner):
            total += sum(spans)
            if name in SERIAL or len(spans) == 1:
                alone[name] += sum(spans)
    return alone, total


def serial_part(phases):
    """The share of all time in spans and phases that only one thread can do."""
    alone, total = alone_of(phases)
    return sum(alone.values()) / total


def summary(path, cores=(16, 64)):
    """Of the trace of one thread: the share and the seconds of what only one thread can do, the longest first, and how many times faster more cores are."""
    phases = phases_of(read_trace(path))
    steps = [steps_of(*phase) for phase in phases]
    alone, total = alone_of(phases)
    return {"serial": serial_part(phases), "seconds": total / 1e6, "alone": {name: time / 1e6 for name, time in alone.most_common()},
            "times": {str(count): total / sum(replay(of_phase, count) for of_phase in steps) for count in cores}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2, 16, 64])
    parser.add_argument("--check", nargs=2, metavar=("CORES", "TRACE"))
    arguments = parser.parse_args()
    spans = read_trace(arguments.trace)
    if {thread for _, _, _, thread in spans} != {0}:
        parser.error(f"{arguments.trace} is of more than one thread")
    phases = phases_of(spans)
    steps = [steps_of(*phase) for phase in phases]
    took = {cores: sum(replay(of_phase, cores) for of_phase in steps) for cores in sorted({1, *arguments.cores})}
    print(f"serial part {serial_part(phases):.1%}")
    for name, time in alone_of(phases)[0].most_common():
        print(f"  {name:24} {time / 1e6:8.3f} s")
    for cores, time in took.items():
        print(f"{cores:4} cores {time / 1e6:8.3f} s  {took[1] / time:5.1f} x")
    if not arguments.check:
        return 0
    cores, checked = int(arguments.check[0]), read_trace(arguments.check[1])
    measured = max(end for _, _, end, _ in checked) - min(start for _, start, _, _ in checked)
    predicted = sum(replay(of_phase, cores) for of_phase in steps)
    print(f"{cores} cores: predicted {predicted / 1e6:.3f} s, measured {measured / 1e6:.3f} s ({predicted / measured - 1:+.0%})")
    return 1 if abs(predicted / measured - 1) > MOST_DIFFERENCE else 0


if __name__ == "__main__":
    sys.exit(main())
