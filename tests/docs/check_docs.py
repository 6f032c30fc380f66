#!/usr/bin/env python3
"""Runs every command of README.md and docs/, and holds what they show against what the program makes.

usage: check_docs.py PROGRAM MAKE_ARCHIVE [FOLDER]

PROGRAM is dcmflow, MAKE_ARCHIVE makes the input, FOLDER is the root of the sources. docs/README.md, "How to read the
commands", says how a page writes them; not_run.txt beside this script lists those that need what a test has not.
Exit status 0: all is well; 1: a sentence about each fault; 2: usage.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_RUN = pathlib.Path(__file__).with_name("not_run.txt")
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT_CODE = re.compile(r"#.*\bexit code (\d+)")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
REMEDY = re.compile(r'RemedyRow\{\s*(\w+),\s*(\w+|"[^"]+")\}')
NAMED_TEXT = re.compile(r'constexpr std::string_view (\w+) =\s*("[^"]+");')
REASON = re.compile(r'ReasonRow\{\w+,\s*"(\w+)",\s*(\w+),\s*"([^"]+)"\}')
LIMIT = 120  # seconds a command
STOPPED = (0, 130, 143)  # exit codes of what a signal ended


def pages(root):
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def commands(text):
    """The commands of each block of `sh`: a line each, with those that follow a backslash."""
    for language, block in FENCE.findall(text):
        if language.split()[:1] == ["sh"]:
            lines = block.replace("\\\n", "").splitlines()
            yield from (line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def bare(command):
    """A command without its comment."""
    return re.sub(r"\s+# .*$", "", command)


def listed_not_run():
    lines = NOT_RUN.read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def is_ours(command):
    return re.match(r"(env |[A-Z_]+=\S+ )*dcmflow\b", command) is not None


class Desk:
    """Where the commands of a page run, one after the other: INPUT, and what they make."""

    def __init__(self, folder, program, archive, root):
        self.folder = pathlib.Path(folder)
        shutil.copytree(archive, self.folder / "INPUT")
        shutil.copytree(root / "test-data/dcm", self.folder / "test-data/dcm")
        shutil.copytree(root / "config", self.folder / "config", ignore=shutil.ignore_patterns("*.cpp", "*.h"))
        shutil.copytree(root / "docker/examples", self.folder / "docker/examples")
        (self.folder / "config/selection-rules.json").unlink(missing_ok=True)
        (self.folder / "rules.json").write_text('{"selections": [{"name": "ct", "conditions": {"Modality": "CT"}}]}')
        (self.folder / "bin").mkdir()
        (self.folder / "bin/dcmflow").symlink_to(pathlib.Path(program).resolve())
        kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        self.environment = kept | {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "HOME": folder, "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def start(self, command):
        return subprocess.Popen(["bash", "-c", f"set -o pipefail; {command}"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def fault(self, command):
        """Why a command is not as the page says, or None."""
        wanted = [int(code) for code in EXIT_CODE.findall(command)] or [0]
        stays = self.stays(command)
        line = bare(command)
        if stays:  # soon quiet, at a port that is free, and ended when all is made
            line = "exec " + re.sub(r"--settle [0-9.]+", "--settle 0.5", re.sub(r"(--listen \S*):\d+", r"\1:0", line))
            if line.startswith("exec dcmflow serve ") and "--listen" not in line:
                line += " --listen 127.0.0.1:0"
            wanted = STOPPED
        process = self.start(line)
        if stays:
            stays(process, line)
            process.send_signal(signal.SIGTERM)
        try:
            told, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"still at work after {LIMIT} s"
        if process.returncode not in wanted:
            return f"exit code {process.returncode}, the page says {wanted[0]}: {' / '.join(told.strip().splitlines()[-2:])}"
        return None

    def stays(self, command):
        """How to wait for a command that a signal ends; None for any other."""
        if command.startswith("dcmflow serve "):
            return lambda process, line: process.stdout.readline()
        return self.wait_for_marker if "--watch" in command else None

    def wait_for_marker(self, process, line):
        output = line.split()[3]  # exec dcmflow INPUT OUTPUT
        end = time.monotonic() + LIMIT
        while process.poll() is None and time.monotonic() < end and not (self.folder / output / "selected-images.json").exists():
            time.sleep(0.1)


def command_faults(page, text, make_desk, not_run):
    found = list(commands(text))
    to_run = [command for command in found if bare(command) not in not_run]
    if not to_run:
        return
    with tempfile.TemporaryDirectory(prefix="dcmflow-docs-") as folder:
        desk = make_desk(folder)
        for language, block in FENCE.findall(text):
            if written := re.search(r" as (\S+)$", language):
                (desk.folder / written[1]).write_text(block, encoding="utf-8")
        for command in to_run:
            fault = desk.fault(command)
            if fault:
                yield f"{page}: {command}: {fault}"
        for language, block in FENCE.findall(text):
            path = language.split()[1:2]
            if path and path != ["as"] and not language.startswith("sh"):
                yield from (f"{page}: {path[0]} has no line {line!r}, or not there" for line in lines_not_in(desk.folder / path[0], block))


def lines_not_in(path, sample):
    """Lines of a sample that do not stand in the file, in their order; … leaves something out."""
    if not path.is_file():
        return ["(no such file)"]
    rest = iter(path.read_text(encoding="utf-8").splitlines())
    missing = []
    for line in sample.splitlines():
        start, left_out, _ = line.partition("…")
        if start.strip() and not any(found.startswith(start) if left_out else found == line for found in rest):
            missing.append(line)
            break
    return missing


def list_faults(texts, not_run):
    """What is listed stands in a page, and is none of what can be run."""
    found = {bare(command) for text in texts for command in commands(text)}
    for command in sorted(not_run - found):
        yield f"{NOT_RUN.name}: no page has {command}"
    for command in sorted(not_run):
        if is_ours(command) and not command.startswith(("dcmflow slurm ", "dcmflow pull ")):  # which need a cluster, a server
            yield f"{NOT_RUN.name}: {command} can be run"


def word_faults(page, text, help_text):
    """Options that the text names with dcmflow exist; links lead somewhere; blocks are fenced."""
    for span in re.findall(r"`(dcmflow [^`]*)`", text):
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", span):
            if option not in help_text:
                yield f"{page}: {span}: dcmflow has no {option}"
    for target in LINK.findall(FENCE.sub("", text)):
        if not (page.parent / target).exists():
            yield f"{page}: nothing at {target}"
    for line in re.findall(r"^    (?:dcmflow|\./dev|build/release).*$", text, re.MULTILINE):
        yield f"{page}: {line.strip()}: a command stands in a block of sh, where it is run"


def reason_faults(root):
    """docs/reasons.md says of each code what the program says, and docs/troubleshooting.md what to do about it."""
    codes = REASON.findall((root / "stages/base/reasons.cpp").read_text(encoding="utf-8"))
    rows = (root / "docs/reasons.md").read_text(encoding="utf-8")
    help_rows = (root / "docs/troubleshooting.md").read_text(encoding="utf-8").replace("`", "")
    source = (root / "stages/base/remedies.cpp").read_text(encoding="utf-8")
    named = dict(NAMED_TEXT.findall(source))
    remedies = {code: named.get(text, text).strip('"') for code, text in REMEDY.findall(source)}
    if not codes:
        yield "stages/base/reasons.cpp: no reasons found"
    if len(remedies) != source.count("RemedyRow{"):
        yield "stages/base/remedies.cpp: not every remedy was found"
    for code, severity, text in codes:
        if f"| `{code}` | {severity} | {text}" not in rows:
            yield f"docs/reasons.md: no row | `{code}` | {severity} | {text} |"
        row = re.search(rf"^\| {code} \|.*$", help_rows, re.MULTILINE)
        if row is None:
            yield f"docs/troubleshooting.md: nothing about {code}"
        elif remedies.get(code, "") not in row[0]:
            yield f"docs/troubleshooting.md: {code}: the program says {remedies[code]!r}"


def option_faults(root, help_text):
    """docs/options.md names every option that --help lists."""
    text = (root / "docs/options.md").read_text(encoding="utf-8")
    for option in sorted(set(re.findall(r"^  (?:-\w, )?(--[a-z0-9][a-z0-9-]*)", help_text, re.MULTILINE))):
        if f"`{option}" not in text:
            yield f"docs/options.md: nothing about {option}"


def number_faults(root):
    """The numbers of the README's first screen stand in the page to which it points."""
    rows = re.findall(r"^\| (\*\*.*)\]\((docs/[^)]+)\) \|$", (root / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    if not rows:
        yield "README.md: no table of numbers"
    for row, page in rows:
        text = (root / page).read_text(encoding="utf-8")
        for number in re.findall(r"\*\*(.*?)\*\*", row):
            if number not in text:
                yield f"README.md: {number} is not in {page}"


def index_faults(root):
    """docs/README.md has a line for each page."""
    index = (root / "docs/README.md").read_text(encoding="utf-8")
    for page in pages(root)[1:]:
        if page.name != "README.md" and f"]({page.name})" not in index:
            yield f"docs/README.md: no line for {page.name}"


def all_faults(program, make_archive, root):
    texts = {page: page.read_text(encoding="utf-8") for page in pages(root)}
    not_run = listed_not_run()
    yield from list_faults(texts.values(), not_run)
    help_text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    yield from reason_faults(root)
    yield from option_faults(root, help_text)
    yield from number_faults(root)
    yield from index_faults(root)
    with tempfile.TemporaryDirectory(prefix="dcmflow-docs-") as folder:
        archive = os.path.join(folder, "archive")
        subprocess.run([make_archive, archive], check=True, capture_output=True)
        for page, text in texts.items():
            yield from word_faults(page, text, help_text)
            yield from command_faults(page, text, lambda desk: Desk(desk, program, archive, root), not_run)


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    faults = list(all_faults(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]) if len(sys.argv) == 4 else ROOT))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
