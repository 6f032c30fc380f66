#!/usr/bin/python3
"""Which ramp cases dcmflow and other programs get right.

Makes the cases (make_ramp_cases), lets every program that is installed convert each of them to NIfTI, and judges what comes out by its own affine
(ramp_judge.py says how). Writes bench/ramp/<date>.json and .md, and the table of docs/geometry.md.
"""

import argparse
import collections
import datetime
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import ramp_judge  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BEGIN, END = "<!-- ramp:begin -->", "<!-- ramp:end -->"

# Commands for sh: $IN is the case, $OUT an empty folder, $BUILD where dcmflow was built. The options are those that help the program.
PROGRAMS = {
    "dcmflow": 'exec "$BUILD/dcmflow" "$IN" "$OUT" --format nii --log-level error',
    "dcm2niix": 'exec dcm2niix -z n -b n -f %j_%s -o "$OUT" "$IN"',
    "dicomtonifti": 'exec dicomtonifti --batch -r -s -o "$OUT" "$IN"',
    # Asks which series it is to take, where it sees several: the first and the second.
    "mrconvert": 'for i in 0 1; do printf "$i\\nq\\n" | timeout 5 mrconvert -quiet "$IN" "$OUT/image$i.nii"; done; true',
    "plastimatch": 'exec plastimatch convert --input "$IN" --output-img "$OUT/image.nii" --output-dose-img "$OUT/dose.nii"',
    "ITK recipe": 'exec "$BUILD/tests/itk_recipe" "$IN" "$OUT"',
}
NEEDS = {"dcmflow": "$BUILD/dcmflow", "ITK recipe": "$BUILD/tests/itk_recipe"}
VERSION_OPTION = {"ITK recipe": "$BUILD/tests/itk_recipe --version", "dcmflow": "$BUILD/dcmflow --version"}
TIMEOUT = 30
SHOWN = {"right": "right", "part": "part", "wrong": "**wrong**", "none": "none", "crashed": "**crashed**", "hung": "**hung**"}


def is_there(name, build):
    return shutil.which(NEEDS.get(name, name).replace("$BUILD", build)) is not None


