#!/usr/bin/env python3
"""dcmflow to-dicom seg: a label image becomes a DICOM Segmentation that others read as the same labels.

usage: segmentation_test.py PROGRAM ROOT_OF_THE_SOURCES
"""
import json
import shutil
import subprocess
import sys
import unittest

import jsonschema
import nibabel
import numpy
import pydicom

from scene import (COLUMNS, NAME, PLANES, PROGRAM, ROOT, ROWS, SEGMENTATION, SLICES, SPACING, Scene, all_orders, errors_of, full_labels,
                   position_of, reordered, sparse_labels, write_series)

WITH_VALIDATOR = shutil.which("dciodvfy") is not None


class EachOrder(Scene):
    """Whatever the order and direction of its axes, and wherever the slices lie."""

    def check_plane(self, plane):
        axes = PLANES[plane]
        shutil.rmtree(self.input)
        write_series(self.input, axes)
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
        for labels in (sparse_labels(), full_labels()):
            image = nibabel.Nifti1Image(labels, self.image().affine)
            for order, flips in all_orders():
                with self.subTest(order=order, flips=flips):
                    nibabel.save(reordered(image, order, flips), self.labels)
                    numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom(), axes), labels)

    def test_axial(self):
        self.check_plane("axial")

    def test_sagittal(self):
        self.check_plane("sagittal")

    def test_coronal(self):
        self.check_plane("coronal")

    def test_oblique(self):
        self.check_plane("oblique")


