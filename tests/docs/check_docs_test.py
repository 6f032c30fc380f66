#!/usr/bin/env python3
"""Whether check_docs.py finds each fault: pages of its own, one change each.

usage: check_docs_test.py PROGRAM
"""
import pathlib
import subprocess
import sys
import tempfile

import check_docs

ROOT = check_docs.ROOT

SOUND = """# Page
```json as rules.json
{"selections": [{"name": "mr", "conditions": {"Modality": "MR"}}]}
```

```sh
dcmflow INPUT OUTPUT --rules rules.json   # a comment
dcmflow INPUT OTHER --format none         # exit code 2
dcmflow INPUT LIVE --watch --settle 10
```

```json OUTPUT/selected-images.json
{
  "mr": {
…
```

[README](../README.md), `dcmflow INPUT --strict`
"""

# What is put in the place of what, and a word of the fault that must be told.
CHANGES = [
    ("a command that fails", "--rules rules.json", "--rules nowhere.json", "exit code 3"),
    ("a command that should fail", "--format none ", "--format nii ", "the page says 2"),
    ("an option that a watch refuses", "--settle 10", "--settle 10 --dry-run", "exit code 2"),
    ("a program that is not there", "dcmflow INPUT OUTPUT --rules", "dcmfloww INPUT OUTPUT --rules", "exit code 127"),
    ("rules that select something else", '"name": "mr"', '"name": "ct"', "has no line"),
    ("a sample of a file that is not there", "json OUTPUT/selected", "json OUTPUT/chosen", "no such file"),
    ("a sample with a line too many", '"mr": {', '"mr": {\n  "ct": {', "has no line"),
    ("an option that there is not", "--strict`", "--stricter`", "dcmflow has no --stricter"),
    ("a link to nowhere", "../README.md", "../READYOU.md", "nothing at"),
    ("a command outside of a block", "[README]", "    dcmflow INPUT OUTPUT\n\n[README]", "stands in a block"),
]


def faults_of(text, program, folder):
    page = pathlib.Path(folder) / "docs/page.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(text, encoding="utf-8")
    (page.parent.parent / "README.md").touch()
    help_text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    yield from check_docs.word_faults(page, text, help_text)
    yield from check_docs.command_faults(page, text, lambda desk: check_docs.Desk(desk, program, ROOT / "test-data/dcm", ROOT), set())


def list_faults():
    yield "stands in no page", list(check_docs.list_faults([SOUND], {"docker run dcmflow"})), "no page has"
    yield "is ours", list(check_docs.list_faults(["```sh\ndcmflow INPUT OUTPUT\n```\n"], {"dcmflow INPUT OUTPUT"})), "can be run"


def main():
    program, failures = sys.argv[1], []
    with tempfile.TemporaryDirectory() as folder:
        failures += [f"a sound page: {fault}" for fault in faults_of(SOUND, program, folder)]
        for name, old, new, word in CHANGES:
            found = list(faults_of(SOUND.replace(old, new, 1), program, folder))
            if SOUND.count(old) < 1 or not any(word in fault for fault in found):
                failures.append(f"{name}: expected a fault with {word!r}, found {found}")
    failures += [f"a listed command that {name}: found {found}" for name, found, word in list_faults() if not any(word in fault for fault in found)]
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
