#!/usr/bin/env python3
"""Compares <file>.dcm.json of a folder, as dcmflow wrote it, with what pydicom makes of <file>.dcm.

usage: compare_dicom_json.py FOLDER

Not compared: bulk data, which dcmflow leaves out, Specific Character Set, which dcmflow says is UTF-8, and
whether a value is null or missing. Numbers that one of them writes as text count as numbers.
Exit status 0: all agree; 1: some do not; 77: there is no pydicom.
"""
import json
import pathlib
import struct
import sys

try:
    import pydicom
except ImportError:
    sys.exit(77)

BULK = ("7FE00008", "7FE00009", "7FE00010")


def as_number(vr, value):
    if vr in ("DS", "IS", "SV", "UV", "FD", "FL") and value is not None:
        value = float(value)
        return struct.unpack("<f", struct.pack("<f", value))[0] if vr == "FL" else value
    return value


def values_of(attribute):
    return [as_number(attribute["vr"], value) for value in attribute.get("Value", [])]


def differences(where, ours, theirs):
    for tag in sorted(set(ours) | set(theirs)):
        if tag in BULK or tag == "00080005":
            continue
        mine, other = ours.get(tag), theirs.get(tag)
        if mine is None or other is None or mine["vr"] != other["vr"]:
            yield f"{where}{tag}: {mine}, pydicom {other}"
        elif mine["vr"] == "SQ":
            one, two = mine.get("Value", []), other.get("Value", [])
            if len(one) != len(two):
                yield f"{where}{tag}: {len(one)} items, pydicom {len(two)}"
            for i, (a, b) in enumerate(zip(one, two)):
                yield from differences(f"{where}{tag}[{i}].", a, b)
        elif (values_of(mine) or [None]) != (values_of(other) or [None]) or \
                mine.get("InlineBinary", "") != other.get("InlineBinary", ""):
            yield f"{where}{tag}: {mine}, pydicom {other}"


def main(folder):
    agreed, failures = 0, []
    for path in sorted(pathlib.Path(folder).glob("*.dcm")):
        ours = json.loads(pathlib.Path(f"{path}.json").read_text(encoding="utf-8"))
        dataset = pydicom.dcmread(path)
        for tag in BULK:
            if int(tag, 16) in dataset:
                del dataset[int(tag, 16)]
        found = list(differences(f"{path.name} ", ours, dataset.to_json_dict(bulk_data_threshold=1 << 30)))
        failures += found
        agreed += not found
    print("\n".join(failures) if failures else f"{agreed} instances agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
