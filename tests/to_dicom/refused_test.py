#!/usr/bin/env python3
"""dcmflow to-dicom: what is not true of an image of the run, or hostile, is refused with both numbers, and leaves no file.

usage: refused_test.py PROGRAM ROOT_OF_THE_SOURCES
"""
import json
import shutil
import struct
import sys
import unittest

import jsonschema
import nibabel
import numpy
import pydicom

from scene import COLUMNS, NO_INPUT, OUTPUT_FAILED, ROOT, ROWS, SLICES, USAGE, Scene, sparse_labels, write_series


class Refused(Scene):
    def refuse(self, *words, code=USAGE, options=(), labels=None):
        told = self.to_dicom(*options, code=code, labels=labels)
        for word in words:
            self.assertIn(word, told)

    def test_a_grid_of_another_place(self):
        affine = self.image().affine.copy()
        affine[:3, 3] += affine[:3, 0] / numpy.linalg.norm(affine[:3, 0]) * 12.5
        self.write_labels(sparse_labels(), affine)
        self.refuse("labels_unusable", "1.2.3.1", "12.5 mm off")

    def test_a_grid_that_is_nearly_one(self):
        affine = self.image().affine.copy()
        affine[:3, 3] += affine[:3, 0] * 0.05
        self.write_labels(sparse_labels(), affine)
        self.refuse("0.035 mm off")

    def test_a_grid_of_another_size(self):
        self.write_labels(sparse_labels()[:-1])
        self.refuse("labels_unusable", f"{COLUMNS - 1} x {ROWS} x {SLICES}", f"{COLUMNS} x {ROWS} x {SLICES}")

    def test_labels_without_a_name(self):
        labels = sparse_labels()
        labels[5, 5, 5] = 7
        self.write_labels(labels)
        self.refuse("hold 1, 2, 7", "names 1, 2", "for 7")

    def test_no_label_at_all(self):
        self.write_labels(numpy.zeros_like(sparse_labels()))
        self.refuse("every voxel is 0")

    def test_values_that_are_no_labels(self):
        for value in (-1, 0.5, 65536, float("nan"), float("inf")):
            with self.subTest(value=value):
                labels = sparse_labels().astype(numpy.float64)
                labels[3, 2, 1] = value
                self.write_labels(labels)
                self.refuse("voxel (3, 2, 1)", "expected a whole number from 0 to 65535")

    def test_files_that_promise_more_than_they_have(self):
        self.write_labels(sparse_labels())
        whole = nibabel.load(self.labels)
        path = self.root / "labels.nii"
        nibabel.save(whole, path)
        good = path.read_bytes()
        for name, bad in {"cut": good[:-1], "huge": good[:42] + struct.pack("<3h", 32767, 32767, 32767) + good[48:],
                          "none": good[:42] + struct.pack("<h", 0) + good[44:], "head": good[:200], "empty": b"",
                          "offset": good[:108] + struct.pack("<f", -1) + good[112:],
                          "within the header": good[:108] + struct.pack("<f", 340) + good[112:], "magic": good[:344] + bytes(4) + good[348:],
                          "type": good[:70] + struct.pack("<h", 1792) + good[72:]}.items():
            with self.subTest(name=name):
                path.write_bytes(bad)
                self.refuse("labels_unusable", labels=path)

    def test_voxels_that_lie_elsewhere(self):
        mhd = "NDims = 3\nDimSize = {0} {1} {2}\nElementSpacing = 1 1 1\nOffset = 0 0 0\nTransformMatrix = 1 0 0 0 1 0 0 0 1\n{3}" \
              "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n"
        nrrd = "NRRD0004\ntype: uint8\ndimension: 3\nspace: left-posterior-superior\nsizes: {0} {1} {2}\n" \
               "space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: raw\n{3}\n"
        for name, header, more in (("mha", mhd, "HeaderSize = 16\n"), ("mha", mhd, "BinaryData = False\n"),
                                   ("mha", mhd, "BinaryDataByteOrderMSB = 1\n"), ("nrrd", nrrd, "byte skip: 8\n"),
                                   ("nrrd", nrrd, "line skip: 1\n"), ("nrrd", nrrd, "endian: BIG\n")):
            with self.subTest(more=more):
                path = self.root / f"labels.{name}"
                path.write_bytes(header.format(COLUMNS, ROWS, SLICES, more).encode() + bytes([1]) * (COLUMNS * ROWS * SLICES + 16))
                self.refuse("labels_unusable", "is not read", labels=path)

    def test_axes_that_span_no_space(self):
        self.write_labels(sparse_labels())
        path = self.root / "labels.nii"
        nibabel.save(nibabel.load(self.labels), path)
        good = path.read_bytes()
        for number in (0.0, float("nan"), float("inf")):
            path.write_bytes(good[:280] + struct.pack("<f", number) * 12 + good[328:])
            self.refuse("labels_unusable", labels=path)

    def test_four_dimensions_and_other_files(self):
        self.write_labels(numpy.stack([sparse_labels()] * 2, axis=3))
        self.refuse("2 volumes")
        text = self.root / "labels.txt"
        text.write_text("1")
        self.refuse("expected a file that ends in", labels=text)
        self.refuse("labels_unusable", labels=self.root / "not-there.nii")

    def test_meta_that_is_wrong(self):
        self.write_labels(sparse_labels())
        one = {"number": 1, "name": "a"}
        code = {"value": "1", "scheme": "SCT", "meaning": "x"}
        schema = json.loads((ROOT / "config/schemas/segments.schema.json").read_text())
        for number, (meta, word) in enumerate([
                ([], "expected an object"), ({}, "'segments'"), ({"segments": []}, "'segments'"), ({"segments": {}}, "'segments'"),
                ({"segments": [1]}, "expected an object"), ({"segments": [{"name": "a"}]}, "'number'"),
                ({"segments": [one | {"number": 0}]}, "'number'"), ({"segments": [one | {"number": 65536}]}, "'number'"),
                ({"segments": [one | {"number": 1.5}]}, "'number'"), ({"segments": [one | {"number": "1"}]}, "'number'"),
                ({"segments": [{"number": 1}]}, "'name' is missing"), ({"segments": [one | {"name": ""}]}, "'name' has 0"),
                ({"segments": [one | {"name": "x" * 65}]}, "65 characters"), ({"segments": [one | {"name": "a\\b"}]}, "backslash"),
                ({"segments": [one | {"name": "a\nb"}]}, "control"), ({"segments": [one | {"nmae": "x"}]}, "name"),
                ({"segments": [one | {"category": {"value": "1"}}]}, "'scheme' is missing"),
                ({"segments": [one | {"type": code | {"value": "x" * 17}}]}, "17 characters"),
                ({"segments": [one | {"anatomy": "head"}]}, "expected an object"),
                ({"segments": [one | {"algorithm": {"type": "MAGIC"}}]}, "MAGIC"),
                ({"segments": [one | {"colour": [1, 2]}]}, "'colour'"), ({"segments": [one | {"colour": [1, 2, 256]}]}, "'colour'"),
                ({"segments": [one], "content_label": "small"}, "content_label"), ({"segments": [one], "schema": "x"}, "schema"),
                ({"segments": [one, one]}, "two segments have the number 1")]):
            with self.subTest(number=number):
                self.meta.write_text(json.dumps(meta))
                self.refuse("meta.json", word)
                if word != "two segments have the number 1":  # which no schema says
                    with self.assertRaises(jsonschema.ValidationError):
                        jsonschema.validate(meta, schema)
        for text in ("", "{", "\x00", '{"segments": [' * 1000):
            self.meta.write_text(text)
            self.refuse("meta.json")
        self.meta.unlink()
        self.refuse("meta.json")

    def test_several_images_fit(self):
        write_series(self.root / "in2" / "a", self.axes, uid="1.2.3.1")
        write_series(self.root / "in2" / "b", self.axes, uid="1.2.3.2")
        self.input = self.root / "in2"
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")
        self.write_labels(sparse_labels())
        self.refuse("2 images of the run have this grid", "1.2.3.1, 1.2.3.2", "--image")
        self.refuse("lists no image 1.2.3.3.nii.gz", options=("--image", "1.2.3.3.nii.gz"))
        data = self.to_dicom("--image", "1.2.3.2.nii.gz")
        self.assertEqual(data.ReferencedSeriesSequence[0].SeriesInstanceUID, "1.2.3.2")

    def test_sources_that_are_not_there(self):
        self.run_dcmflow(self.input, self.output, "-f", "nii.gz")  # the catalogue knows no other place
        self.write_labels(sparse_labels())
        (self.input / "0.dcm").unlink()
        self.refuse("source_missing", "1 of 7", "--input", code=NO_INPUT)
        shutil.rmtree(self.input)
        self.refuse("source_missing", "7 of 7", code=NO_INPUT)
        self.run_dcmflow("to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to, code=NO_INPUT)

    def test_sources_that_are_others(self):
        self.write_labels(sparse_labels())
        shutil.rmtree(self.input)
        write_series(self.input, self.axes, uid="1.2.3.7")
        self.refuse("source_missing", "7 of 7", code=NO_INPUT)

    def test_a_folder_that_is_none_of_a_run(self):
        self.write_labels(sparse_labels())
        volumes = self.output / "volumes.json"
        good = json.loads(volumes.read_text())
        for number, change in enumerate([{"dimensions": [11, 9, 2 ** 31]}, {"slices": []}, {"recipes": [{"lower": 99, "upper": 99, "upper_weight": 0}] * 7},
                                         {"spacing": ["a", 1, 1]}, {"direction": []}, {"slices": [{"file": "../../etc/passwd"}]}]):
            with self.subTest(number=number):
                bad = json.loads(json.dumps(good))
                bad["volumes"][0].update(change)
                volumes.write_text(json.dumps(bad))
                self.refuse(code=USAGE if number == 0 else NO_INPUT)
        for text in ("", "{", "[]", "{}", '{"volumes": 1}'):
            volumes.write_text(text)
            self.refuse("volumes.json", code=NO_INPUT)
        volumes.unlink()
        self.refuse("it has no volumes.json", code=NO_INPUT)

    def test_names_in_volumes_json_lead_nowhere_else(self):
        self.write_labels(sparse_labels())
        outside = self.root / "outside"
        shutil.move(self.input, outside)
        self.input.mkdir()
        volumes = self.output / "volumes.json"
        volumes.write_text(volumes.read_text().replace('"file": "', '"file": "../outside/').replace("../outside/1.2.3.1", "1.2.3.1"))
        self.refuse("source_missing", "7 of 7", code=NO_INPUT)

    def test_files_that_the_object_is_made_of_stay(self):
        self.write_labels(sparse_labels())
        source = next(self.input.iterdir())
        words = ["to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--input", self.input, "--to"]
        for path in (self.labels, self.meta, source, self.output / "volumes.json"):
            with self.subTest(path=path.name):
                before = path.read_bytes()
                self.run_dcmflow(*words, path, code=USAGE)
                self.assertEqual(path.read_bytes(), before)

    def test_two_patients(self):
        self.write_labels(sparse_labels())
        path = next(self.input.iterdir())
        data = pydicom.dcmread(path)
        data.PatientName = "Other^Man"
        data.save_as(path)
        told = self.to_dicom(code=NO_INPUT)
        self.assertIn("more than one Patient's Name", told)
        self.assertNotIn("Other", told)

    def test_the_voxels_of_labels_are_not_written_over(self):
        self.write_labels(sparse_labels())
        whole = nibabel.load(self.labels)
        nibabel.save(nibabel.Nifti1Pair(whole.dataobj, whole.affine), self.root / "pair.hdr")
        voxels = self.root / "pair.img"
        before = voxels.read_bytes()
        words = ["to-dicom", "seg", self.root / "pair.hdr", "--run", self.output, "--meta", self.meta, "--input", self.input, "--to"]
        self.assertIn("made of", self.run_dcmflow(*words, voxels, code=USAGE).stderr)
        self.assertEqual(voxels.read_bytes(), before)

    def test_a_place_that_cannot_be_written(self):
        self.write_labels(sparse_labels())
        blocked = self.root / "blocked"
        blocked.write_text("")
        words = ["to-dicom", "seg", self.labels, "--run", self.output, "--meta", self.meta, "--input", self.input, "--to"]
        self.run_dcmflow(*words, blocked / "seg.dcm", code=OUTPUT_FAILED)
        self.run_dcmflow(*words, self.output, code=OUTPUT_FAILED)
        self.assertEqual(blocked.read_text(), "")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
