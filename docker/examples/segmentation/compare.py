#!/usr/bin/python3
"""Whether the label images that dcmflow made of a segmentation are the labels that it was made of.

usage: compare.py LABELS OUTPUT
Compared by place: an image of a segmentation begins and ends with the slices that hold something.
"""
import json
import pathlib
import sys

import nibabel
import numpy

labels, output = nibabel.load(sys.argv[1]), pathlib.Path(sys.argv[2])
wanted = numpy.asarray(labels.dataobj)
found = numpy.zeros_like(wanted)
for volume in json.loads((output / "volumes.json").read_text())["volumes"]:
    image = nibabel.load(output / volume["file"])
    to_labels = numpy.linalg.inv(labels.affine) @ image.affine
    places = numpy.argwhere(numpy.asarray(image.dataobj) != 0)
    at = numpy.rint(places @ to_labels[:3, :3].T + to_labels[:3, 3]).astype(int)
    found[tuple(at.T)] = volume["segment"]["number"]
if not numpy.array_equal(found, wanted):
    sys.exit(f"{(found != wanted).sum()} of {wanted.size} voxels differ")
print(f"the same labels: {(wanted != 0).sum()} voxels")
