#!/usr/bin/env python3
"""dcmflow to-dicom seg: labels on a prepared image go back to the slices of its source.

usage: prepared_test.py PROGRAM ROOT_OF_THE_SOURCES
Ends with 77 where there is no dcmflow-prepare beside the program, or the program prepares nothing.
"""
import json
import subprocess
import sys
import unittest

import nibabel
import numpy

from scene import COLUMNS, PROGRAM, ROWS, SLICES, USAGE, Scene, full_labels, sparse_labels, write_series


class Prepared(Scene):
    def prepare(self, *options):
        """The prepared image, whose grid the model sees."""
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz", *options)
        volumes = json.loads((self.output / "prepared/volumes.json").read_text())["volumes"]
        return nibabel.load(self.output / "prepared" / volumes[0]["file"])

    def source_affine(self):
        """Of the source, whose image the output folder may not keep."""
        grid = json.loads((self.output / "volumes.json").read_text())["volumes"][0]
        lps = numpy.column_stack([numpy.array(grid["direction"]).T * grid["spacing"], grid["origin"]])
        return numpy.vstack([lps * [[-1], [-1], [1]], [0, 0, 0, 1]])

    def expected(self, prepared, labels):
        """Of each voxel of the source the label that is nearest to its centre, worked out by numpy."""
        to_labels = numpy.linalg.inv(prepared.affine) @ self.source_affine()
        index = numpy.stack(numpy.meshgrid(range(COLUMNS), range(ROWS), range(SLICES), indexing="ij"), axis=-1)
        at = numpy.floor(index @ to_labels[:3, :3].T + to_labels[:3, 3] + 0.5 + 1e-4).astype(int)
        inside = ((at >= 0) & (at < labels.shape)).all(axis=-1)
        found = labels[tuple(numpy.moveaxis(numpy.where(inside[..., None], at, 0), -1, 0))]
        return numpy.where(inside, found, 0)

    def test_after_orient_exactly(self):
        for orientation in ("RAS", "LPS", "PIR", "SLA", "AIL"):
            for labels in (sparse_labels(), full_labels()):
                with self.subTest(orientation=orientation):
                    prepared = self.prepare("--orient", orientation)
                    self.assertEqual("".join(nibabel.aff2axcodes(prepared.affine)), orientation)
                    source = nibabel.Nifti1Image(labels, self.source_affine())
                    turn = nibabel.orientations.ornt_transform(nibabel.io_orientation(source.affine), nibabel.io_orientation(prepared.affine))
                    self.write_labels(numpy.asarray(source.as_reoriented(turn).dataobj), prepared.affine)
                    numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom()), labels)

    def test_after_spacing_by_the_nearest(self):
        for spacing in ("1,1,1", "0.5,0.5,0.5", "3,2,4"):
            with self.subTest(spacing=spacing):
                prepared = self.prepare("--spacing", spacing)
                labels = numpy.random.default_rng(5).integers(0, 3, prepared.shape[:3]).astype(numpy.uint8)
                self.write_labels(labels, prepared.affine)
                data = self.to_dicom("--json")
                numpy.testing.assert_array_equal(self.voxels_of(data), self.expected(prepared, labels))

    def test_both_and_a_crop(self):
        prepared = self.prepare("--orient", "RAS", "--spacing", "1,1,1", "--crop", "6,6,6")
        labels = numpy.random.default_rng(6).integers(0, 3, prepared.shape[:3]).astype(numpy.uint8)
        self.write_labels(labels, prepared.affine)
        numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom()), self.expected(prepared, labels))

    def test_a_label_between_the_slices_is_told(self):
        prepared = self.prepare("--spacing", "0.7,0.9,0.5")
        labels = numpy.zeros(prepared.shape[:3], dtype=numpy.uint8)
        on_slice = numpy.rint((numpy.linalg.inv(prepared.affine) @ self.source_affine() @ [5, 4, 3, 1])[:3]).astype(int)
        labels[tuple(on_slice)] = 1
        labels[on_slice[0], on_slice[1], on_slice[2] + 2] = 2
        self.write_labels(labels, prepared.affine)
        done = self.run_dcmflow("to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to, "--input", self.input)
        self.assertIn("label 2 has 1 voxel, and none at a voxel of the source", done.stderr)

    def test_of_a_prepared_image_of_several(self):
        write_series(self.input, self.axes, uid="1.2.3.1")
        write_series(self.root / "in" / "second", self.axes, uid="1.2.3.2")
        prepared = self.prepare("--spacing", "1,1,1")
        labels = numpy.random.default_rng(8).integers(0, 3, prepared.shape[:3]).astype(numpy.uint8)
        self.write_labels(labels, prepared.affine)
        self.assertIn("2 images of the run have this grid", self.to_dicom(code=USAGE))
        volumes = json.loads((self.output / "prepared/volumes.json").read_text())["volumes"]
        second, = (volume["file"] for volume in volumes if volume["source"]["series"] == "1.2.3.2")
        data = self.to_dicom("--image", f"prepared/{second}")
        self.assertEqual(data.ReferencedSeriesSequence[0].SeriesInstanceUID, "1.2.3.2")


if __name__ == "__main__":
    told = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    if "--orient" not in told or not (PROGRAM.parent / "dcmflow-prepare").exists():
        print("skipped: nothing is prepared here")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
