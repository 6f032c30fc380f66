#!/usr/bin/python3
"""A stand-in for a model: what is brighter than a threshold is a lesion.

usage: threshold.py OUTPUT SELECTION THRESHOLD LABELS
The image is the first that selected-images.json names under SELECTION; the label image lies on its grid.
"""
import json
import pathlib
import sys

import nibabel
import numpy

output, selection, threshold, labels = sys.argv[1:]
selected = json.loads((pathlib.Path(output) / "selected-images.json").read_text())[selection]
image = nibabel.load(pathlib.Path(output) / next(iter(selected.values())))
found = (numpy.asarray(image.dataobj) > float(threshold)).astype(numpy.uint8)
nibabel.save(nibabel.Nifti1Image(found, image.affine), labels)
