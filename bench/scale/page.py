"""What is predicted, as tables: on the terminal, and in the pages of docs/."""

import re

from model import QUANTITIES, STEPS, Cluster, Load, cost, limit, predict
from scale_plot import svg

SERIES_FILES, FILE_BYTES = 100, 2 * 512 * 512  # of the archives that are predicted: CT
FILES, NODES = (10 ** 6, 10 ** 7, 10 ** 8, 10 ** 9), (1, 10, 100, 1000)
QUIET = 0.05  # of the machine, that others may use while times are compared
AGREE = 0.15
BEGIN, END = "<!-- scale:begin -->", "<!-- scale:end -->"
STORAGES = {"a file server of 20,000 operations and 2 GB a second": {"operations": 20e3, "bandwidth": 2e9},
            "a parallel file system of 100,000 operations and 100 GB a second": {"operations": 100e3, "bandwidth": 100e9}}


def archive(files):
    return Load(files, files / SERIES_FILES, files * FILE_BYTES, files)


def duration(seconds):
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds)} s"


def number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def amount(value):
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if value >= size:
            return f"{number(value / size)} {unit}"
    return f"{number(value / 1e3)} KB"


def table(head, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def prediction_table(phases):
    rows = [[one.name, f"{one.processes:,}", duration(one.duration), one.limit, duration(one.cpu), amount(one.memory),
             f"{one.operations:,.0f}", amount(one.traffic)] for one in phases]
    total = sum(one.duration for one in phases)
    return table(["", "processes", "time", "limited by", "CPU time", "memory of one", "operations", "read and written"],
                 rows + [["all", "", duration(total), "", duration(sum(one.cpu for one in phases)), amount(max(one.memory for one in phases)),
                          f"{sum(one.operations for one in phases):,.0f}", amount(sum(one.traffic for one in phases))]])


def cost_table(costs, load):
    """Of a million files."""
    rows = []
    for step in STEPS:
        of = {quantity: cost(costs, step, quantity, load) for quantity in QUANTITIES}
        rows.append([{"scan": "scan, in one part", "shard": "shards, in all"}.get(step, step), f"{of['cpu']:,.0f}", f"{of['operations'] / 1e6:.2f} million", f"{of['syncs']:,.0f}",
                     amount(of["traffic"]), amount(cost(costs, step, "stored", load))])
    return table(["", "CPU seconds", "file-system operations", "syncs", "read and written", "kept"], rows)


def term_table(costs):
    rows = []
    for step in STEPS:
        cpu, memory, operations = (costs[step][quantity] for quantity in ("cpu", "memory", "operations"))
        rows.append([step, f"{cpu['start'] * 1e3:.0f} ms", f"{cpu['entry'] * 1e6:.1f} µs" if "entry" in cpu else "", f"{cpu['file'] * 1e6:.1f} µs", f"{cpu['series'] * 1e6:.0f} µs", f"{cpu['byte'] * 1e12:.0f} µs" if "byte" in cpu else "",
                     f"{memory['start'] / 1e6:.0f} MB + {memory['file']:,.0f} B a file",
                     ", ".join(f"{operations[term]:.0f} {'an' if term == 'entry' else 'a'} {term}" for term in ("entry", "file", "series") if term in operations)])
    return table(["a process of", "start", "an entry of a folder", "a file", "a series", "a MB of pixels", "memory", "file-system operations"], rows)


def error(one, name):
    return one[f"predicted_{name}"] / one[name] - 1


def check_table(checks):
    rows = []
    for one in checks:
        is_quiet = one["others"] <= QUIET
        rows.append([str(one["processes"]), f"{one['predicted_cpu']:.2f}", f"{one['cpu']:.2f}", f"{100 * error(one, 'cpu'):+.0f} %",
                     f"{one['predicted_seconds']:.2f}", f"{one['seconds']:.2f}",
                     f"{100 * error(one, 'seconds'):+.0f} %" if is_quiet else f"– (others used {100 * one['others']:.0f} % of the machine)"])
    return table(["processes at once", "CPU s, predicted", "measured", "", "s, predicted", "measured", ""], rows)


def grid(costs, storage):
    """(files, nodes) → the phases of a run, and what limits it."""
    found = {}
    for files in FILES:
        for nodes in NODES:
            cluster = Cluster(nodes, **storage)
            phases = predict(costs, archive(files), cluster)
            found[files, nodes] = phases, limit(phases, cluster)
    return found


def power(value):
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(len(str(value)) - 1))


