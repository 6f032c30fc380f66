#!/usr/bin/python3
"""Changes one source in small ways, and tells which changes its tests do not notice.

usage: tests/mutate_source.py SOURCE... [--most 40] [--seed 1] [--tests PROGRAM...] [--filter GTEST_FILTER] [--list]
Each mutant is one change by one of eleven operators. It is built in build/mutants and the test program of the source's folder (stages_tests for stages/…)
runs on it; for engine/…, those that run the program too, and the tests of the verb that the source serves (ctest's label of them).
Killed, when a test fails, it does not end in time, or it does not compile; survived otherwise. A survivor is a test to write, or a change
that means the same. The source is put back after each mutant, also on Ctrl-C; it must be without changes that are not committed.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
BUILD = os.path.join(ROOT, "build", "mutants")

# name → pattern and what it becomes. Spaces around an operator keep templates, pointers and references out.
OPERATORS = {
    "boundary": (r" (<|>|<=|>=) ", {"<": "<=", ">": ">=", "<=": "<", ">=": ">"}),
    "reverse": (r" (<|>|<=|>=) ", {"<": ">", ">": "<", "<=": ">=", ">=": "<="}),
    "equality": (r" (==|!=) ", {"==": "!=", "!=": "=="}),
    "junction": (r" (&&|\|\|) ", {"&&": "||", "||": "&&"}),
    "sum": (r" (\+|-) ", {"+": "-", "-": "+"}),
    "product": (r" (\*|/) ", {"*": "/", "/": "*"}),
    "constant": (r"(?<![\w.\"'])(\d+)(?![\w.\"'])", lambda text: str(int(text) + 1)),
    "truth": (r"\b(true|false)\b", {"true": "false", "false": "true"}),
    "condition": (r"\bif \((?!const|auto|std::|[A-Z])([^;{}]+)\)(?= |$)", lambda text: f"!({text})"),
    "extreme": (r"\b(min|max|continue|break|front|back|first_of|any_of|all_of)\b",
                {"min": "max", "max": "min", "continue": "break", "break": "continue", "front": "back", "back": "front", "any_of": "all_of", "all_of": "any_of"}),
    "statement": (r"^ +((?!return|const|auto|using|static|thread_local|break|continue|case|default|else|if|for|while|do|public|private)[\w:.>*-]+[^=;{}]*(?:= [^;{}]*)?;)$",
                  lambda _text: ";"),
}


def skipped(line):
    code = line.strip()
    return not code or code.startswith(("//", "#", "static_assert", "namespace", "template", "using", "case")) or '"' in code


def mutants_of(text):
    """(line number, operator, line after the change), in the order of the lines."""
    found = []
    for number, line in enumerate(text.split("\n")):
        if skipped(line):
            continue
        code = line.split("  //")[0]
        for name, (pattern, change) in OPERATORS.items():
            for match in re.finditer(pattern, code):
                old = match.group(1)
                new = change(old) if callable(change) else change.get(old)
                if new is not None and new != old:
                    found.append((number, name, line[:match.start(1)] + new + line[match.end(1):]))
    return found


def test_programs(source):
    folder = source.split("/")[0]
    return {"engine": ["engine_tests", "pipeline_tests", "regression_tests"]}.get(folder, [f"{folder}_tests"])


# ctest's label → how the names of the sources begin that its tests are for: they run the program as other programs see it.
LABELS = {
    "pull": ("pull", "dicomweb", "http", "load_http", "check_addresses"),
    "to_dicom": ("to_dicom", "check_target", "make_", "placed_", "paint_", "prepare_", "derived", "choose_prepared", "write_dataset"),
    "library": ("library/",),
}


def labels(source):
    folder, _, name = source.partition("/")
    return [label for label, begins in LABELS.items() if folder == "engine" and name.startswith(begins)]


def run(command, timeout):
    """Exit status; 124 when it takes too long."""
    try:
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=timeout, check=False).returncode
    except subprocess.TimeoutExpired:
        return 124


def judge(programs, of_verbs, settings):
    if run(["ninja", "-C", BUILD, *(["all"] if of_verbs else programs)], 3600) != 0:
        return "does not compile"
    commands = [[os.path.join(BUILD, "tests", program), "--gtest_brief=1", "--gtest_fail_fast"] for program in programs]
    if settings.filter:
        commands = [[*command, f"--gtest_filter={settings.filter}"] for command in commands]
    commands += [["ctest", "--test-dir", BUILD, "-L", f"^{label}$", "--stop-on-failure"] for label in of_verbs]
    for command in commands:
        status = run(command, settings.timeout)
        if status != 0:
            return "killed: not done in time" if status == 124 else "killed"
    return "SURVIVED"


def try_source(source, settings):
    path = os.path.join(ROOT, source)
    with open(path, encoding="utf-8") as file:
        original = file.read()
    mutants = mutants_of(original)
    chosen = sorted(random.Random(settings.seed).sample(mutants, min(settings.most, len(mutants))))
    programs = settings.tests or test_programs(source)
    of_verbs = [] if settings.tests else labels(source)
    if settings.list:
        for number, name, line in chosen:
            print(f"{source}:{number + 1}: {name}: {line.strip()}")
        return 0
    unchanged = judge(programs, of_verbs, settings)
    if unchanged != "SURVIVED":
        sys.exit(f"{source}: {' '.join(programs + of_verbs)} without any change: {unchanged}")
    survivors = 0
    try:
        for number, name, line in chosen:
            lines = original.split("\n")
            lines[number] = line
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines))
            verdict = judge(programs, of_verbs, settings)
            survivors += verdict == "SURVIVED"
            print(f"{verdict:16} {source}:{number + 1}: {name}: {line.strip()}", flush=True)
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(original)
    print(f"{source}: {len(chosen)} of {len(mutants)} mutants, {survivors} survived")
    return survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="+")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+")
    parser.add_argument("--filter", default="")
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--list", action="store_true")
    settings = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not settings.list:
        if subprocess.run(["git", "diff", "--quiet", "--", *settings.source], cwd=ROOT, check=False).returncode != 0:
            sys.exit("the sources have changes that are not committed")
        # No warnings: of what is changed some would be errors, as would false ones of -O1.
        configure = ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w", "--log-level=WARNING"]
        subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    survivors = sum(try_source(os.path.relpath(os.path.abspath(source), ROOT), settings) for source in settings.source)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
