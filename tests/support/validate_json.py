#!/usr/bin/env python3
"""Validates the JSON files of an output folder against the schemas.

usage: validate_json.py FOLDER [SCHEMA_FOLDER]

Exit status 0: every JSON file is valid; 1: one is not, or has no schema, or there is none; 2: usage.
"""
import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "config" / "schemas"
SHOWN = 10  # errors of one file
OF_BIDS = ("dataset_description.json", "participants.json")  # its validator looks at them


def no_duplicates(pairs):
    """Python's reader keeps the last of two equal keys and says nothing."""
    keys = [key for key, _ in pairs]
    repeated = {key for key in keys if keys.count(key) > 1} if len(set(keys)) != len(keys) else ()
    if repeated:
        raise ValueError(f"repeated keys: {', '.join(sorted(repeated))}")
    return dict(pairs)


def no_constant(text):
    raise ValueError(f"{text} is no JSON number")


def is_sidecar(path, folder):
    """Whether volumes.json of the folder lists an image of its stem."""
    try:
        volumes = json.loads((folder / "volumes.json").read_text(encoding="utf-8"))["volumes"]
    except (OSError, ValueError, KeyError):
        return False
    stem = path.relative_to(folder).with_suffix("").as_posix()
    return any(volume["file"].startswith(stem + ".") for volume in volumes)


def problems_of(path, folder, schemas):
    schema_path = schemas / f"{path.stem}.schema.json"
    if not schema_path.is_file() and is_sidecar(path, folder):
        schema_path = schemas / "sidecar.schema.json"
    if path.name.endswith(".dicom.json"):
        schema_path = schemas / "dicom.schema.json"
    if not schema_path.is_file():
        return [f"no schema {schema_path.name}"]
    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates,
                             parse_constant=no_constant)
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        return [str(error)]
    errors = jsonschema.Draft202012Validator(schema).iter_errors(content)
    return [f"{error.json_path}: {error.message[:300]}" for error, _ in zip(errors, range(SHOWN))]


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    schemas = pathlib.Path(arguments[1]) if len(arguments) == 2 else SCHEMAS
    paths = sorted(path for path in folder.rglob("*.json") if ".dcmflow" not in path.parts and path.name not in OF_BIDS)
    failures = [f"{path}: {problem}" for path in paths for problem in problems_of(path, folder, schemas)]
    if not paths:
        failures.append(f"{folder}: no JSON file")
    print("\n".join(failures) if failures else f"{len(paths)} JSON files are valid")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
