"""Is a NIfTI file true? Judged by the ramp that the phantom's voxels hold, read through the file's own affine.

The truth of a case (test-data/make_ramp_cases) is a list of expected images: a grid in patient space (LPS, mm) and
value = scale · (2x + 3y + 5z + offset of the volume) + constant. A volume of an output fits one of them when
  - every voxel inside of the expected grid (by a voxel, where the slices are sheared) has the value of where the voxel's affine puts it,
    within the tolerance: rounding of the stored values, loss where the compression is lossy, and what 0.05 mm make where slices had to be
    interpolated;
  - its grid holds the eight corners of the expected one, and, unless the slices are sheared, does not go beyond them (0.1 voxel; 0.5 where
    slices had to be made, one where nothing says how many there are).
So axes may be in any order and direction, slices sheared or made upright, volumes in one file or in many, values stored with scl_slope or not, files
named anyhow. The affine is the sform when its code is above 0, else the qform; a file with neither is unplaced and fits nothing.

Where a case says the directions of diffusion, the table (.bvec) beside an image is judged too, through the axes of the image.

The outcome of a case: `right` when every volume of one set of expected images is there (a series with gaps may be filled or come in pieces),
whatever else was written; `part` when some of them are, or when sheared slices were made upright and are cut off at the border; `wrong` when
there are images and none fits; `none` when there are none. A series that must be refused is right when there is no image, only unplaced ones,
or a true one. A program that was killed or did not end `crashed` or `hung`, unless it left images.
"""

import glob
import itertools
import os
import re

import nibabel
import numpy

LPS = numpy.diag([-1.0, -1.0, 1.0, 1.0])
RAMP = numpy.array([2.0, 3.0, 5.0])
COLOURS = ((1, 0), (-1, 255), (0.5, 20))  # channels of a colour voxel
GRADIENT = float(numpy.linalg.norm(RAMP))


class Output:
    """An image that a program wrote: `volumes` of i, j, k; `colours` of i, j, k, channel, when it can be one; `affine` in LPS."""

    def __init__(self, path):
        image = nibabel.load(path)
        self.name = os.path.basename(path)
        self.is_placed = image.header["sform_code"] > 0 or image.header["qform_code"] > 0
        self.affine = LPS @ image.affine
        data = numpy.asanyarray(image.dataobj)
        if data.dtype.names:
            data = numpy.stack([data[name] for name in data.dtype.names[:3]], axis=-1)
        else:
            data = data.reshape(data.shape + (1,) * (4 - data.ndim))
        space = (data.shape + (1, 1))[:3]
        self.volumes = list(numpy.moveaxis(data.astype(float).reshape(*space, -1), 3, 0))
        self.gradients = gradients_of(path, image.affine)
        self.colours = [data.astype(float).reshape(*space, 3)] if data.size == 3 * numpy.prod(space) else []

    def volumes_of(self, kind):
        return self.colours if kind == "colour" else self.volumes


def gradients_of(path, affine):
    """Of the table beside the image, in LPS, one row for each volume; None without one. FSL's: along the voxel axes, the first turned where these are
    right-handed in RAS."""
    table = re.sub(r"\.nii(\.gz)?$", ".bvec", path)
    if not os.path.exists(table):
        return None
    vectors = numpy.atleast_2d(numpy.loadtxt(table))
    if len(vectors) != 3:
        vectors = vectors.T
    axes = affine[:3, :3] / numpy.linalg.norm(affine[:3, :3], axis=0)
    if numpy.linalg.det(axes) > 0:
        vectors = vectors * [[-1], [1], [1]]
    return (LPS[:3, :3] @ axes @ vectors).T


def outputs_in(folder):
    """(images, what could not be read)"""
    images, faults = [], []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.nii*"), recursive=True)):
        try:
            images.append(Output(path))
        except Exception as error:  # nibabel raises many kinds; a file that it cannot read is a fault of who wrote it
            faults.append(f"{os.path.basename(path)}: {error}")
    return images, faults


def corners(size):
    return numpy.array(list(itertools.product(*((0, n - 1) for n in size)))).T


def to_index(matrix, origin, points):
    return numpy.linalg.solve(matrix, points - origin[:, None])


def beyond(index, size):
    """How many voxels the farthest of the points lies beyond a grid."""
    last = numpy.array(size)[:, None] - 1
    return float(numpy.maximum(-index, index - last).max())


def value_error(found, expected, image):
    """The worst error in values (a mask: 0 or infinite)."""
    if image["kind"] == "mask":
        is_clear = numpy.abs(expected) > 0.5
        return 0.0 if numpy.array_equal((found > 0.5)[is_clear], (expected > 0)[is_clear]) else numpy.inf
    if image["kind"] == "colour":
        expected = numpy.stack([a * expected + b for a, b in COLOURS], axis=-1)
    worst = float(numpy.abs(found - expected).max())
    return numpy.inf if numpy.isnan(worst) else worst


