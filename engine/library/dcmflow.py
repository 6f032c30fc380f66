"""dcmflow from Python: converts folders of DICOM files, lists them, and reads what came out.

    import dcmflow
    summary = dcmflow.convert("INPUT", "OUTPUT", format="nii.gz", threads=2)
    for volume in dcmflow.read_volumes("OUTPUT"):
        array, affine = volume.load()        # numpy, by nibabel

One file that needs nothing but Python 3.7; nibabel (and numpy with it) only where voxels are loaded. Every conversion is a run of the
program dcmflow, which is looked for in PATH, then where it is installed beside this module; `program=` names another.
Whatever goes wrong is a DcmflowError, which has the exit code of the program (`dcmflow help exit-codes`).
"""

import json
import os
import pathlib
import shutil
import subprocess

__all__ = ["DcmflowError", "Volume", "convert", "find_program", "list_series", "read_volumes", "version"]

_SUMMARY = "urn:dcmflow:schema:summary:1"
_VOLUMES = "urn:dcmflow:schema:volumes:1"
_WITH_RESULTS = (0, 6, 7)  # exit codes: done, done with problems under --strict, done but a selection lacks something
_READ_BY_NIBABEL = (".nii", ".nii.gz", ".hdr")


class DcmflowError(RuntimeError):
    """Why there is no answer. `exit_code` is the program's, 127 where it could not be started, 0 where what it wrote is not understood."""

    def __init__(self, message, exit_code=0):
        super().__init__(message)
        self.exit_code = exit_code


def find_program():
    """The path of dcmflow: that of PATH, else bin/dcmflow of where this module is installed."""
    installed = list(pathlib.Path(__file__).resolve().parents)[3:4]  # of lib/python3/dist-packages
    beside = [str(prefix / "bin/dcmflow") for prefix in installed]
    for path in [shutil.which("dcmflow"), *beside]:
        if path and os.access(path, os.X_OK):
            return path
    raise DcmflowError("dcmflow is neither in PATH nor installed beside this module; program= names it", 127)


def version(program=None):
    """The version of the program, e.g. "0.1.0"."""
    return _run([program or find_program(), "--version"], (0,)).split()[-1]


def convert(inputs, output, *, program=None, **options):
    """Converts a folder or file, or a list of them, into the folder `output`; returns the summary of the run.

    Options are those of the command line: format="nii.gz" is --format nii.gz, on_missing="split" is --on-missing split, strict=True is
    --strict; None and False leave one out. The summary is a dict as config/schemas/summary.schema.json describes it: `status`,
    `exit_code`, `series`. Raises DcmflowError for a run without results; one whose exit code is 6 or 7 has them.
    """
    folders = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
    return _summary(["run", *map(_absolute, folders), _absolute(output)], program, options)


def list_series(folder, *, program=None, **options):
    """What a conversion of the folder would make, as the summary of convert(); writes nothing. Has names and descriptions in it."""
    return _summary(["list", _absolute(folder)], program, options)


def read_volumes(output):
    """The images of a folder that dcmflow wrote: a Volume each, in the order of volumes.json."""
    folder = pathlib.Path(output)
    if not (folder / "selected-images.json").exists():
        raise DcmflowError(f"{folder}: no selected-images.json, so no run of dcmflow was completed there")
    try:
        found = _parse((folder / "volumes.json").read_text(encoding="utf-8"), _VOLUMES)
        return [Volume(folder, entry) for entry in found["volumes"]]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DcmflowError(f"{folder / 'volumes.json'}: {error!r}") from error


class Volume:
    """An image that was written. `info` is its entry in volumes.json (config/schemas/volumes.schema.json says what is in it)."""

    def __init__(self, folder, info):
        self.info = info
        self.paths = [folder / _path_below(name) for name in info["files"]]
        self.path = folder / _path_below(info["file"])  # of the main file, which readers are given
        self.affine_lps = _affine(info)

    def __repr__(self):
        return f"<Volume {self.path.name} {'x'.join(map(str, self.info['dimensions']))}>"

    @property
    def affine(self):
        """Four lists of four numbers that multiply (column, row, slice, 1), from 0, to mm: RAS, as nibabel has it."""
        return [[-value if index < 2 and value else value for value in row] for index, row in enumerate(self.affine_lps)]

    def image(self):
        """The image as nibabel opens it: NIfTI alone, made with format="nii", "nii.gz" or "hdr"."""
        if not self.path.name.endswith(_READ_BY_NIBABEL):
            raise DcmflowError(f"{self.path}: nibabel reads NIfTI; convert with format=\"nii.gz\"")
        try:
            import nibabel
        except ImportError as error:
            raise DcmflowError(f"nibabel is not installed, which loads voxels: {error}") from error
        return nibabel.load(str(self.path))

    def load(self):
        """(array, affine): the values with columns, rows, slices (and volumes) as its axes, and 4 x 4 numbers; both of numpy."""
        image = self.image()
        return image.dataobj[...], image.affine


def _absolute(path):
    """Neither an option nor a verb."""
    return os.path.abspath(os.fspath(path))


def _words(options):
    for name, value in options.items():
        if value is None or value is False:
            continue
        yield "--" + name.replace("_", "-")
        if value is not True:
            yield str(value)


def _summary(words, program, options):
    told = _run([program or find_program(), *words, "--json", *_words(options)], _WITH_RESULTS)
    try:
        return _parse(told, _SUMMARY)
    except (KeyError, TypeError, ValueError) as error:
        raise DcmflowError(f"the summary of dcmflow: {error!r}") from error


def _run(words, expected):
    try:
        ran = subprocess.run(list(map(os.fspath, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    except OSError as error:
        raise DcmflowError(f"{words[0]} cannot be started: {error.strerror}", 127) from error
    if ran.returncode not in expected:
        code = ran.returncode if ran.returncode >= 0 else 128 - ran.returncode
        raise DcmflowError(ran.stderr.decode("utf-8", "replace").strip() or f"dcmflow ended with {code}", code)
    return ran.stdout.decode("utf-8")


def _parse(text, schema):
    found = json.loads(text)
    if found["schema"] != schema:
        raise ValueError(f"found schema {found['schema']}, expected {schema}: module and program are of two versions")
    return found


def _path_below(name):
    if any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError(f"found {name!r}, expected the path of a file below the folder")
    return name


def _affine(info):
    directions, spacing, origin = _three(info["direction"]), _three(info["spacing"]), _three(info["origin"])
    columns = [[part * length for part in _three(axis)] for axis, length in zip(directions, spacing)]
    return [*([column[row] for column in columns] + [origin[row]] for row in range(3)), [0, 0, 0, 1]]


def _three(values):
    if len(values) != 3:
        raise ValueError(f"found a list of {len(values)}, expected 3")
    return values
