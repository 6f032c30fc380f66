#!/usr/bin/env python3
"""The consumers read what dcmflow writes in each format, and each refuses what it could not work with.

usage: consumers_test.py PROGRAM    where PROGRAM is dcmflow
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import check_outputs
import first_image
import image_of_series
import rewrite_mhd
import selected_images

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "test-data/dcm"
UID = "2.25.7000.1.1"  # a series of the sample
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()


def replace(pattern, old, new):
    """Damage: other words for a regular expression, in every file that fits the pattern."""
    def damage(folder):
        for path in folder.glob(pattern):
            text = path.read_text()
            assert re.search(old, text), f"{path} has no {old}"
            path.write_text(re.sub(old, new, text))
    return damage


def remove(pattern):
    """Damage: files that are not there."""
    def damage(folder):
        for path in list(folder.glob(pattern)):
            path.unlink()
    return damage


def truncate(pattern):
    """Damage: files that end in the middle."""
    def damage(folder):
        for path in folder.glob(pattern):
            path.write_bytes(path.read_bytes()[:path.stat().st_size // 2])
    return damage


def rename(old, new):
    """Damage: a file under another name."""
    return lambda folder: (folder / old).rename(folder / new)


def copy(old, new):
    """Damage: a file too many."""
    return lambda folder: shutil.copyfile(folder / old, folder / new)


def write(name, text):
    """Damage: a file of other content."""
    return lambda folder: (folder / name).write_text(text)


LOCAL = replace("*.mhd", "ElementDataFile = .*", "ElementDataFile = LOCAL")
DAMAGES = [  # consumer, format, damage, a part of the sentence
    (first_image, "mhd", LOCAL, "in LOCAL, which is not there"),
    (first_image, "mhd", remove("*.raw"), "which is not there"),
    (first_image, "mhd", truncate("*.raw"), "promises another size"),
    (first_image, "mhd", remove("*.mhd"), "there is no image"),
    (first_image, "nii", truncate("*.nii"), "could the file be damaged"),
    (first_image, "nii.gz", truncate("*.gz"), "ended before"),
    (selected_images, "mhd", LOCAL, "in LOCAL, which is not there"),
    (selected_images, "nii", replace("selected-images.json", f'"{UID}.nii"', f'"/output/{UID}.nii"'), "is a path"),
    (selected_images, "nii", remove(f"{UID}.nii"), f"there is no image {UID}.nii"),
    (selected_images, "nii", remove("selected-images.json"), "No such file"),
    (selected_images, "nii", truncate("selected-images.json"), "line"),
    (selected_images, "nii", write("selected-images.json", "{}"), "names no image"),
    (selected_images, "nii.gz", truncate("*.gz"), "ended before"),
    (image_of_series, "mhd", LOCAL, "in LOCAL, which is not there"),
    (image_of_series, "nii", rename(f"{UID}.nii", f"{UID}_echo.nii"), f"0 images have the stem {UID}"),
    (image_of_series, "nii", copy(f"{UID}.nii", f"{UID}.nii.gz"), f"2 images have the stem {UID}"),
    (image_of_series, "nii", rename(f"{UID}.nii", f"{UID}.nii.gz"), f"not {UID}.nii.gz"),
    (image_of_series, "nii", write("series-images.json", "{}"), "names no series"),
    (rewrite_mhd, "mhd", LOCAL, "ends with `ElementDataFile = LOCAL`"),
    (rewrite_mhd, "mhd", replace("*.mhd", "File = ", "File = /output/"), "not with `ElementDataFile"),
    (rewrite_mhd, "mhd", replace("*.mhd", "NDims = ", "NDims="), "is no `Key = value`: NDims=3"),
    (rewrite_mhd, "mhd", replace("*.mhd", "NDims = 3", "NDims = 3\nComment = a = b"), "Comment = a = b"),
    (rewrite_mhd, "mhd", replace("*.mhd", r"\.raw\n", ".raw\nModality = MET_MOD_CT\n"), "ends with `Modality"),
    (rewrite_mhd, "mhd", remove("*.raw"), "No such file"),
    (rewrite_mhd, "mhd", truncate("*.raw"), "promises another size"),
    (rewrite_mhd, "mhd", remove("*.mhd"), "there is no .mhd file"),
]


class Consumers(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.outputs = pathlib.Path(folder.name)
        for image_format in ("mhd", "nii", "nii.gz"):
            subprocess.run([PROGRAM, SAMPLE, cls.outputs / image_format, "--format", image_format],
                           capture_output=True, check=True)

    def copy_of(self, image_format):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(shutil.copytree(self.outputs / image_format, folder.name, dirs_exist_ok=True))

    def judge(self, folder, image_format):
        """Exit status and words of check_outputs.py, in a process of its own."""
        run = subprocess.run([sys.executable, "-B", HERE / "check_outputs.py", folder, "--format", image_format],
                             capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr

    def test_each_format_is_read_and_left_as_it_is(self):
        for image_format in ("mhd", "nii", "nii.gz"):
            with self.subTest(format=image_format):
                folder = self.copy_of(image_format)
                self.assertTrue((folder / f"{UID}.{image_format}").is_file())
                before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
                self.assertEqual(self.judge(folder, image_format)[0], 0)
                self.assertIsNone(check_outputs.check(folder))
                self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}, before)

    def test_each_damage_is_refused(self):
        for number, (consumer, image_format, damage, sentence) in enumerate(DAMAGES):
            with self.subTest(consumer=consumer.__name__, format=image_format, damage=number, sentence=sentence):
                folder = self.copy_of(image_format)
                self.assertIsNone(check_outputs.refusal(consumer, folder))
                damage(folder)
                self.assertIn(sentence, check_outputs.refusal(consumer, folder) or "no refusal")

    def test_the_first_refusal_is_told_and_is_the_exit_status(self):
        folder = self.copy_of("mhd")
        self.assertEqual(self.judge(folder, "nii")[0], 1)
        LOCAL(folder)
        status, words = self.judge(folder, "mhd")
        self.assertEqual(status, 1)
        self.assertRegex(words, r"\Afirst_image: Refused: .* has its voxels in LOCAL, which is not there\n\Z")

    def test_an_empty_folder_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.judge(pathlib.Path(folder), "mhd")[0], 1)


if __name__ == "__main__":
    unittest.main()
