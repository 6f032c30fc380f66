#!/usr/bin/env python3
"""Standardized uptake values by body weight of PET files, as pydicom reads them and QIBA's "happy path" has them.

usage: suv_by_pydicom.py FOLDER

Prints a JSON object: of each SOP Instance UID the SUV of the first and the last pixel.
Exit status 0: done; 77: there is no pydicom.
"""
import json
import pathlib
import sys
from datetime import datetime

try:
    import pydicom
except ImportError:
    sys.exit(77)


def moment(date, time):
    return datetime.strptime(date + time.split(".")[0], "%Y%m%d%H%M%S")


def suv_factor(dataset):
    """Of Bq/ml that are corrected to the start of the scan, on the day of the injection."""
    drug = dataset.RadiopharmaceuticalInformationSequence[0]
    assert {"ATTN", "DECY"} <= set(dataset.CorrectedImage) and (dataset.DecayCorrection, dataset.Units) == ("START", "BQML")
    scan = moment(dataset.SeriesDate, dataset.SeriesTime)
    assert scan <= moment(dataset.AcquisitionDate, dataset.AcquisitionTime)
    decay = (scan - moment(dataset.SeriesDate, drug.RadiopharmaceuticalStartTime)).total_seconds()
    return float(dataset.PatientWeight) * 1000 / (float(drug.RadionuclideTotalDose) * 2 ** (-decay / float(drug.RadionuclideHalfLife)))


values = {}
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.dcm")):
    dataset = pydicom.dcmread(path)
    if dataset.Modality == "PT":
        pixels = dataset.pixel_array.astype("float64") * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
        factor = suv_factor(dataset)
        values[dataset.SOPInstanceUID] = [pixels[0, 0] * factor, pixels[-1, -1] * factor]
print(json.dumps(values))
