#!/usr/bin/env python3
"""dcmflow to-dicom sr: what is measured of labels becomes a TID 1500 report that others read.

usage: measurements_test.py PROGRAM ROOT_OF_THE_SOURCES
"""
import json
import shutil
import subprocess
import sys
import unittest

import jsonschema
import numpy
import pydicom

from scene import COLUMNS, ROOT, ROWS, SEGMENTATION, SLICES, SPACING, USAGE, Scene, errors_of, sparse_labels, write_series

COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.33"
NAMES = {"373098007": "mean", "386136009": "deviation", "255605001": "minimum", "56851009": "maximum"}


def name_of(item):
    return item.ConceptNameCodeSequence[0].CodeMeaning if "ConceptNameCodeSequence" in item else None


class Measurements(Scene):
    def setUp(self):
        super().setUp()
        self.report = self.root / "report.dcm"

    def measure(self, *options, code=0):
        done = self.run_dcmflow("to-dicom", "sr", self.labels, "--run", self.output, "--meta", self.meta, "--seg", self.to, "--to", self.report,
                                "--input", self.input, *options, code=code)
        return pydicom.dcmread(self.report) if code == 0 else done.stderr

    def groups_of(self, data):
        measurements, = (item for item in data.ContentSequence if name_of(item) == "Imaging Measurements")
        return measurements.ContentSequence

    def numbers_of(self, group):
        numbers = {}
        for item in group.ContentSequence:
            if item.ValueType != "NUM":
                continue
            measured = item.MeasuredValueSequence[0]
            derived = NAMES[item.ContentSequence[0].ConceptCodeSequence[0].CodeValue] if "ContentSequence" in item else "volume"
            numbers[derived] = (float(measured.NumericValue), measured.MeasurementUnitsCodeSequence[0].CodeValue)
        return numbers

    def check(self, unit):
        labels = sparse_labels()
        self.write_labels(labels)
        segmentation = self.to_dicom()
        data = self.measure()
        self.assertEqual(data.SOPClassUID, COMPREHENSIVE)
        values = numpy.asarray(self.image().dataobj).astype(float)
        for number, group in zip((1, 2), self.groups_of(data), strict=True):
            inside = values[labels == number]
            numbers = self.numbers_of(group)
            self.assertEqual(numbers.pop("volume")[1], "mm3")
            self.assertEqual({found[1] for found in numbers.values()}, {unit})
            for name, wanted in {"mean": inside.mean(), "deviation": inside.std(), "minimum": inside.min(), "maximum": inside.max()}.items():
                self.assertAlmostEqual(numbers[name][0], wanted, places=6)
            volume = self.numbers_of(group)["volume"][0]
            self.assertAlmostEqual(volume, (labels == number).sum() * numpy.prod(SPACING), places=6)
            reference, = (item.ReferencedSOPSequence[0] for item in group.ContentSequence if item.ValueType == "IMAGE")
            self.assertEqual((reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID, reference.ReferencedSegmentNumber),
                             (SEGMENTATION, segmentation.SOPInstanceUID, number))
        listed = {item.ReferencedSOPInstanceUID for series in data.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
                  for item in series.ReferencedSOPSequence}
        self.assertEqual(listed, {f"1.2.3.1.{k + 1}" for k in range(SLICES)} | {segmentation.SOPInstanceUID})

    def test_of_ct_in_hounsfield_units(self):
        self.check("[hnsf'U]")

    def test_of_mr_in_arbitrary_units(self):
        shutil.rmtree(self.input)
        write_series(self.input, self.axes, modality="MR")
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
        self.check("[arb'U]")

    def test_volumes_alone_where_nobody_says_what_the_values_are(self):
        shutil.rmtree(self.input)
        write_series(self.input, self.axes, modality="PT")
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
        self.write_labels(sparse_labels())
        self.to_dicom()
        for group in self.groups_of(self.measure()):
            self.assertEqual(list(self.numbers_of(group)), ["volume"])
        told = json.loads(self.run_dcmflow("to-dicom", "sr", self.labels, "--run", self.output, "--meta", self.meta, "--seg", self.to, "--to",
                                           self.report, "--input", self.input, "--json").stdout)
        jsonschema.validate(told, json.loads((ROOT / "config/schemas/to-dicom.schema.json").read_text()))
        self.assertFalse(told["with_values"])

    def test_volumes_alone_where_the_run_changed_the_values(self):
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz", "--invert-monochrome1")
        self.write_labels(sparse_labels())
        volumes = self.output / "volumes.json"
        listed = json.loads(volumes.read_text())
        listed["volumes"][0]["flags"].append("monochrome1_inverted")
        volumes.write_text(json.dumps(listed))
        self.to_dicom()
        for group in self.groups_of(self.measure()):
            self.assertEqual(list(self.numbers_of(group)), ["volume"])

    @unittest.skipUnless(shutil.which("dciodvfy") and shutil.which("dsrdump"), "no dciodvfy (dicom3tools) or dsrdump (dcmtk)")
    def test_validator_and_dcmtk_find_no_error(self):
        self.write_labels(sparse_labels())
        self.to_dicom()
        self.measure()
        self.assertEqual(errors_of(self.report), [])
        told = subprocess.run(["dsrdump", self.report], capture_output=True, text=True, check=True)
        words = [line for line in told.stderr.splitlines() if "VR checker does not support" not in line]  # UTF-8
        self.assertEqual(words, [])
        self.assertIn("Imaging Measurement Report", told.stdout)

    def test_a_segmentation_of_something_else_is_refused(self):
        self.write_labels(sparse_labels())
        data = self.to_dicom()
        self.write_meta([{"number": 1, "name": "lesion"}, {"number": 2, "name": "other"}])
        self.assertIn("others than those of META", self.measure(code=USAGE))
        data.FrameOfReferenceUID = "1.2.99"
        data.save_as(self.to)
        self.assertIn("another study or frame of reference", self.measure(code=USAGE))
        shutil.copy(next(self.input.iterdir()), self.to)
        self.assertIn("no DICOM Segmentation", self.measure(code=USAGE))
        self.to.write_text("x")
        self.measure(code=USAGE)
        self.to.unlink()
        self.measure(code=USAGE)
        self.assertFalse(self.report.exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
