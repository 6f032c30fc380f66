#!/usr/bin/python3
"""Includes go one way: fails when a room includes one above it, or when rooms (or the steps) include each other in a circle.

usage: tests/check_rooms.py [FOLDER], which is the root of the sources
A room is engine/, config/ or a folder in stages/; what lies directly in stages/ is a step, each a room of its own, dicom_instance.h and dicom_types.h.
A step is one that ARCHITECTURE.md has in its table of steps: a file that no row of it names belongs into a room.
"""

import os
import re
import sys
from collections import defaultdict

# From the bottom up: a room includes nothing that stands behind it. Steps stand together.
STEP = "stages/<step>"
ORDER = ["stages/base", "stages/dicom_instance", "stages/dicom_types", "stages/dicom", "stages/archives", "stages/discovery", "stages/naming", "stages/geometry", "stages/codecs", "stages/pixels",
         "stages/sorting", "stages/labels", "stages/selection", "stages/formats", "stages/prepare", STEP, "stages/dicomweb", "stages/catalog", "stages/to_dicom", "stages/database", "config", "engine"]


def room_of(path):
    parts = path.split("/")
    if parts[0] != "stages":
        return parts[0]
    return "stages/" + (os.path.splitext(parts[1])[0] if len(parts) == 2 else parts[1])


def place_of(room, root):
    """The place of a room in ORDER; None when it has none."""
    if room in ORDER:
        return ORDER.index(room)
    is_step = room.startswith("stages/") and not os.path.isdir(os.path.join(root, room))
    return ORDER.index(STEP) if is_step else None


def includes(root):
    """(file, included file) of all sources in the rooms, in order of names."""
    for top in ("config", "engine", "stages"):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(names):
                if not name.endswith((".h", ".cpp")):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as source:
                    for included in re.findall(r'^\s*#\s*include\s*"([^"]+)"', source.read(), re.MULTILINE):
                        if os.path.exists(os.path.join(root, included)):
                            yield os.path.relpath(path, root), included


def strangers(root):
    """Files at the top of stages/ that the table of steps does not name, as `stages/sort_slices.*`."""
    with open(os.path.join(root, "ARCHITECTURE.md"), encoding="utf-8") as text:
        rows = re.search(r"^## The steps$(.*?)^## ", text.read(), re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`stages/(\w+)\.(?:\*|h)`", rows.group(1))) if rows else set()
    names = {os.path.splitext(name)[0] for name in os.listdir(os.path.join(root, "stages")) if name.endswith((".h", ".cpp"))}
    return sorted(name for name in names if name not in named and "stages/" + name not in ORDER)


def find_circle(ties):
    """The rooms of one circle, the first again at its end; none when there is no circle."""
    done, path = set(), []

    def visit(room):
        if room in path:
            return path[path.index(room):] + [room]
        if room in done:
            return []
        path.append(room)
        for other in sorted(ties[room]):
            if circle := visit(other):
                return circle
        done.add(path.pop())
        return []

    for room in sorted(ties):
        if circle := visit(room):
            return circle
    return []


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    ties = defaultdict(lambda: defaultdict(list))
    faults = []
    for path, included in includes(root):
        room, other = room_of(path), room_of(included)
        if room == other:
            continue
        ties[room][other].append(f"{path} includes {included}")
        places = place_of(room, root), place_of(other, root)
        if None in places:
            faults.append(f"{room if places[0] is None else other} has no place in the order of tests/check_rooms.py")
        elif places[0] < places[1]:
            faults.append(f"{path} includes {included}: {other} is above {room}")
    if not ties:
        faults.append(f"{root}: no room includes another; expected the root of the sources")
    for room, others in list(ties.items()):
        for other in others:
            ties.setdefault(other, {})
    if circle := find_circle(ties):
        faults.append("a circle: " + "; ".join(ties[a][b][0] for a, b in zip(circle, circle[1:])))
    faults += [f"stages/{name}.* is no step of ARCHITECTURE.md's table" for name in strangers(root)]
    for fault in dict.fromkeys(faults):
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
