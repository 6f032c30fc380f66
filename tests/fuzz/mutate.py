#!/usr/bin/python3
"""Changes whole archives as damage, writers with faults and attackers do, and lets the program convert what comes out.

usage: tests/fuzz/mutate.py PROGRAM ARCHIVE... [--files 2000] [--seed 1] [--keep FOLDER]
Best with a program with sanitizers (build/asan/dcmflow). The files of ARCHIVE are read as data sets, so that a change hits an element, a length, a
sequence or a UID, not only a byte. After each round: no signal, no sanitizer, an exit code that docs/options.md lists and that is not 70; report.json tells
of each file once, none is an internal_error; no temporary file is left. A seed gives the same files everywhere; that of a round that fails is printed,
and its input stays in --keep. Exit status 1 when a round failed.
"""

import argparse
import gzip
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass

LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
TEXT = {b"AE", b"AS", b"CS", b"DA", b"DS", b"DT", b"IS", b"LO", b"LT", b"PN", b"SH", b"ST", b"TM", b"UI"}
UNDEFINED = 0xFFFFFFFF
EXIT_CODES = {0, 4, 5, 6, 7}
ROUND = 100  # files that are converted at once
NUMBERS = ["0", "-1", "1", "1e300", "-0", "nan", "65536", "2147483648", "0.1", "1\\2", "", "\\", "1e-320", "999999999999", "x"]


@dataclass
class Element:
    at: int  # of its tag
    tag: int
    vr: bytes
    length_at: int
    length_bytes: int
    value: int
    end: int
    depth: int


def elements_of(data, begin, end, depth, found, most=4000):
    """The elements of an explicit little endian data set, those of items behind their sequence; as far as they can be read."""
    at = begin
    while at + 8 <= end and len(found) < most:
        group, element = struct.unpack_from("<HH", data, at)
        tag = group << 16 | element
        vr = bytes(data[at + 4:at + 6])
        if group == 0xFFFE:
            length_at, size, value = at + 4, 4, at + 8
        elif vr in LONG:
            length_at, size, value = at + 8, 4, at + 12
        elif vr.isalpha() and vr.isupper():
            length_at, size, value = at + 6, 2, at + 8
        else:
            return
        if value > end:
            return
        length = int.from_bytes(data[length_at:length_at + size], "little")
        inside = end if length == UNDEFINED and size == 4 else min(end, value + length)
        found.append(Element(at, tag, vr, length_at, size, value, inside, depth))
        if (vr == b"SQ" or tag == 0xFFFEE000 or (length == UNDEFINED and size == 4)) and depth < 8 and tag != 0x7FE00010:
            elements_of(data, value, inside, depth + 1, found, most)
        if length == UNDEFINED and size == 4:
            return
        at = inside


class File:
    def __init__(self, data):
        self.data = bytearray(data)
        self.elements = []
        if self.data[128:132] == b"DICM":
            elements_of(self.data, 132, len(self.data), 0, self.elements)

    def pick(self, rng, wanted=lambda e: True):
        chosen = [e for e in self.elements if wanted(e)]
        return rng.choice(chosen) if chosen else None


