"""What a run in shards takes, from measured costs: time, memory and file-system operations of scan, plan, shards and merge, and what limits each.

Arithmetic alone; bench/scale/measure.py measures the costs. A cost is linear: so much for the start of a process, for each file, series (one image
each, here) and byte of pixels. A process has one core, and waits beside its work. All share one file server, which gives so many operations and
bytes a second. Whichever of cores, waits, operations and bytes takes longest is the time of a step.
"""

import math
from dataclasses import dataclass

STEPS = ("scan", "plan", "shard", "merge")
# Of one process. cpu: seconds; memory: bytes, resident; operations: system calls that name a file, or list a folder; syncs: of files and folders;
# traffic: bytes read and written; stored: bytes that it leaves on the disk.
QUANTITIES = ("cpu", "memory", "operations", "syncs", "traffic", "stored")
WAITERS = 32  # requests that a process has under way: --io-threads
SHARD_SECONDS = 300  # a shard is to take about so long: a start is nothing beside it, and what a dead node loses is little
MOST_SHARDS = 100_000  # config/shard_words.h


@dataclass(frozen=True)
class Load:
    """What a process works at."""
    files: float
    series: float
    pixel_bytes: float
    entries: float = 0  # of the folders that a scan lists

    def part(self, parts):
        return Load(self.files / parts, self.series / parts, self.pixel_bytes / parts)

    def scanned(self, parts):
        """Of one part: it lists every folder, finds files of every series, and reads its own."""
        return Load(self.files / parts, self.series, self.pixel_bytes, self.files)

    def terms(self, step, quantity):
        """What a cost is linear in. Pixels pass through shards alone, slab by slab, so memory and calls do not grow with them."""
        if quantity == "memory":
            return {"start": 1, "file": self.files}
        terms = {"start": 1, "file": self.files, "series": self.series}
        if step == "scan":
            return {**terms, "entry": self.entries}
        return {**terms, "byte": self.pixel_bytes} if step == "shard" and quantity in ("cpu", "traffic", "stored") else terms


@dataclass(frozen=True)
class Cluster:
    nodes: int
    cores: int = 16  # of each node; a process each
    memory: float = 64e9  # of each node
    link: float = 3e9  # bytes a second, of each node
    operations: float = 20_000  # that the file server gives in a second
    bandwidth: float = 2e9  # bytes a second, of the file server
    operation_seconds: float = 0.0005  # until it answers
    sync_seconds: float = 0.005

    @property
    def slots(self):
        return self.nodes * self.cores


@dataclass(frozen=True)
class Phase:
    """One of plan, shards, merge: the seconds that each resource alone would take, and the memory of one process."""
    name: str
    processes: int
    seconds: dict  # by resource
    memory: float
    operations: float
    traffic: float
    cpu: float

    @property
    def limit(self):
        return max(self.seconds, key=self.seconds.get)

    @property
    def duration(self):
        return self.seconds[self.limit]


def cost(costs, step, quantity, load):
    return sum(costs[step][quantity][term] * amount for term, amount in load.terms(step, quantity).items())


def share(costs, load, cluster):
    """Into how many shards a run is best divided: each about SHARD_SECONDS long, and at least one for each process that can run at once."""
    wanted = cost(costs, "shard", "cpu", load) / SHARD_SECONDS
    return int(min(max(cluster.slots, math.ceil(wanted), 1), MOST_SHARDS, max(load.series, 1)))


def phase(costs, step, load, cluster, processes=1, at_once=1):
    """`load` is divided among the processes, of which so many run at once."""
    part = load.scanned(processes) if step == "scan" else load.part(processes)
    rounds = math.ceil(processes / at_once)
    of_one = {quantity: cost(costs, step, quantity, part) for quantity in QUANTITIES}
    # Processes of one machine slow each other down: caches and memory are shared.
    crowded = costs["beside_another"] if min(at_once, cluster.cores) > 1 else 1
    nodes = min(cluster.nodes, at_once)
    waits = (of_one["operations"] * cluster.operation_seconds + of_one["syncs"] * cluster.sync_seconds) / WAITERS
    return Phase(step, processes,
                 {"cores": rounds * of_one["cpu"] * crowded,
                  "waits": rounds * waits,
                  "metadata": processes * of_one["operations"] / cluster.operations,
                  "network": processes * of_one["traffic"] / min(cluster.bandwidth, nodes * cluster.link)},
                 of_one["memory"], processes * of_one["operations"], processes * of_one["traffic"], processes * of_one["cpu"])


def predict(costs, load, cluster, shards=None):
    """The phases, one behind the other; the scan in as many parts as make it shortest."""
    shards = shards or share(costs, load, cluster)
    scans = (phase(costs, "scan", load, cluster, parts, parts) for parts in powers_of_two(cluster.slots))
    return (min(scans, key=lambda one: one.duration),
            phase(costs, "plan", load, cluster),
            phase(costs, "shard", load, cluster, shards, min(shards, cluster.slots)),
            phase(costs, "merge", load, cluster))


def powers_of_two(most):
    return [1 << i for i in range(most.bit_length())]


def limit(phases, cluster):
    """What a run of these phases is limited by: (phase, resource), of the longest; memory, where a process does not fit into a node."""
    for one in phases:
        at_once = cluster.cores if one.processes > 1 else 1
        if one.memory * at_once > cluster.memory:
            return one.name, "memory"
    longest = max(phases, key=lambda one: one.duration)
    return longest.name, longest.limit


def fit(rows, measured):
    """The costs of each term (>= 0) that come nearest, relatively, to what was measured: rows are Load.terms() of one quantity."""
    terms = list(rows[0])
    while True:
        found = dict(zip(terms, _least_squares([[row[term] / value for term in terms] for row, value in zip(rows, measured)])))
        least = min(found, key=lambda term: found[term] * max(row[term] for row in rows))
        if found[least] >= 0 or len(terms) == 1:
            return {term: max(found.get(term, 0.0), 0.0) for term in rows[0]}
        terms.remove(least)


def _least_squares(rows):
    """x that brings rows · x nearest to 1: the normal equations, by elimination."""
    size = len(rows[0])
    scale = [max(abs(row[i]) for row in rows) or 1 for i in range(size)]
    rows = [[value / scale[i] for i, value in enumerate(row)] for row in rows]
    system = [[sum(row[i] * row[j] for row in rows) for j in range(size)] + [sum(row[i] for row in rows)] for i in range(size)]
    for i in range(size):
        best = max(range(i, size), key=lambda k: abs(system[k][i]))
        system[i], system[best] = system[best], system[i]
        for k in range(size):
            if k != i and system[i][i] != 0:
                factor = system[k][i] / system[i][i]
                system[k] = [a - factor * b for a, b in zip(system[k], system[i])]
    return [row[-1] / row[i] / scale[i] if row[i] else 0.0 for i, row in enumerate(system)]
