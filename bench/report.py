"""A run as JSON, as Markdown, and in docs/speed.md."""

import glob
import json
import math
import os
import re

from measure import Result
from workloads import WORKLOADS

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def judge(workload, results):
    """A row for each goal: what it is, the number, the limit, and whether it is met; `value` is None with `why` when it cannot be told."""
    rows = []
    for goal in workload.goals:
        row = {"goal": goal.text, "limit": limit_of(goal), "value": None, "shown": "", "met": None, "why": ""}
        rows.append(row)
        lacking = [f"{name}: {results[name].fault if name in results else 'not measured'}" for name in goal.programs
                   if name not in results or results[name].fault]
        if lacking:
            row["why"] = "; ".join(lacking)
            continue
        value = goal.value(results)
        if math.isnan(value):
            row["why"] = "not traced"
            continue
        row.update(value=value, shown=show(value, goal.unit), met=value <= goal.at_most if goal.at_least is None else value >= goal.at_least)
    return rows


def limit_of(goal):
    sign, limit = ("≥", goal.at_least) if goal.at_most is None else ("≤", goal.at_most)
    return f"{sign} {limit:g}{goal.unit.rstrip()}".replace("×", " ×")


def show(value, unit):
    digits = 3 if unit == "× " else 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{unit.rstrip()}".replace("×", " ×")


def throughput(result):
    return result.input_bytes / 1e6 / result.seconds


def seconds(value):
    return f"{value * 1e6:.1f} µs" if value < 1e-3 else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def rows_of(run):
    """(workload of the table, row of the run) in the order of the table."""
    by_name = {row["name"]: row for row in run["workloads"]}
    return [(workload, by_name[workload.name]) for workload in WORKLOADS if workload.name in by_name]


def title_of(row, results, run):
    """With what sets it apart from the run: how often it was measured, and of which program."""
    apart = []
    if results and len(results[0].wall) != run["runs"]:
        apart.append(f"{len(results[0].wall)} runs")
    if row.get("dcmflow", run["dcmflow"]) != run["dcmflow"]:
        apart.append(f"dcmflow {row['dcmflow']}")
    return row["title"] + (f" ({', '.join(apart)})" if apart else "")


def goal_table(run):
    lines = ["| workload | | dcmflow, s | goal | measured | |", "|---|---|---|---|---|---|"]
    for workload, row in rows_of(run):
        results = [Result.from_json(result) for result in row["results"]]
        title = title_of(row, results, run)
        subject = seconds(results[0].seconds) if results else ""
        for i, goal in enumerate(row["goals"]):
            start = f"| `{workload.name}` | {title} | {subject} " if i == 0 else "| | | "
            measured, met = (goal["shown"], "met" if goal["met"] else "**missed**") if goal["value"] is not None else (goal["why"], "–")
            lines.append(f"{start}| {goal['goal']} {goal['limit']} | {measured} | {met} |")
        if row.get("why"):
            lines.append(f"| `{workload.name}` | {row['title']} | | | {row['why']} | – |")
    return "\n".join(lines)


def program_table(run):
    lines = ["| workload | program | s | CPU s | MB/s | peak MB | images | |", "|---|---|---|---|---|---|---|---|"]
    for workload, row in rows_of(run):
        for result in map(Result.from_json, row["results"]):
            is_file = result.input_bytes > 0 and not any(p.is_benchmark for p in workload.programs if p.name == result.program)
            lines.append(f"| `{workload.name}` | {result.program} | {seconds(result.seconds)} | {sum(result.cpu) / len(result.cpu):.2f} "
                         f"| {f'{throughput(result):,.0f}' if is_file else ''} | {result.peak_memory / 1e6:.0f} | {result.images} | {result.fault} |")
    return "\n".join(lines)


def scaling_table(run):
    """What only one thread can do, and what follows for more cores."""
    lines = ["| workload | one thread, s | only one thread can do | of it | 16 cores | 64 cores |", "|---|---|---|---|---|---|"]
    for workload, row in rows_of(run):
        found = row["results"][0].get("scaling") if row["results"] else None
        if not found:
            continue
        longest = ", ".join(f"{name} {seconds(time)}" for name, time in list(found["alone"].items())[:3])
        lines.append(f"| `{workload.name}` | {seconds(found['seconds'])} | {100 * found['serial']:.1f} % | {longest} "
                     f"| {found['times']['16']:.1f} × | {found['times']['64']:.1f} × |")
    return "\n".join(lines) if len(lines) > 2 else ""


def threads_text(run):
    """What the serial part predicts, for the workloads that measure it."""
    lines = []
    for workload, row in rows_of(run):
        if not workload.name.startswith("threads_") or len(row["results"]) < 2:
            continue
        two, one = (Result.from_json(result) for result in row["results"])
        serial = 2 * two.seconds / one.seconds - 1
        outside = sum(one.outside_steps) / len(one.outside_steps) / one.seconds if one.outside_steps else float("nan")
        speed_up = [f"{n} cores {1 / (max(serial, 0) + (1 - max(serial, 0)) / n):.1f} ×" for n in (16, 64)]
        lines.append(f"`{workload.name}`: one thread {seconds(one.seconds)} s, two {seconds(two.seconds)} s; serial part s = 2·T2/T1 − 1 = "
                     f"{100 * serial:.1f} %, which predicts {', '.join(speed_up)} (Amdahl, storage permitting). With one thread, "
                     f"{100 * outside:.1f} % of the time passes outside of the steps (start, discovery, JSON; `report.json`).")
    return "\n\n".join(lines)


def machine_text(run):
    m = run["machine"]
    text = (f"{m['cpu']}, {m['cores']} cores, {m['memory_gb']} GB, Linux {m['kernel']}, {m['file_system']}; dcmflow {run['dcmflow']}, "
            f"{run['threads']} threads; median of {run['runs']} runs in turn, page cache warm. Peers: {', '.join(run['peers'].values())}.")
    return text + (f" Not installed: {', '.join(run['missing'])}." if run["missing"] else "")


def markdown(run, name):
    return "\n\n".join(part for part in (
        f"# {name}", machine_text(run), f"![Throughput]({name}.svg)", "## Goals", goal_table(run), "## Threads", threads_text(run), scaling_table(run),
        "## Programs", program_table(run)) if part) + "\n"


def page_block(run, name):
    return "\n\n".join(part for part in (BEGIN, f"{run['date']}: {machine_text(run)}", f"![Throughput by program](../bench/runs/{name}.svg)",
                                         goal_table(run), threads_text(run), scaling_table(run), f"All times, memory and images: [bench/runs/{name}.md]"
                                         f"(../bench/runs/{name}.md).", END) if part)


def newest_run(folder):
    """The run with the latest date, by its file name."""
    found = sorted(glob.glob(os.path.join(folder, "*.json")))
    return found[-1] if found else None


def update_page(page, run_file):
    with open(run_file, encoding="utf-8") as file:
        run = json.load(file)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    block = page_block(run, os.path.splitext(os.path.basename(run_file))[0])
    changed, count = re.subn(f"{BEGIN}.*{END}", lambda _: block, text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{page}: {count} blocks between {BEGIN} and {END}, expected 1")
    with open(page, "w", encoding="utf-8") as file:
        file.write(changed)