def version(name, build):
    command = VERSION_OPTION.get(name, f"{name} --version").replace("$BUILD", build)
    done = subprocess.run(command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = re.search(r"v?\d+\.\d[\w.]*", done.stdout)
    return f"{name} {found.group(0).lstrip('v')}" if found else name


def run(command, case, out, build):
    """None, or how the program ended when it did not end by itself."""
    environment = {**os.environ, "IN": case, "OUT": out, "BUILD": build}
    with subprocess.Popen(["sh", "-c", command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "hung", f"{TIMEOUT} s"
    return ("crashed", signal.Signals(-status).name) if status < 0 else None


def convert(command, case, truth, build):
    with tempfile.TemporaryDirectory(prefix="ramp-out-") as out:
        ended = run(command, case, out, build)
        outcome, why = ramp_judge.judge(truth, out)
    return ended if ended and (outcome == "none" or not truth["images"]) else (outcome, why)


def all_results(folder, programs, build, only):
    rows = []
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as file:
            truth = json.load(file)
        if truth["options"] or (only and truth["name"] not in only):
            continue
        row = {key: truth[key] for key in ("name", "group", "rule")} | {"must_refuse": not truth["images"], "results": {}}
        for name in programs:
            outcome, why = convert(PROGRAMS[name], path.removesuffix(".json"), truth, build)
            row["results"][name] = {"outcome": outcome, "why": why}
        rows.append(row)
    return rows


def in_listed_order(rows, build):
    listed = subprocess.run([os.path.join(build, "test-data/make_ramp_cases"), "--list"], capture_output=True, text=True, check=True)
    order = {line.split("\t")[1]: place for place, line in enumerate(listed.stdout.splitlines())}
    groups = {}
    for row in sorted(rows, key=lambda row: order[row["name"]]):
        groups.setdefault(row["group"], []).append(row)
    return [row for group in groups.values() for row in group]


def summary_table(table):
    programs = list(table["programs"])
    lines = ["| rule | cases | " + " | ".join(programs) + " |", "|---|---|" + "---|" * len(programs)]
    groups = collections.Counter(row["group"] for row in table["cases"])

    def right(name, group=None):
        return sum(row["results"][name]["outcome"] == "right" for row in table["cases"] if group in (None, row["group"]))

    def cell(name, group):
        def count(*outcomes):
            return sum(row["results"][name]["outcome"] in outcomes for row in table["cases"] if row["group"] == group)
        return f"{right(name, group)} / {count('wrong')} / {count('part', 'none', 'crashed', 'hung')}"

    for group, cases in groups.items():
        lines.append(f"| {group} | {cases} | " + " | ".join(cell(name, group) for name in programs) + " |")
    lines.append(f"| **right, of all** | {len(table['cases'])} | " + " | ".join(f"**{right(name)}**" for name in programs) + " |")
    return "\n".join(lines)


def case_table(table, with_reasons):
    programs = list(table["programs"])
    lines = ["| case | | " + " | ".join(programs) + " |", "|---|---|" + "---|" * len(programs)]
    for row in table["cases"]:
        cells = []
        for name in programs:
            result = row["results"][name]
            why = result["why"].replace("|", "\\|").replace("\n", " ")
            cells.append(SHOWN[result["outcome"]] + (f": {why}" if with_reasons and why and result["outcome"] != "none" else ""))
        lines.append(f"| `{row['name']}` | {row['rule']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def head(table):
    missing = [name for name in PROGRAMS if name not in table["programs"]]
    return (f"{table['date']}, seed {table['seed']}: {', '.join(table['programs'].values())}." +
            (f" Not installed: {', '.join(missing)}." if missing else ""))


LEGEND = ("In each cell: right / wrong / neither: no image, or only some of what there is. Right means that every voxel has the value of the place at which the "
          "file's own affine puts it, and that the grid is neither smaller nor larger than the slices; axes in any order, volumes in any number of files, and "
          "true pieces of a series with gaps count as right. A series that cannot be converted truthfully is right when it is refused.")


def markdown(table):
    return "\n\n".join((f"# Ramp cases, {table['date']}", head(table), LEGEND, summary_table(table), "## Cases", case_table(table, True))) + "\n"


def page_block(table):
    return "\n\n".join((BEGIN, head(table), LEGEND, summary_table(table), "<details><summary>All cases</summary>", case_table(table, False), "</details>",
                        f"What was wrong, case by case: [bench/ramp/{table['date']}.md](../bench/ramp/{table['date']}.md).", END))


def update_page(path, table):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed, count = re.subn(f"{BEGIN}.*{END}", lambda _: page_block(table), text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{path}: {count} blocks between {BEGIN} and {END}, expected 1")
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)


def write(table, folder):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, table["date"])
    for extension, content in ((".json", json.dumps(table, indent=1, ensure_ascii=False) + "\n"), (".md", markdown(table))):
        with open(path + extension, "w", encoding="utf-8") as file:
            file.write(content)
    return path


def read_arguments():
    parser = argparse.ArgumentParser(prog="./dev ramp-table", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of the numbers in the cases (1)")
    parser.add_argument("--only", nargs="+", metavar="CASE", help="these alone; nothing is written, the reasons are printed")
    parser.add_argument("--programs", nargs="+", metavar="NAME", choices=list(PROGRAMS), default=list(PROGRAMS), help="these alone, likewise")
    parser.add_argument("--page", action="store_true", help="run nothing: put the newest table of bench/ramp into docs/geometry.md")
    parser.add_argument("--cases", metavar="FOLDER", help="keep the cases here (a temporary folder)")
    parser.add_argument("--build", metavar="FOLDER", default=os.path.join(ROOT, "build/release"), help="where dcmflow was built (build/release)")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    if arguments.page:
        newest = sorted(glob.glob(os.path.join(HERE, "ramp", "*.json")))[-1]
        with open(newest, encoding="utf-8") as file:
            return update_page(os.path.join(ROOT, "docs/geometry.md"), json.load(file))
    build = os.path.abspath(arguments.build)
    programs = {name: version(name, build) for name in arguments.programs if is_there(name, build)}
    with tempfile.TemporaryDirectory(prefix="ramp-cases-") as scratch:
        folder = arguments.cases or scratch
        subprocess.run([os.path.join(build, "test-data/make_ramp_cases"), folder, "--seed", str(arguments.seed)], check=True)
        rows = in_listed_order(all_results(folder, programs, build, arguments.only), build)
    table = {"date": datetime.date.today().isoformat(), "seed": arguments.seed, "programs": programs, "cases": rows}
    if arguments.only or len(arguments.programs) < len(PROGRAMS):
        print(case_table(table, True))
        print(summary_table(table))
        return None
    path = write(table, os.path.join(HERE, "ramp"))
    update_page(os.path.join(ROOT, "docs/geometry.md"), table)
    print(summary_table(table))
    print(f"\n{os.path.relpath(path)}.json, .md, docs/geometry.md")
    return None


if __name__ == "__main__":
    main()