def fault_of(volume, affine, image, offset):
    """None when the volume fits, else (how far off in mm, what is wrong). Sheared slices that were made upright and lost voxels at the border are 0 mm off."""
    size = volume.shape[:3]
    matrix, origin = affine[:3, :3], affine[:3, 3]
    steps, start = numpy.array(image["steps"]).T, numpy.array(image["origin"])
    if abs(numpy.linalg.det(matrix)) < 1e-12:
        return numpy.inf, "the affine is singular"
    is_made = image["sheared"] or image["any_slices"]
    margin = 1.0 if image["any_slices"] else 0.5 if is_made else 0.1
    expected_corners = steps @ corners(image["size"]) + start[:, None]
    outside = beyond(to_index(matrix, origin, expected_corners), size)
    if outside > margin and not image["sheared"]:
        return numpy.inf, f"corners lie {outside:.2g} voxels outside"
    if not image["sheared"]:
        excess = beyond(to_index(steps, start, matrix @ corners(size) + origin[:, None]), image["size"])
        if excess > margin:
            return numpy.inf, f"goes {excess:.2g} voxels beyond the slices"
    points = matrix @ numpy.indices(size).reshape(3, -1) + origin[:, None]
    index = to_index(steps, start, points)
    edge = numpy.array([-1, -1, 0.02])[:, None] if image["sheared"] else 0.001 if image["any_slices"] else 0.11
    last = numpy.array(image["size"])[:, None] - 1
    inside = ((index >= -edge) & (index <= last + edge)).all(axis=0)
    if not inside.any():
        return numpy.inf, "no voxel lies inside of the slices"
    expected = image["scale"] * (RAMP @ points[:, inside] + offset) + image["constant"]
    if image["labelled"]:
        expected[~numpy.isin(numpy.rint(index[2, inside]), image["labelled"])] = -1 if image["kind"] == "mask" else 0
    found = volume.reshape(-1, *volume.shape[3:])[inside]
    error = value_error(found, expected, image)
    interpolation = 0.05 * GRADIENT * image["scale"] if is_made else 0
    if error <= image["tolerance"] + interpolation:
        return None if outside <= margin else (0.0, f"corners are cut off, {outside:.2g} voxels")
    if not numpy.isfinite(error):
        return error, "the values are no such mask" if image["kind"] == "mask" else "a value is not a number"
    return error / image["scale"] / GRADIENT, f"a value is off by {error:.3g}, as if {error / image['scale'] / GRADIENT:.2g} mm away"


def match(images, outputs):
    """(expected volumes, those that are there, the least fault of the others)"""
    expected = found = 0
    least = (numpy.inf, "")
    for image in images:
        for offset in image["offsets"]:
            expected += 1
            faults = [fault_of(volume, output.affine, image, offset) if output.is_placed else (numpy.inf, "unplaced")
                      for output in outputs for volume in output.volumes_of(image["kind"])]
            if None in faults:
                found += 1
            elif not faults:
                least = min(least, (numpy.inf, f"no {image['kind']} image"), key=lambda fault: (fault[0], not fault[1]))
            else:
                least = min(least, min(faults, key=lambda fault: fault[0]), key=lambda fault: (fault[0], not fault[1]))
    return expected, found, least


def in_order(images, outputs):
    """Are the volumes of each 4-D file in the order in which the expected ones come?"""
    for image in images:
        if len(image["offsets"]) == 1 or image["any_order"]:
            continue
        for output in outputs:
            if len(output.volumes) != len(image["offsets"]):
                continue
            fits = [[not fault_of(volume, output.affine, image, offset) for offset in image["offsets"]] for volume in output.volumes]
            if all(map(any, fits)) and not all(row[place] for place, row in enumerate(fits)):
                return False
    return True


def gradient_fault(images, outputs):
    """How far the worst gradient of a table lies from that of its volume; "" when none does by more than a degree. An axis has no sign."""
    worst = 0
    for image, output in itertools.product(images, outputs):
        if not image["directions"] or output.gradients is None:
            continue
        for volume, gradient in zip(output.volumes, output.gradients):
            for offset, direction in zip(image["offsets"], numpy.array(image["directions"])):
                length = numpy.linalg.norm(gradient) * numpy.linalg.norm(direction)
                if length > 0 and not fault_of(volume, output.affine, image, offset):
                    worst = max(worst, numpy.degrees(numpy.arccos(min(1, abs(gradient @ direction) / length))))
    return f"a gradient is off by {worst:.2g}°" if worst > 1 else ""


def judge(truth, folder):
    """(outcome, a few words)"""
    outputs, unreadable = outputs_in(folder)
    if not truth["images"]:
        placed = [output for output in outputs if output.is_placed]
        if not placed:
            return "right", "no image" if not outputs else "an unplaced image"
        for images in truth["also_right"]:
            if match(images, placed)[:2] == (1, 1):
                return "right", "a true image"
        return "wrong", "an image where none can be true"
    if not outputs:
        return ("wrong", unreadable[0]) if unreadable else ("none", "no image")
    best = None
    for images in [truth["images"]] + truth["also_right"]:
        expected, found, least = match(images, outputs)
        if found == expected:
            if not in_order(images, outputs):
                return "wrong", "volumes in another order"
            fault = gradient_fault(images, outputs)
            return ("wrong", fault) if fault else ("right", "")
        row = (found / expected, found, expected, least)
        best = row if best is None or row[0] > best[0] else best
    _, found, expected, least = best
    if least[0] == 0 and expected == 1:
        return "part", least[1]
    if found:
        return "part", f"{found} of {expected} volumes are right" + (f"; {least[1]}" if least[1] else "")
    return "wrong", least[1]
