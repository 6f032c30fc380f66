#!/usr/bin/env python3
"""The Python module: what it makes of options, of what comes out, and of what goes wrong. The program is the real one.

usage: dcmflow_module_test.py PROGRAM [TEST]...
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SAMPLE = ROOT / "test-data/dcm"
sys.path.insert(0, str(ROOT / "engine/library"))

import dcmflow  # noqa: E402


class Module(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-module-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.output = self.folder / "out"

    def convert(self, inputs=SAMPLE, output=None, **options):
        return dcmflow.convert(inputs, output or self.output, program=PROGRAM, **options)

    def fails(self, code, words, function, *arguments, **options):
        with self.assertRaises(dcmflow.DcmflowError) as caught:
            function(*arguments, **options)
        self.assertEqual(caught.exception.exit_code, code)
        self.assertRegex(str(caught.exception), words)


class Conversion(Module):
    def test_tells_what_became_of_each_series(self):
        summary = self.convert(format="nii", threads=1, strict=False, rules=None)
        self.assertEqual((summary["exit_code"], summary["output"]), (0, str(self.output)))
        self.assertEqual({image["file"] for series in summary["series"] for image in series["images"]},
                         {path.name for path in self.output.glob("*.nii")})
        report = json.loads((self.output / "report.json").read_text())
        self.assertEqual(report["run"]["threads"], 1)

    def test_takes_options_flags_and_several_inputs(self):
        inputs = [SAMPLE / "study1", str(SAMPLE / "study2")] if (SAMPLE / "study2").exists() else [SAMPLE / "study1"]
        summary = self.convert(inputs, format="nii", on_missing="split", bids=True, name="{SeriesNumber}")
        self.assertEqual(summary["exit_code"], 0)
        self.assertTrue(list(self.output.glob("*.nii")))
        self.assertNotIn("2.25.7000.1.1.nii", [path.name for path in self.output.iterdir()])

    def test_has_results_where_strict_refuses_something(self):
        broken = self.folder / "in"
        broken.mkdir()
        for path in (SAMPLE / "study1/series1").iterdir():
            (broken / path.name).write_bytes(path.read_bytes())
        (broken / "empty.dcm").touch()
        summary = self.convert(broken, strict=True)
        self.assertEqual(summary["exit_code"], 6)
        self.assertEqual(len(dcmflow.read_volumes(self.output)), 1)

    def test_takes_folders_that_look_like_options_and_verbs(self):
        for name in ("--format", "list"):
            output = self.folder / name
            self.convert(output=output, format="nii")
            self.assertTrue((output / "selected-images.json").exists())

    def test_raises_what_the_program_says(self):
        self.fails(2, "jpeg.*mhd", self.convert, format="jpeg")
        self.fails(4, "nothing", self.convert, self.folder / "nothing")
        self.fails(2, "no_such_option|no-such-option", self.convert, no_such_option=True)
        self.fails(127, "missing cannot be started", dcmflow.version, program="/missing")
        self.fails(0, "Expecting value", dcmflow.convert, SAMPLE, self.output, program="/bin/true")
        self.fails(143, "dcmflow ended with 143", dcmflow.convert, SAMPLE, self.output, program=self.script("kill -TERM $$"))
        self.fails(0, "summary:9", dcmflow.convert, SAMPLE, self.output, program=self.script("echo '{\"schema\": \"summary:9\"}'"))

    def script(self, text):
        path = self.folder / "program"
        path.write_text("#!/bin/sh\n" + text + "\n")
        path.chmod(0o755)
        return path

    def test_is_of_the_same_version_as_the_program(self):
        told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertEqual("dcmflow " + dcmflow.version(program=PROGRAM), told.strip())


class Listing(Module):
    def test_tells_what_would_come_out_and_writes_nothing(self):
        before = sorted(SAMPLE.rglob("*"))
        listed = dcmflow.list_series(SAMPLE, program=PROGRAM, format="nii.gz")
        self.assertEqual(sorted(SAMPLE.rglob("*")), before)
        summary = self.convert(format="nii.gz")
        files = [[image["file"] for series in told["series"] for image in series["images"]] for told in (listed, summary)]
        self.assertEqual(files[0], files[1])
        self.assertIn("PatientName", listed["series"][0])
        self.fails(4, "in", dcmflow.list_series, self.folder, program=PROGRAM)


class Volumes(Module):
    def test_lie_where_their_images_say(self):
        import numpy

        for image_format in ("nii", "nii.gz", "hdr"):
            self.convert(format=image_format)
            volumes = dcmflow.read_volumes(self.output)
            self.assertEqual(len(volumes), 2)
            for volume in volumes:
                array, affine = volume.load()
                self.assertIsInstance(array, numpy.ndarray)
                self.assertEqual(list(array.shape[:3]), volume.info["dimensions"])
                self.assertEqual([array.min(), array.max()], volume.info["value_range"])
                numpy.testing.assert_allclose(affine, volume.affine, atol=1e-4)
                self.assertTrue(all(path.exists() for path in volume.paths))

    def test_lie_in_the_folders_of_a_layout(self):
        self.convert(format="nii", layout="{Modality}/{SeriesNumber}")
        for volume in dcmflow.read_volumes(self.output):
            self.assertTrue(volume.path.is_file(), volume.path)
            self.assertEqual(volume.path.parent.parent, self.output)

    def test_have_an_affine_without_numpy(self):
        self.convert(format="mhd")
        volume = dcmflow.read_volumes(self.output)[0]
        self.assertEqual(volume.affine, [[-0.7, 0, 0, 22.05], [0, -0.8, 0, 18.8], [0, 0, 2.5, -22.5], [0, 0, 0, 1]])
        self.assertEqual(volume.affine_lps[0], [0.7, 0, 0, -22.05])
        self.assertEqual(len(volume.paths), 2)
        self.fails(0, "nibabel reads NIfTI", volume.load)

    def test_of_an_incomplete_or_foreign_folder_are_refused(self):
        self.fails(0, "no run of dcmflow was completed", dcmflow.read_volumes, self.folder)
        self.convert(format="mhd")
        whole = json.loads((self.output / "volumes.json").read_text())
        for name, value, words in [("file", "../secret.mhd", "secret"), ("files", ["a/../b"], "a/../b"), ("direction", [[1, 0, 0]], "expected 3"), ("direction", [[1, 0]] * 3, "expected 3"),
                                   ("spacing", None, "NoneType")]:
            changed = json.loads(json.dumps(whole))
            changed["volumes"][0][name] = value
            (self.output / "volumes.json").write_text(json.dumps(changed))
            self.fails(0, words, dcmflow.read_volumes, self.output)
        (self.output / "volumes.json").write_text('{"schema": "urn:dcmflow:schema:volumes:2", "volumes": []}')
        self.fails(0, "volumes:2.*two versions", dcmflow.read_volumes, self.output)
        (self.output / "volumes.json").unlink()
        self.fails(0, "volumes.json", dcmflow.read_volumes, self.output)


class WithoutPackages(Module):
    def test_needs_nothing_but_python(self):
        """As where neither numpy nor nibabel is installed: -S leaves site-packages out."""
        self.convert(format="nii")
        script = (f"import sys; sys.path.insert(0, {str(ROOT / 'engine/library')!r})\nimport dcmflow\n"
                  f"volume = dcmflow.read_volumes({str(self.output)!r})[0]\nprint(volume, volume.affine[0])\n"
                  "try:\n    volume.load()\nexcept dcmflow.DcmflowError as error:\n    print(error)\n")
        told = subprocess.run(["/usr/bin/python3", "-S", "-c", script], capture_output=True, text=True, check=True).stdout
        self.assertIn("64x48x19", told)
        self.assertIn("nibabel is not installed", told)


if __name__ == "__main__":
    unittest.main(verbosity=2)
