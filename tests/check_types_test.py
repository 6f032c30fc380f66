#!/usr/bin/python3
"""tests/check_types.py finds a type with two homes, and none where one of the two is private."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ONE = "namespace dcmflow {\n\nstruct Row {\n  int a = 0;\n};\n\n}  // namespace dcmflow\n"
PRIVATE = "namespace dcmflow {\nnamespace {\n\nstruct Row final {\n  char b = 0;\n};\n\n}  // namespace\n}  // namespace dcmflow\n"
OTHERS = [("a class", "namespace dcmflow {\nclass Row final : public Base {\n};\n}\n", 1), ("an enum", "namespace dcmflow {\nenum class Row : char { a };\n}\n", 1),
          ("annotated", 'namespace dcmflow {\nclass SAFETY(capability("row")) Row {\n};\n}\n', 1),
          ("private", PRIVATE, 0), ("of another namespace", "namespace dcmflow::deflate {\nstruct Row {\n};\n}\n", 0), ("declared", "namespace dcmflow {\nstruct Row;\n}\n", 0)]


def main():
    for what, other, expected in OTHERS:
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "engine"))
            os.makedirs(os.path.join(root, "stages", "base"))
            for path, text in (("engine/one.h", ONE), ("stages/base/other.cpp", other)):
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            found = subprocess.run([sys.executable, "-B", os.path.join(HERE, "check_types.py"), root], stdout=subprocess.PIPE, text=True, check=False)
        if found.returncode != expected:
            sys.exit(f"a type that is {what} in another file: exit status {found.returncode}, {found.stdout}")


if __name__ == "__main__":
    main()
