#!/usr/bin/python3
"""The checks of the includes, of the locks and of lengths can fail: each stray that is put into a small tree is told.

usage: tests/check_rooms_test.py
"""

import os
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.abspath(__file__))

# A tree that is as it should be: file → its includes.
SOUND = {
    "stages/base/result.h": [],
    "stages/dicom_types.h": ['"stages/base/result.h"'],
    "stages/dicom/header_walk.h": ['"stages/dicom_types.h"'],
    "stages/codecs/codecs.h": ['"stages/dicom/header_walk.h"'],
    "stages/codecs/jpeg_ls.cpp": ["<charls/charls.h>"],
    "stages/pixels/read_frame.cpp": ['"stages/codecs/codecs.h"'],
    "stages/group_series.h": ['"stages/dicom_types.h"'],
    "stages/sort_slices.cpp": ['"stages/group_series.h"'],
    "config/settings.h": ['"stages/base/result.h"'],
    "engine/pipeline.cpp": ['"stages/sort_slices.cpp"', '"config/settings.h"', "<oneapi/tbb/flow_graph.h>"],
}

STEPS = "## The steps\n| group_series | | `stages/group_series.*` |\n| sort_slices | | `stages/sort_slices.*`, `stages/sorting/` |\n\n## Then\n"

# check → a file, what it includes beside, and what the check says of it.
STRAYS = {
    "check_rooms.py": [
        ("stages/codecs/codecs.h", '"stages/pixels/read_frame.cpp"', "stages/pixels is above stages/codecs"),
        ("stages/base/result.h", '"stages/dicom_types.h"', "stages/dicom_types is above stages/base"),
        ("stages/group_series.h", '"stages/sort_slices.cpp"', "a circle: "),
        ("stages/dicom/header_walk.h", '"config/settings.h"', "config is above stages/dicom"),
        ("stages/helpers/any.h", '"stages/base/result.h"', "stages/helpers has no place"),
        ("stages/time_step.h", '"stages/base/result.h"', "stages/time_step.* is no step"),
    ],
    "check_homes.sh": [
        ("stages/pixels/read_frame.cpp", "<charls/charls.h>", "CharLS belongs in"),
        ("stages/dicom/header_walk.h", "<oneapi/tbb/flow_graph.h>", "oneTBB belongs in"),
        ("stages/catalog/json.cpp", "<openjpeg.h>", "OpenJPEG belongs in"),
        ("stages/codecs/codecs.h", "<pcre2.h>", "PCRE2 belongs in"),
        ("config/settings.h", "<CLI/CLI.hpp>", "CLI11 belongs in"),
        ("engine/pipeline.cpp", "<isa-l/crc.h>", "ISA-L belongs in"),
        ("engine/pipeline.cpp", "<nettle/sha2.h>", "Nettle belongs in"),
        ("engine/pipeline.cpp", "<zlib.h>", "zlib belongs in"),
        ("config/settings.h", "<iconv.h>", "iconv belongs in"),
        ("config/settings.h", "<dcmtk/dcmdata/dctk.h>", "DCMTK belongs in"),
        ("config/settings.h", "<boost/filesystem.hpp>", "Boost.Filesystem belongs in"),
        ("engine/pipeline.cpp", "<nlohmann/json.hpp>", "nlohmann belongs in"),
        ("config/settings.h", "<spdlog/spdlog.h>", "spdlog belongs in"),
        ("config/settings.h", "<itkImage.h>", "ITK belongs in"),
        ("config/settings.h", "<openjph/ojph_arg.h>", "OpenJPH belongs in"),
    ],
    "check_locks.sh": [
        ("engine/pipeline.cpp", "<mutex>", "engine/pipeline.cpp:4:#include <mutex>"),
        ("stages/group_series.h", "<condition_variable>", "locks are Mutex"),
    ],
    "check_lengths.sh": [
        ("stages/group_series.h", "<vector>\n" + "\n" * 249, "stages/group_series.h has 252 lines, at most 250 are to be"),
        ("stages/dicom/attributes.h", "<vector>\n" + "\n" * 300, "stages/dicom/attributes.h has 302 lines, at most 300 are to be"),
    ],
}


def make_tree(root, files):
    for name, included in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as source:
            source.writelines(f"#include {header}\n" for header in included)


def run(check, files):
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, files)
        with open(os.path.join(root, "ARCHITECTURE.md"), "w", encoding="utf-8") as text:
            text.write(STEPS)
        done = subprocess.run([os.path.join(TESTS, check), root], stderr=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stderr


def main():
    failures = []
    for check, strays in STRAYS.items():
        status, said = run(check, SOUND)
        if status != 0:
            failures.append(f"{check} finds a fault where there is none: {said}")
        for name, header, expected in strays:
            status, said = run(check, {**SOUND, name: SOUND.get(name, []) + [header]})
            if status == 0 or expected not in said:
                failures.append(f"{check}: {name} includes {header}: expected '{expected}', found status {status}, '{said}'")
    print("\n".join(failures) or f"{sum(map(len, STRAYS.values()))} strays are told", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
