#!/usr/bin/python3
"""A stand-in for a model: what is brighter than a threshold is a lesion.

usage: threshold.py OUTPUT SELECTION THRESHOLD LABELS
The image is the first that was prepared for SELECTION; the label image lies on its grid.
"""
import json
import pathlib
import sys

import nibabel
import numpy

output, selection, threshold, labels = sys.argv[1:]
prepared = pathlib.Path(output) / "prepared"
volumes = json.loads((prepared / "volumes.json").read_text())["volumes"]
file = next(volume["file"] for volume in volumes if volume["selection"] == selection)
image = nibabel.load(prepared / file)
found = (numpy.asarray(image.dataobj) > float(threshold)).astype(numpy.uint8)
nibabel.save(nibabel.Nifti1Image(found, image.affine), labels)
