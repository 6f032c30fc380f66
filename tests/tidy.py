#!/usr/bin/env python3
"""clang-tidy over all sources, in batches: tidy.py BUILD [SOURCE...]

clang-tidy spends its time on the headers of the standard library, not on ours: a file that includes eight sources of one folder costs hardly more than
one of them. Sources whose names clash in one translation unit are halved until they do not. A batch is not checked again until something that it could
depend on has changed: build/lint/good remembers.
"""
import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["bench", "config", "engine", "stages", "test-data", "tests"]
# Debian's ITK headers are made for g++ alone: clang cannot read the sources that include them. The fuzz targets have a build of their own.
UNREADABLE = ("stages/formats/itk/", "stages/prepare/itk/", "tests/support/image_reader.cpp", "tests/support/resample_recipe.cpp", "tests/ramp/itk_recipe.cpp")
TOGETHER = 8
# Names of sources that are checked together may hide each other; g++ warns where one does so by itself.
CLANG_ONLY = ["-Wno-unknown-warning-option", "-Wno-shadow", "-Wthread-safety"]


def is_checked(source):
    return not source.startswith(UNREADABLE) and not (source.startswith("tests/fuzz/") and source.endswith("_fuzz.cpp"))


def sources_with_flags(build, wanted):
    """(source, flags) of every source of ours, with g++'s own warning options in its flags."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = os.path.relpath(entry["file"], ROOT)
        if source.split("/")[0] not in FOLDERS or not is_checked(source) or (wanted and source not in wanted):
            continue
        words = shlex.split(entry["command"])[1:]
        found[source] = tuple(words[: words.index("-o")])
    return sorted(found.items())


def batches(sources):
    folder_and_flags = lambda entry: (os.path.dirname(entry[0]), entry[1])
    for (_, flags), group in itertools.groupby(sorted(sources, key=folder_and_flags), key=folder_and_flags):
        names = [name for name, _ in group]
        for first in range(0, len(names), TOGETHER):
            yield names[first : first + TOGETHER], flags


def headers_state():
    """A hash of all that any source may depend on."""
    state = hashlib.sha256()
    headers = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.h"))
    for path in [ROOT / ".clang-tidy", ROOT / "CMakeLists.txt", *headers]:
        state.update(path.read_bytes())
    return state.hexdigest()


class Tidy:
    def __init__(self, build):
        self.build = build
        self.headers = headers_state()
        (build / "good").mkdir(exist_ok=True)
        (build / "batches").mkdir(exist_ok=True)

    def check(self, names, flags):
        """What clang-tidy says of these sources; empty when it is content."""
        state = hashlib.sha256(repr((self.headers, flags, CLANG_ONLY, [(name, (ROOT / name).read_bytes()) for name in names])).encode()).hexdigest()
        stamp = self.build / "good" / state
        if stamp.exists():
            return ""
        together = self.build / "batches" / f"{state}.cpp"
        together.write_text("".join(f'#include "{ROOT / name}"  // NOLINT(bugprone-suspicious-include)\n' for name in names))
        options = [*flags, *CLANG_ONLY]
        if len(names) > 1 and subprocess.run(["clang++", "-fsyntax-only", "-w", *options, together], cwd=self.build, capture_output=True).returncode:
            said = self.check(names[: len(names) // 2], flags) + self.check(names[len(names) // 2 :], flags)
        else:
            said = self.said_of(names, [f"--config-file={ROOT / '.clang-tidy'}", together, "--", *options])
        if not said:
            stamp.touch()
        return said

    def said_of(self, names, arguments):
        print("clang-tidy", *names, flush=True)
        run = subprocess.run(["clang-tidy", "--quiet", *arguments], cwd=self.build, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return (run.stdout or f"clang-tidy failed on {' '.join(names)}\n") if run.returncode else ""


def main(build, wanted):
    build = (ROOT / build).resolve()
    tidy = Tidy(build)
    sources = sources_with_flags(build, wanted)
    print(f"clang-tidy: {len(sources)} sources", flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda batch: tidy.check(*batch), batches(sources)))
    print("".join(said), end="")
    return 1 if any(said) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], set(sys.argv[2:])))
