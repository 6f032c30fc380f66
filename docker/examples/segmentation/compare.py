#!/usr/bin/python3
"""Whether the label images that dcmflow made of a segmentation are the labels that it was made of.

usage: compare.py LABELS OUTPUT
Compared by place: the model's image has its axes in another order than the scanner's.
"""
import json
import pathlib
import sys

import nibabel
import numpy

labels, output = nibabel.load(sys.argv[1]), pathlib.Path(sys.argv[2])
wanted = numpy.asarray(labels.dataobj)
found = numpy.zeros_like(wanted)
for one in json.loads((output / "labels.json").read_text())["labels"]:
    image = nibabel.load(output / one["file"])
    voxels = numpy.asarray(image.dataobj)
    places = numpy.argwhere(voxels != 0)
    to_labels = numpy.linalg.inv(labels.affine) @ image.affine
    at = numpy.rint(places @ to_labels[:3, :3].T + to_labels[:3, 3]).astype(int)
    found[tuple(at.T)] = voxels[tuple(places.T)]
if not numpy.array_equal(found, wanted):
    sys.exit(f"{(found != wanted).sum()} of {wanted.size} voxels differ")
print(f"the same labels: {(wanted != 0).sum()} voxels")