def grid_table(found):
    rows = []
    for files in FILES:
        row = [f"{power(files)} ({amount(files * FILE_BYTES)})"]
        for nodes in NODES:
            phases, (step, resource) = found[files, nodes]
            row.append(f"{duration(sum(one.duration for one in phases))}: {step}, {resource}")
        rows.append(row)
    return table(["files", *(f"{nodes:,} node{'s' if nodes > 1 else ''}" for nodes in NODES)], rows)


def phase_table(found, nodes):
    rows = []
    for files in FILES:
        phases = found[files, nodes][0]
        rows.append([power(files), *(f"{one.processes:,}: {duration(one.duration)}, {amount(one.memory)}" for one in phases),
                     f"{sum(one.operations for one in phases):,.0f}", amount(sum(one.traffic for one in phases))])
    return table(["files", *(f"{step}: processes, time, memory of one" for step in STEPS), "operations", "read and written"], rows)


def machine_text(found):
    m, disk = found["machine"], found["disk"]
    return (f"{found['date']}, dcmflow {found['dcmflow']}: {m['cpu']}, {m['cores']} cores, Linux {m['kernel']}, archives in memory. A sync of a new file of 64 KB took "
            f"{disk['sync'] * 1e3:.1f} ms on the machine's disk, a rename {disk['rename'] * 1e6:.0f} µs.")


def page_block(found):
    costs = found["costs"]
    grids = {name: grid(costs, storage) for name, storage in STORAGES.items()}
    large = list(grids.values())[-1]
    series, slices, size = found["checks"][0]["shape"]
    return "\n\n".join((
        machine_text(found), term_table(costs),
        f"A million files in series of {SERIES_FILES}, of 512² pixels of 16 bits, to `nii`:", cost_table(costs, archive(10 ** 6)),
        f"Four shards of {series} series of {slices} files of {size}², which none of the costs come from; processes of one thread:", check_table(found["checks"]),
        "## What is predicted", *(part for name, cells in grids.items() for part in (f"On {name}: the time of all, the step that takes longest, and what by (memory: a process wants more than its node has):", grid_table(cells))),
        "The steps on 100 nodes, and the latter:", phase_table(large, 100), "![Time by nodes](scale.svg)"))


def cost_block(found):
    """For docs/shards.md."""
    beside = "" if all(one["others"] <= QUIET for one in found["checks"]) else ", beside other programs"
    return (f"A million files in series of {SERIES_FILES}, of 512² pixels of 16 bits, to `nii`: by archives of up to 20,000 files, measured on {found['machine']['cores']} cores "
            f"({found['date']}{beside}):\n\n{cost_table(found['costs'], archive(10 ** 6))}")


def point(nodes, phases, limited):
    """Of the plot."""
    return nodes, sum(one.duration for one in phases), limited[1] != "memory"


def replace_block(path, block):
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{block}\n\n{END}", text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{path}: {count} blocks between {BEGIN} and {END}, expected 1")
    return changed


def pages(root, found):
    """What each file of docs/ is to hold."""
    docs = root / "docs"
    cells = grid(found["costs"], list(STORAGES.values())[-1])
    lines = {files: [point(nodes, *cells[files, nodes]) for nodes in NODES] for files in FILES}
    return {docs / "scale.md": replace_block(docs / "scale.md", page_block(found)),
            docs / "shards.md": replace_block(docs / "shards.md", cost_block(found)),
            docs / "scale.svg": svg({f"{power(files)} files": points for files, points in lines.items()})}


def update_pages(root, found):
    for path, text in pages(root, found).items():
        path.write_text(text, encoding="utf-8")