class Segmentation(Scene):
    def test_each_type_and_format_that_others_write(self):
        labels = sparse_labels()
        for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"):
            with self.subTest(kind=kind):
                self.write_labels(labels.astype(kind))
                numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom()), labels)
        for form in ("nii", "mhd", "mha", "nrrd", "nrrd-gzip"):
            with self.subTest(form=form):
                path = self.write_by_dcmflow(form, labels)
                numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom(labels=path)), labels)

    def write_by_dcmflow(self, form, labels):
        """The image in this format, with the labels in the place of its voxels."""
        made = self.root / form
        self.run_dcmflow(self.input, made, "-f", form)
        path = made / json.loads((made / "volumes.json").read_text())["volumes"][0]["file"]
        voxels = labels.astype("<i2").tobytes(order="F")
        if form == "mhd":
            path.with_suffix(".raw").write_bytes(voxels)
        elif form == "nrrd-gzip":
            import gzip
            head = path.read_bytes().partition(b"\n\n")[0]
            path.write_bytes(head + b"\n\n" + gzip.compress(voxels))
        else:
            path.write_bytes(path.read_bytes()[:-len(voxels)] + voxels)
        return path

    def test_a_qform_alone_says_where_it_lies(self):
        labels = sparse_labels()
        image = nibabel.Nifti1Image(labels, self.image().affine)
        image.set_qform(self.image().affine, 1)
        image.set_sform(None, 0)
        nibabel.save(image, self.labels)
        numpy.testing.assert_array_equal(self.voxels_of(self.to_dicom()), labels)

    def test_frames_patient_study_and_references(self):
        self.write_labels(sparse_labels())
        data = self.to_dicom()
        self.assertEqual((data.SOPClassUID, data.Modality, data.SegmentationType), (SEGMENTATION, "SEG", "BINARY"))
        self.assertEqual(data.NumberOfFrames, 4)  # of segment 1 on slices 1, 4 and 5, of segment 2 on slice 4
        self.assertEqual((data.PatientName, data.PatientID), (NAME, "P-1"))
        self.assertEqual((data.StudyInstanceUID, data.StudyID, data.AccessionNumber), ("1.2.3", "S1", "A1"))
        self.assertEqual(data.FrameOfReferenceUID, "1.2.3.9")
        self.assertEqual([segment.SegmentLabel for segment in data.SegmentSequence], ["lesion", "ödema"])
        measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        numpy.testing.assert_allclose(measures.PixelSpacing, [SPACING[1], SPACING[0]], rtol=1e-9)
        numpy.testing.assert_allclose(measures.SpacingBetweenSlices, SPACING[2], rtol=1e-9)
        sources = {data.SOPInstanceUID: data for data in map(pydicom.dcmread, self.input.iterdir())}
        series = data.ReferencedSeriesSequence[0]
        self.assertEqual(series.SeriesInstanceUID, "1.2.3.1")
        self.assertEqual({item.ReferencedSOPInstanceUID for item in series.ReferencedInstanceSequence}, set(sources))
        for groups in data.PerFrameFunctionalGroupsSequence:
            reference, = groups.DerivationImageSequence[0].SourceImageSequence
            source = sources[reference.ReferencedSOPInstanceUID]
            self.assertEqual(reference.ReferencedSOPClassUID, source.SOPClassUID)
            numpy.testing.assert_allclose(numpy.array(groups.PlanePositionSequence[0].ImagePositionPatient, dtype=float),
                                          numpy.array(source.ImagePositionPatient, dtype=float), atol=1e-6)

    def test_uids_are_new_each_time(self):
        self.write_labels(sparse_labels())
        uids = [(data.SOPInstanceUID, data.SeriesInstanceUID) for data in (self.to_dicom(), self.to_dicom())]
        self.assertEqual(len({uid for pair in uids for uid in pair}), 4)
        for pair in uids:
            for uid in pair:
                self.assertRegex(uid, r"^2\.25\.[1-9][0-9]{0,38}$")

    @unittest.skipUnless(WITH_VALIDATOR, "no dciodvfy (dicom3tools)")
    def test_the_validator_finds_no_error(self):
        code = {"value": "49755003", "scheme": "SCT", "meaning": "Morphologically Altered Structure"}
        self.write_meta([{"number": 1, "name": "lesion", "category": code, "type": {"value": "52988006", "scheme": "SCT", "meaning": "Lesion"},
                          "anatomy": {"value": "69536005", "scheme": "SCT", "meaning": "Head"}, "description": "of all",
                          "algorithm": {"type": "AUTOMATIC", "name": "threshold"}, "colour": [255, 0, 0]},
                         {"number": 2, "name": "edge", "algorithm": {"type": "MANUAL"}}, {"number": 3, "name": "not there"}])
        for labels in (sparse_labels(), full_labels()):
            self.write_labels(labels)
            self.to_dicom()
            self.assertEqual(errors_of(self.to), [])

    @unittest.skipUnless(WITH_VALIDATOR, "no dciodvfy (dicom3tools)")
    def test_the_validator_can_fail(self):
        self.write_labels(sparse_labels())
        data = self.to_dicom()
        del data.SegmentSequence
        data.save_as(self.to)
        self.assertNotEqual(errors_of(self.to), [])

    def test_codes_that_nobody_gave_are_generic(self):
        self.write_labels(sparse_labels())
        for segment in self.to_dicom().SegmentSequence:
            for codes in (segment.SegmentedPropertyCategoryCodeSequence, segment.SegmentedPropertyTypeCodeSequence):
                self.assertEqual((codes[0].CodeValue, codes[0].CodingSchemeDesignator, codes[0].CodeMeaning), ("85756007", "SCT", "Tissue"))

    def test_numbers_with_gaps_count_from_1(self):
        labels = sparse_labels().astype(numpy.uint16)
        labels[labels == 2] = 40000
        self.write_labels(labels)
        self.write_meta([{"number": 40000, "name": "second"}, {"number": 1, "name": "first"}])
        data = self.to_dicom()
        self.assertEqual([(s.SegmentNumber, s.SegmentLabel) for s in data.SegmentSequence], [(1, "first"), (2, "second")])
        numpy.testing.assert_array_equal(self.voxels_of(data), sparse_labels())
        told = self.run_dcmflow("to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to, "--input", self.input)
        first, second = told.stdout.splitlines()[-2:]
        self.assertRegex(first, r"^  segment 1, first: 14 voxels, [0-9.]+ ml$")
        self.assertRegex(second, r"^  segment 2, second: 14 voxels, [0-9.]+ ml; its voxels are 40000 in the labels$")

    def test_what_is_told(self):
        self.write_labels(sparse_labels())
        done = self.run_dcmflow("to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to, "--input",
                                self.input, "--json")
        told = json.loads(done.stdout)
        jsonschema.validate(told, json.loads((ROOT / "config/schemas/to-dicom.schema.json").read_text()))
        self.assertEqual([segment["voxels"] for segment in told["segments"]], [14, 14])
        self.assertEqual(told["series"], pydicom.dcmread(self.to).SeriesInstanceUID)
        jsonschema.validate(json.loads(self.meta.read_text()), json.loads((ROOT / "config/schemas/segments.schema.json").read_text()))

    def test_the_source_is_found_by_the_catalogue_and_by_uid(self):
        self.write_labels(sparse_labels())
        words = ["to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to]
        shutil.rmtree(self.output)
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz", "--catalogue", "yes")
        self.run_dcmflow(*words)
        moved = self.root / "moved" / "deep"
        moved.mkdir(parents=True)
        for number, path in enumerate(sorted(self.input.iterdir())):
            shutil.move(path, moved / f"other-{number}")
        self.run_dcmflow(*words, "--input", moved.parent)
        numpy.testing.assert_array_equal(self.voxels_of(pydicom.dcmread(self.to)), sparse_labels())

    def test_a_filled_slice_refers_to_what_it_was_made_of(self):
        shutil.rmtree(self.input)
        write_series(self.input, self.axes, left_out=(3,))
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
        labels = numpy.zeros((COLUMNS, ROWS, SLICES), dtype=numpy.uint8)
        labels[4, 5, 3] = 1
        self.write_labels(labels)
        data = self.to_dicom()
        numpy.testing.assert_array_equal(self.voxels_of(data), labels)
        items = data.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence
        self.assertEqual([item.ReferencedSOPInstanceUID for item in items], ["1.2.3.1.3", "1.2.3.1.5"])

    def test_dcmflow_reads_it_back(self):
        self.write_labels(full_labels())
        self.to_dicom()
        back = self.root / "back"
        self.run_dcmflow(self.to.parent, back, "-f", "nii.gz")
        for volume in json.loads((back / "volumes.json").read_text())["volumes"]:
            image = nibabel.load(back / volume["file"])
            numpy.testing.assert_allclose(image.affine, self.image().affine, atol=1e-4)
            numpy.testing.assert_array_equal(numpy.asarray(image.dataobj) != 0, full_labels() == volume["segment"]["number"])

    @unittest.skipUnless(shutil.which("dcmdump"), "no dcmdump (dcmtk)")
    def test_dcmtk_reads_it(self):
        self.write_labels(full_labels())
        self.to_dicom()
        told = subprocess.run(["dcmdump", "+W", self.root, self.to], capture_output=True, text=True, check=True)
        self.assertEqual(told.stderr, "")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
