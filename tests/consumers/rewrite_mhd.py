"""A stage that renames MetaImages: it takes each header apart at ' = ', and knows no more of the format."""
import pathlib
import shutil
import tempfile

import numpy
from open_image import Refused, image_paths, open_image, stem


def read_header(path):
    """[[key, value], ...] in the order of the lines; the last is the file of the voxels."""
    pairs = [line.split(" = ") for line in path.read_text(encoding="ascii").splitlines()]
    for pair in pairs:
        if len(pair) != 2:
            raise Refused(f"a line of {path.name} is no `Key = value`: {' = '.join(pair)}")
    key, value = pairs[-1]
    if [key, *value.split(" ")] != ["ElementDataFile", f"{stem(path)}.raw"]:
        raise Refused(f"{path.name} ends with `{key} = {value}`, not with `ElementDataFile = {stem(path)}.raw`")
    return pairs


def rewrite(path, folder):
    """A copy in the folder, called renamed.mhd; returns its path."""
    *pairs, (key, voxels) = read_header(path)
    shutil.copyfile(path.with_name(voxels), folder / "renamed.raw")
    lines = [" = ".join(pair) + "\n" for pair in [*pairs, (key, "renamed.raw")]]
    (folder / "renamed.mhd").write_text("".join(lines), encoding="ascii")
    return folder / "renamed.mhd"


def consume(folder):
    """Every image still has its voxels after it was renamed."""
    paths = [path for path in image_paths(folder) if path.suffix == ".mhd"]
    if not paths:
        raise Refused(f"there is no .mhd file in {folder}")
    for path in paths:
        with tempfile.TemporaryDirectory() as copies:
            if not numpy.array_equal(open_image(rewrite(path, pathlib.Path(copies))), open_image(path)):
                raise Refused(f"the renamed {path.name} has other voxels")
