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


def page_faults():
    """What the pages of the sources would be told of if a word of them were another."""
    changes = [
        ("docs/reasons.md", "| `truncated` | failed |", "| `truncated` | refused |", check_docs.reason_faults, "no row | `truncated`"),
        ("docs/troubleshooting.md", "| `disk_full` |", "| `disk_fill` |", check_docs.reason_faults, "nothing about disk_full"),
        ("docs/troubleshooting.md", "make room, or", "make noise, or", check_docs.reason_faults, "disk_full: the program says"),
        ("docs/options.md", "`--io-threads`", "`--oi-threads`", lambda root: check_docs.option_faults(root, "  --io-threads N  x"), "--io-threads"),
        ("README.md", "**217** of", "**218** of", check_docs.number_faults, "218 is not in"),
        ("docs/README.md", "](speed.md)", "](sped.md)", check_docs.index_faults, "no line for speed.md"),
    ]
    for page, old, new, find, word in changes:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for path in [*check_docs.pages(ROOT), *(ROOT / "stages/base").glob("rem*.cpp"), *(ROOT / "stages/base").glob("reas*.cpp")]:
                target = copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
            text = (copy / page).read_text(encoding="utf-8")
            (copy / page).write_text(text.replace(old, new), encoding="utf-8")
            found = list(find(copy))
            if old not in text or not any(word in fault for fault in found):
                yield f"{page} with {new!r}: expected a fault with {word!r}, found {found}"


def main():
    program, failures = sys.argv[1], list(page_faults())
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
