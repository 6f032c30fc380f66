"""Opens an image as the stages behind dcmflow do: MetaImage with numpy, NIfTI with nibabel."""
import math

import nibabel
import numpy

SUFFIXES = (".mhd", ".nii", ".nii.gz")
ELEMENT_TYPES = {"MET_SHORT": "<i2", "MET_USHORT": "<u2", "MET_INT": "<i4", "MET_FLOAT": "<f4", "MET_UCHAR": "u1"}


class Refused(Exception):
    """What a consumer cannot work with, as a sentence."""


def image_paths(folder):
    """The images of a folder, in the order in which the folder lists them."""
    return [path for path in folder.iterdir() if path.name.endswith(SUFFIXES)]


def stem(path):
    """The name of an image without its suffix; a UID has dots of its own."""
    return next(path.name.removesuffix(suffix) for suffix in SUFFIXES if path.name.endswith(suffix))


def open_mhd(path):
    """The voxels that the header describes, from the file beside it: (slices, rows, columns[, channels])."""
    header = {}
    for line in path.read_text(encoding="ascii").splitlines():
        key, _, value = line.partition("=")
        header[key.strip()] = value.strip()
    if header["BinaryDataByteOrderMSB"] != "False" or header["CompressedData"] != "False":
        raise Refused(f"{path.name} is big endian or compressed")
    shape = [int(size) for size in header["DimSize"].split()][::-1]
    if "ElementNumberOfChannels" in header:
        shape.append(int(header["ElementNumberOfChannels"]))
    voxel = numpy.dtype(ELEMENT_TYPES[header["ElementType"]])
    raw = path.with_name(header["ElementDataFile"])
    if not raw.is_file():
        raise Refused(f"{path.name} has its voxels in {raw.name}, which is not there")
    if raw.stat().st_size != math.prod(shape) * voxel.itemsize:
        raise Refused(f"{raw.name} has {raw.stat().st_size} bytes, {path.name} promises another size")
    return numpy.fromfile(raw, voxel).reshape(shape)


def open_image(path):
    """The voxels of an image of any format."""
    if not path.is_file():
        raise Refused(f"there is no image {path.name}")
    if path.name.endswith(".mhd"):
        voxels = open_mhd(path)
    else:
        voxels = numpy.asanyarray(nibabel.load(path).dataobj)
    if voxels.ndim < 3 or voxels.size == 0:
        raise Refused(f"{path.name} is no volume: {voxels.shape}")
    return voxels
