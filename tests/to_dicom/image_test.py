#!/usr/bin/env python3
"""dcmflow to-dicom image: values on the grid of an image become a derived series that others read as the same values.

usage: image_test.py PROGRAM ROOT_OF_THE_SOURCES
"""
import json
import shutil
import sys
import unittest

import jsonschema
import nibabel
import numpy
import pydicom

from scene import (COLUMNS, NAME, OUTPUT_FAILED, ROOT, ROWS, SLICES, SPACING, USAGE, CLASSES, Scene, all_orders, errors_of, ramp, reordered,
                   position_of, write_series)


class DerivedImage(Scene):
    def setUp(self):
        super().setUp()
        self.to = self.root / "derived"
        self.values = self.root / "values.nii.gz"

    def write_values(self, values):
        nibabel.save(nibabel.Nifti1Image(values, self.image().affine), self.values)

    def derive(self, *options, code=0):
        shutil.rmtree(self.to, ignore_errors=True)
        done = self.run_dcmflow("to-dicom", "image", self.values, "--run", self.output, "--to", self.to, "--input", self.input, *options,
                                code=code)
        self.assertNotIn("Hidden", done.stdout + done.stderr)
        if code != 0:
            self.assertFalse(self.to.exists() and list(self.to.iterdir()))
            return done.stderr
        files = [pydicom.dcmread(path) for path in sorted(self.to.iterdir())]
        self.assertEqual(len(files), SLICES)
        return files

    def values_of(self, files):
        slices = [data.pixel_array.T * float(data.RescaleSlope) + float(data.RescaleIntercept) for data in files]
        return numpy.stack(slices, axis=2)

    def test_whole_numbers_are_themselves(self):
        values = numpy.random.default_rng(3).integers(-32768, 32768, (COLUMNS, ROWS, SLICES)).astype(numpy.int16)
        for kept in (values, numpy.abs(values.astype(numpy.int32)).astype(numpy.uint16) * 2, values.astype(numpy.float64) // 300):
            self.write_values(kept)
            numpy.testing.assert_array_equal(self.values_of(self.derive()), kept)

    def test_fractions_are_within_what_is_told(self):
        values = numpy.random.default_rng(4).normal(0, 1, (COLUMNS, ROWS, SLICES)).astype(numpy.float32)
        values[0, 0, 0] = 0
        self.write_values(values)
        told = json.loads(self.run_dcmflow("to-dicom", "image", self.values, "--run", self.output, "--to", self.to, "--input", self.input,
                                           "--json").stdout)
        jsonschema.validate(told, json.loads((ROOT / "config/schemas/to-dicom.schema.json").read_text()))
        back = self.values_of(self.derive())
        self.assertEqual(back[0, 0, 0], 0)
        self.assertLessEqual(numpy.abs(back - values).max(), told["largest_error"] * 1.001)
        self.assertLess(told["largest_error"], numpy.abs(values).max() / 60000)

    def test_each_order_of_axes(self):
        values = numpy.arange(COLUMNS * ROWS * SLICES, dtype=numpy.int16).reshape(COLUMNS, ROWS, SLICES)
        image = nibabel.Nifti1Image(values, self.image().affine)
        for order, flips in all_orders():
            nibabel.save(reordered(image, order, flips), self.values)
            numpy.testing.assert_array_equal(self.values_of(self.derive()), values)

    def test_places_and_references(self):
        self.write_values(numpy.ones((COLUMNS, ROWS, SLICES), dtype=numpy.float32) / 3)
        files = self.derive("--description", "heat map")
        sources = {data.SOPInstanceUID: data for data in map(pydicom.dcmread, self.input.iterdir())}
        self.assertEqual(len({data.SOPInstanceUID for data in files}), SLICES)
        self.assertEqual(len({data.SeriesInstanceUID for data in files} - {"1.2.3.1"}), 1)
        for k, data in enumerate(files):
            self.assertEqual(data.ImageType, ["DERIVED", "SECONDARY", "AXIAL"])
            self.assertEqual((data.PatientName, data.StudyInstanceUID, data.FrameOfReferenceUID), (NAME, "1.2.3", "1.2.3.9"))
            self.assertEqual((data.SeriesDescription, data.InstanceNumber), ("heat map", k + 1))
            source = sources[data.SourceImageSequence[0].ReferencedSOPInstanceUID]
            for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
                numpy.testing.assert_allclose(numpy.array(data[keyword].value, dtype=float), numpy.array(source[keyword].value, dtype=float),
                                              atol=1e-6)
            self.assertNotEqual(data.DerivationDescription, "")

    def test_dcmflow_reads_the_ramp_back(self):
        """The source's own values, made again by a model that changes nothing."""
        shutil.copy(self.output / json.loads((self.output / "volumes.json").read_text())["volumes"][0]["file"], self.values)
        self.derive()
        back = self.root / "back"
        self.run_dcmflow(self.to, back, "-f", "nii.gz")
        image = self.image(back)
        index = numpy.stack(numpy.meshgrid(*(range(n) for n in image.shape), indexing="ij"), axis=-1)
        lps = (index @ image.affine[:3, :3].T + image.affine[:3, 3]) * [-1, -1, 1]
        numpy.testing.assert_allclose(numpy.asarray(image.dataobj), ramp(lps), atol=0.51)

    @unittest.skipUnless(shutil.which("dciodvfy"), "no dciodvfy (dicom3tools)")
    def test_the_validator_finds_no_error(self):
        for modality in CLASSES:
            with self.subTest(modality=modality):
                shutil.rmtree(self.input)
                write_series(self.input, self.axes, modality=modality)
                self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
                self.write_values(numpy.linspace(0, 1, COLUMNS * ROWS * SLICES, dtype=numpy.float32).reshape(COLUMNS, ROWS, SLICES))
                self.assertEqual(self.derive()[0].SOPClassUID, CLASSES[modality])
                for path in self.to.iterdir():
                    self.assertEqual(errors_of(path), [])

    def test_what_is_refused(self):
        values = numpy.zeros((COLUMNS, ROWS, SLICES), dtype=numpy.float32)
        values[1, 2, 3] = numpy.nan
        self.write_values(values)
        self.assertIn("voxel (1, 2, 3)", self.derive(code=USAGE))
        self.write_values(numpy.zeros((COLUMNS, ROWS, SLICES + 1), dtype=numpy.float32))
        self.assertIn("its grid is that of no image", self.derive(code=USAGE))
        self.write_values(numpy.zeros((COLUMNS, ROWS, SLICES), dtype=numpy.float32))
        self.to.mkdir()
        (self.to / "other.dcm").write_text("")
        done = self.run_dcmflow("to-dicom", "image", self.values, "--run", self.output, "--to", self.to, "--input", self.input,
                                code=OUTPUT_FAILED)
        self.assertIn("not empty", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