# A change takes (file, rng, others) and returns the bytes of the changed file; others are the bytes of all files.
def flip(file, rng, _others):
    data = file.data
    for _ in range(rng.choice([1, 1, 2, 8])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def cut(file, rng, _others):
    element = file.pick(rng)
    at = rng.choice([element.at, element.value, (element.value + element.end) // 2]) if element else rng.randrange(len(file.data))
    return file.data[:at]


def change_length(file, rng, _others):
    element = file.pick(rng)
    if element is None:
        return flip(file, rng, _others)
    most = (1 << 8 * element.length_bytes) - 1
    now = int.from_bytes(file.data[element.length_at:element.length_at + element.length_bytes], "little")
    length = rng.choice([0, 1, now + 1, now - 1, now * 2, most, most - 1, most // 2, len(file.data)]) & most
    file.data[element.length_at:element.length_at + element.length_bytes] = length.to_bytes(element.length_bytes, "little")
    return file.data


def change_vr(file, rng, _others):
    element = file.pick(rng, lambda e: e.tag >> 16 != 0xFFFE)
    if element is not None:
        file.data[element.at + 4:element.at + 6] = rng.choice(sorted(LONG | TEXT) + [b"US", b"FD", b"ZZ", b"\0\0"])
    return file.data


def remove(file, rng, _others):
    element = file.pick(rng)
    return file.data if element is None else file.data[:element.at] + file.data[element.end:]


def repeat(file, rng, _others):
    element = file.pick(rng, lambda e: e.end - e.at < 1 << 16)
    if element is None:
        return file.data
    return file.data[:element.at] + file.data[element.at:element.end] * rng.choice([2, 2, 3, 50]) + file.data[element.end:]


def exchange(file, rng, _others):
    one, other = sorted((file.pick(rng) or Element(0, 0, b"", 0, 0, 0, 0, 0) for _ in range(2)), key=lambda e: e.at)
    if one.end > other.at:
        return file.data
    data = file.data
    return data[:one.at] + data[other.at:other.end] + data[one.end:other.at] + data[one.at:one.end] + data[other.end:]


def set_value(data, element, value):
    value = value[:0xFFFE]
    value += b" " * (len(value) % 2)
    length = len(value).to_bytes(element.length_bytes, "little")
    return data[:element.length_at] + length + data[element.length_at + element.length_bytes:element.value] + value + data[element.end:]


def set_number(file, rng, _others):
    element = file.pick(rng, lambda e: e.vr in {b"DS", b"IS", b"FD", b"FL", b"US", b"SS", b"UL", b"SL"} and e.tag >> 16 > 2)
    if element is None:
        return file.data
    if element.vr in {b"DS", b"IS"}:
        old = bytes(file.data[element.value:element.end]).split(b"\\")
        old[rng.randrange(len(old))] = rng.choice(NUMBERS).encode()
        return set_value(file.data, element, b"\\".join(old))
    bits = rng.choice([0, 1, 0xFF, 0x7F, 0x80])
    file.data[element.value:element.end] = bytes([bits]) * (element.end - element.value)
    return file.data


def take_value(file, rng, others):
    """A text of another file under the same tag: UIDs, positions and numbers that collide."""
    element = file.pick(rng, lambda e: e.vr in TEXT and e.depth == 0 and e.tag >> 16 > 2)
    other = File(rng.choice(others))
    donor = other.pick(rng, lambda e: element is not None and e.tag == element.tag and e.depth == 0)
    if donor is None:
        return file.data
    return set_value(file.data, element, bytes(other.data[donor.value:donor.end]))


def take_element(file, rng, others):
    """An element of another file, a sequence too, put before one of this."""
    other = File(rng.choice(others))
    donor = other.pick(rng, lambda e: e.end - e.at < 1 << 16)
    place = file.pick(rng)
    if donor is None or place is None:
        return file.data
    return file.data[:place.at] + other.data[donor.at:donor.end] + file.data[place.at:]


def splice(file, rng, others):
    other = rng.choice(others)
    return file.data[:rng.randrange(len(file.data))] + other[rng.randrange(len(other)):]


def damage_pixels(file, rng, _others):
    element = file.pick(rng, lambda e: e.tag == 0x7FE00010)
    if element is None or element.end <= element.value:
        return file.data
    for _ in range(rng.choice([1, 4, 64])):
        file.data[rng.randrange(element.value, element.end)] = rng.randrange(256)
    return file.data


def change_syntax(file, rng, _others):
    element = file.pick(rng, lambda e: e.tag == 0x00020010)
    if element is None:
        return file.data
    uids = [b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.80",
            b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.5", b"1.2.840.10008.1.2.4.100", b"1.2.3"]
    return set_value(file.data, element, rng.choice(uids))


def without_preamble(file, _rng, _others):
    return file.data[132:] or file.data


def in_gzip(file, rng, _others):
    packed = bytearray(gzip.compress(bytes(file.data), mtime=0))
    return packed[:rng.randrange(len(packed))] if rng.random() < 0.3 else packed


def with_tail(file, rng, _others):
    return file.data + bytes(rng.randrange(256) for _ in range(rng.choice([1, 2, 100])))


CHANGES = [flip, cut, change_length, change_length, change_vr, remove, remove, repeat, exchange, set_number, set_number, set_number, take_value, take_value,
           take_element, splice, damage_pixels, damage_pixels, change_syntax, without_preamble, in_gzip, with_tail]


def mutate(data, rng, others):
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if not data:
            break
        data = bytes(rng.choice(CHANGES)(File(data), rng, others))
    return data


def faults_of(run, folder, names, told_of):
    """What is wrong with a run, in words. Counts in `told_of` what became of the files."""
    faults = []
    if run.returncode not in EXIT_CODES:
        faults.append(f"exit status {run.returncode}")
    for sign in ("Sanitizer", "runtime error:", "internal error"):
        if sign in run.stderr:
            faults.append(f"'{sign}' on standard error: {run.stderr[-2000:]}")
    left = [name for name in os.listdir(folder) if name.endswith(".part") or (name.startswith(".") and name != ".dcmflow" and os.path.getsize(os.path.join(folder, name)))]
    if left:
        faults.append(f"left behind: {left[:3]}")
    report = os.path.join(folder, "report.json")
    if run.returncode in (0, 6, 7):
        with open(report, encoding="utf-8") as file:
            told = json.load(file)
        told_of.update(row["disposition"] for row in told["files"])
        counts = Counter(row["name"] for row in told["files"])
        missing, twice = names - set(counts), [name for name, count in counts.items() if count > 1]
        if missing or twice or set(counts) - names:
            faults.append(f"report.json: {len(missing)} files are missing, {len(twice)} are told twice, {len(set(counts) - names)} are unknown")
        internal = [row["name"] for row in told["files"] if row["disposition"] == "internal_error"]
        if internal:
            faults.append(f"internal_error: {internal[:5]}")
    return faults


def convert_round(program, files, seed, keep, timeout, told_of):
    """Mutates the files, which are (name, bytes), and converts them. What is wrong, in words."""
    rng = random.Random(seed)
    others = [data for _, data in files]
    with tempfile.TemporaryDirectory() as folder:
        source, output = os.path.join(folder, "in"), os.path.join(folder, "out")
        os.mkdir(source)
        os.mkdir(output)
        names = set()
        for name, data in files:
            # Some stay as they are: the healthy must not suffer from their neighbours.
            changed = data if rng.random() < 0.1 else mutate(data, rng, others)
            with open(os.path.join(source, name), "wb") as file:
                file.write(changed)
            names.add(name)
        options = [source, output, "--format", rng.choice(["mhd", "nii", "nii.gz", "nrrd"]), "--threads", rng.choice(["1", "2", "4"])]
        options += rng.choice([[], ["--keep-stored"], ["--real-world"], ["--suv", "bw"], ["--on-missing", "split"], ["--on-missing", "keep"], ["--allow-no-geometry"], ["--bids"],
                               ["--on-tilt", "reject"], ["--on-irregular", "split"]])
        try:
            run = subprocess.run([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", timeout=timeout, check=False,
                                 env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
            faults = faults_of(run, output, names, told_of)
        except subprocess.TimeoutExpired:
            faults = [f"not done after {timeout} s"]
        if faults and keep:
            shutil.copytree(source, os.path.join(keep, str(seed)), dirs_exist_ok=True)
        return [f"{fault}   ({' '.join(options[2:])})" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("archive", nargs="+")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--timeout", type=int, default=300)
    settings = parser.parse_args()
    originals = []
    for archive in settings.archive:
        for folder, folders, names in os.walk(archive):
            folders.sort()
            for name in sorted(name for name in names if not name.endswith(".json")):
                with open(os.path.join(folder, name), "rb") as file:
                    originals.append(file.read())
    originals = [data for data in originals if 0 < len(data) < 1 << 20]
    if not originals:
        sys.exit(f"{' '.join(settings.archive)}: no file of 1 byte to 1 MiB; expected an archive of small files")
    done, failed, seed, told_of = 0, 0, settings.seed, Counter()
    while done < settings.files:
        # Neighbours stay together: they are a series.
        count = min(ROUND, len(originals), settings.files - done)
        first = (seed * ROUND) % len(originals)
        files = [(f"{i:05}.dcm", originals[(first + i) % len(originals)]) for i in range(count)]
        faults = convert_round(settings.program, files, seed, settings.keep, settings.timeout, told_of)
        for fault in faults:
            print(f"seed {seed}, {count} files: {fault}")
        failed += bool(faults)
        done += count
        seed += 1
    print(f"{done} files, {seed - settings.seed} rounds, {failed} failed; {', '.join(f'{count} {name}' for name, count in told_of.most_common())}")
    # Damage that lets nothing through, or everything, proves nothing.
    return 0 if not failed and len(told_of) > 1 and told_of["converted"] else 1


if __name__ == "__main__":
    sys.exit(main())
