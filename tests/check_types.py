#!/usr/bin/python3
"""A type has one home: fails when two files define types of one name in one namespace, unless it is an anonymous one.

usage: tests/check_types.py [FOLDER], which is the root of the sources
Compilers do not see it and linkers choose one of the two: the functions of a std::vector of the one then run on the other.
"""

import os
import re
import sys
from collections import defaultdict

FOLDERS = ["engine", "stages", "config", "tests", "bench", "test-data"]
ANONYMOUS = re.compile(r"^namespace \{\n.*?^\}  // namespace\n", re.DOTALL | re.MULTILINE)
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.MULTILINE)
TYPE = re.compile(r"^(?:struct|class|union|enum class|enum) (?:\[\[[^\n]*?\]\] |[A-Z_]+\([^\n]*?\)+ )?(\w+)(?: final)?(?: : [^;{]*)?\s*\{", re.MULTILINE)


def types_of(text):
    """(namespace, name) of each type that other sources could define too."""
    text = ANONYMOUS.sub("", text)
    namespace = NAMESPACE.search(text)
    return {(namespace.group(1) if namespace else "", name) for name in TYPE.findall(text)}


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    homes = defaultdict(list)
    for top in FOLDERS:
        for folder, subfolders, names in os.walk(os.path.join(root, top)):
            subfolders[:] = sorted(set(subfolders) - {"node_modules"})
            for name in sorted(names):
                if not name.endswith((".h", ".cpp")):
                    continue
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    for found in types_of(file.read()):
                        homes[found].append(os.path.relpath(path, root))
    twice = {found: paths for found, paths in homes.items() if len(paths) > 1}
    for (namespace, name), paths in sorted(twice.items()):
        print(f"{namespace}::{name} is defined in {' and in '.join(paths)}")
    if not homes:
        sys.exit("no types found")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
