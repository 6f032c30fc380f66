#!/usr/bin/env python3
"""docker/examples/segmentation/ runs to its end without a network, and each of its checks can fail.

usage: segmentation_test.py PROGRAM MAKE_ARCHIVE
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import nibabel
import numpy

PROGRAM, MAKE_ARCHIVE = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(2))
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "docker/examples/segmentation"
LIMIT = 120


def without_network():
    """The words that run a command with nothing but a loopback, where the system lets us."""
    words = ["unshare", "--map-root-user", "--net", "--"]
    may = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    return words if may else []


class Segmentation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-example-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.input, self.work = self.root / "in", self.root / "work"
        subprocess.run([MAKE_ARCHIVE, self.input, "--kind", "ct", "--studies", "1", "--series", "1", "--slices", "12", "--columns", "40",
                        "--rows", "32"], check=True, capture_output=True)
        (self.root / "bin").mkdir()
        (self.root / "bin/dcmflow").symlink_to(PROGRAM)
        kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        self.environment = kept | {"PATH": f"{self.root / 'bin'}:/usr/bin:/bin", "HOME": folder.name}

    def call(self, *words, code=0):
        done = subprocess.run([*without_network(), *words], env=self.environment, capture_output=True, text=True, check=False, timeout=LIMIT)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_all_commands_and_the_same_labels(self):
        told = self.call(EXAMPLE / "run.sh", self.input, self.work)
        self.assertIn("the same labels", told)
        labels = numpy.asarray(nibabel.load(self.work / "labels.nii.gz").dataobj)
        self.assertGreater(labels.sum(), 0)
        self.assertLess(labels.sum(), labels.size)

    def test_a_label_that_was_changed_is_found(self):
        self.call(EXAMPLE / "run.sh", self.input, self.work)
        image = nibabel.load(self.work / "labels.nii.gz")
        labels = numpy.array(image.dataobj)
        labels[1, 2, 3] ^= 1
        nibabel.save(nibabel.Nifti1Image(labels, image.affine), self.work / "labels.nii.gz")
        self.assertIn("1 of ", self.call("/usr/bin/python3", EXAMPLE / "compare.py", self.work / "labels.nii.gz", self.work / "back", code=1))

    def test_nothing_above_the_threshold_is_told(self):
        self.call(EXAMPLE / "run.sh", self.input, self.work)
        self.call("/usr/bin/python3", EXAMPLE / "threshold.py", self.work / "images", "ct", "1e9", self.work / "none.nii.gz")
        told = self.call("dcmflow", "to-dicom", "seg", self.work / "none.nii.gz", "--run", self.work / "images", "--meta",
                         EXAMPLE / "meta.json", "--to", self.work / "none.dcm", code=2)
        self.assertIn("every voxel is 0", told)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
