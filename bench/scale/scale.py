#!/usr/bin/python3
"""How far a run in shards goes: measures its costs on this machine, and predicts from them time, memory and file-system operations on a cluster.

  measure   run plan, shards and merge on archives of several shapes, count their system calls (strace), and hold what is predicted
            against 1, 2 and 4 processes at once; bench/scale/costs.json (10 minutes, 6 GB of memory)
  page      put what is predicted from costs.json into docs/scale.md, docs/scale.svg and docs/shards.md
  predict   one prediction
"""

import argparse
import datetime
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from measure_costs import measure_all  # noqa: E402
from model import Cluster, Load, limit, predict  # noqa: E402
from page import FILE_BYTES, SERIES_FILES, prediction_table, update_pages  # noqa: E402
from side_by_side import dcmflow_version, machine  # noqa: E402

COSTS = HERE / "costs.json"


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--costs", metavar="FILE", type=pathlib.Path, default=COSTS, help="what was measured (bench/scale/costs.json)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    measure = verbs.add_parser("measure")
    measure.add_argument("--build", metavar="FOLDER", default=ROOT / "build/release", help="where dcmflow was built (build/release)")
    measure.add_argument("--folder", metavar="FOLDER", default="/dev/shm", help="for archives and results (/dev/shm)")
    measure.add_argument("--disk", metavar="FOLDER", default=ROOT / "build", help="where a sync and a rename are timed (build)")
    measure.add_argument("--quick", action="store_true", help="tiny archives, one run: shows that everything works, measures nothing")
    verbs.add_parser("page")
    told = verbs.add_parser("predict", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    told.add_argument("--files", type=float, default=1e8)
    told.add_argument("--nodes", type=int, default=16)
    told.add_argument("--shards", type=int, help="(as many as make a shard of five minutes, and one for each core at least)")
    told.add_argument("--series-files", type=float, default=SERIES_FILES, help="files of a series")
    told.add_argument("--file-bytes", type=float, default=FILE_BYTES, help="pixels of a file")
    for name, what in (("cores", "of a node"), ("memory", "bytes, of a node"), ("link", "bytes a second, of a node"),
                       ("operations", "that the file server gives in a second"), ("bandwidth", "bytes a second, of the file server"),
                       ("operation-seconds", "until it has answered one"), ("sync-seconds", "until it has stored a file")):
        told.add_argument(f"--{name}", type=float, default=getattr(Cluster, name.replace("-", "_")), help=what)
    return parser.parse_args()


def measured(arguments):
    with tempfile.TemporaryDirectory(prefix="scale-", dir=arguments.folder) as folder:
        found = measure_all(arguments.build, folder, arguments.disk, arguments.quick)
        return {"date": datetime.date.today().isoformat(), "dcmflow": dcmflow_version(arguments.build), "machine": machine(folder), **found}


def main():
    arguments = read_arguments()
    if arguments.verb == "measure":
        found = measured(arguments)
        arguments.costs.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return
    found = json.loads(arguments.costs.read_text(encoding="utf-8"))
    if arguments.verb == "page":
        update_pages(ROOT, found)
        return
    cluster = Cluster(arguments.nodes, int(arguments.cores), arguments.memory, arguments.link, arguments.operations, arguments.bandwidth,
                      arguments.operation_seconds, arguments.sync_seconds)
    load = Load(arguments.files, arguments.files / arguments.series_files, arguments.files * arguments.file_bytes, arguments.files)
    phases = predict(found["costs"], load, cluster, arguments.shards)
    print(prediction_table(phases))
    print("\nlimited by: {0}, {1}".format(*limit(phases, cluster)))


if __name__ == "__main__":
    main()
