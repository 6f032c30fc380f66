"""A series of a ramp, a run over it, labels on its grid, and what became of them as others read it: for the tests beside this file.

Their arguments: PROGRAM ROOT_OF_THE_SOURCES [unittest options]
"""
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import nibabel
import numpy
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

PROGRAM, ROOT = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(2))
LIMIT = 120  # seconds a call
USAGE, NO_INPUT, OUTPUT_FAILED = 2, 4, 5
CLASSES = {"CT": "1.2.840.10008.5.1.4.1.1.2", "MR": "1.2.840.10008.5.1.4.1.1.4", "PT": "1.2.840.10008.5.1.4.1.1.128"}
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
COLUMNS, ROWS, SLICES = 11, 9, 7
SPACING = (0.7, 0.9, 2.5)  # between columns, rows, slices
ORIGIN = numpy.array([-12.25, 31.5, -43.75])
NAME = "Hidden^Pätient"


def rotation(degrees):
    x, y, z = numpy.radians(degrees)
    about_x = numpy.array([[1, 0, 0], [0, numpy.cos(x), -numpy.sin(x)], [0, numpy.sin(x), numpy.cos(x)]])
    about_y = numpy.array([[numpy.cos(y), 0, numpy.sin(y)], [0, 1, 0], [-numpy.sin(y), 0, numpy.cos(y)]])
    about_z = numpy.array([[numpy.cos(z), -numpy.sin(z), 0], [numpy.sin(z), numpy.cos(z), 0], [0, 0, 1]])
    return about_x @ about_y @ about_z


# Along columns, rows and slices, in LPS.
PLANES = {"axial": numpy.eye(3), "sagittal": numpy.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], dtype=float),
          "coronal": numpy.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], dtype=float), "oblique": rotation((17, -23, 31))}


def ramp(position):
    return 2 * position[..., 0] + 3 * position[..., 1] + 5 * position[..., 2]


def position_of(axes, k):
    return ORIGIN + k * SPACING[2] * axes[:, 2]


def write_series(folder, axes, uid="1.2.3.1", modality="CT", study="1.2.3", left_out=()):
    """Slices of a ramp, with what its class asks for, so that a validator has nothing to say of the source."""
    folder.mkdir(parents=True, exist_ok=True)
    i, j = numpy.meshgrid(range(COLUMNS), range(ROWS), indexing="ij")
    for k in (k for k in range(SLICES) if k not in left_out):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CLASSES[modality], f"{uid}.{k + 1}"
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        data.is_little_endian, data.is_implicit_VR = True, False
        data.SpecificCharacterSet, data.PatientName, data.PatientID = "ISO_IR 100", NAME, "P-1"
        data.PatientBirthDate, data.PatientSex = "19700101", "O"
        data.SOPClassUID, data.SOPInstanceUID, data.Modality = CLASSES[modality], f"{uid}.{k + 1}", modality
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, uid, study + ".9"
        data.StudyDate, data.StudyTime, data.StudyID, data.AccessionNumber = "20200102", "101112", "S1", "A1"
        data.ReferringPhysicianName, data.Manufacturer, data.SeriesNumber = "", "Maker", 3
        data.ImageType, data.PatientPosition, data.PositionReferenceIndicator = ["ORIGINAL", "PRIMARY", "AXIAL"], "HFS", ""
        data.InstanceNumber, data.AcquisitionNumber, data.KVP = k + 1, 1, "120"
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = ROWS, COLUMNS, 16, 16, 15
        data.PixelRepresentation, data.RescaleSlope, data.RescaleIntercept = 1, "1", "0"
        data.PixelSpacing, data.SliceThickness = [str(SPACING[1]), str(SPACING[0])], str(SPACING[2])
        data.ImageOrientationPatient = [f"{value:.12f}" for value in (*axes[:, 0], *axes[:, 1])]
        data.ImagePositionPatient = [f"{value:.10f}" for value in position_of(axes, k)]
        places = position_of(axes, k) + i[..., None] * SPACING[0] * axes[:, 0] + j[..., None] * SPACING[1] * axes[:, 1]
        data.PixelData = numpy.rint(ramp(places)).T.astype("<i2").tobytes()
        if modality == "MR":
            data.ScanningSequence, data.SequenceVariant, data.EchoTime, data.RepetitionTime = "GR", "SP", "5", "20"
        data.save_as(folder / f"{(k * 5) % SLICES}.dcm", write_like_original=False)


def sparse_labels():
    """Two segments, and slices without any."""
    labels = numpy.zeros((COLUMNS, ROWS, SLICES), dtype=numpy.uint8)
    labels[1:4, 2:6, 1] = 1
    labels[2:9, 1:3, 4] = 2
    labels[0, 0, 4] = labels[10, 8, 5] = 1
    return labels


def full_labels():
    """Every slice has each segment, in no pattern that a turn would keep."""
    return numpy.random.default_rng(7).integers(0, 3, (COLUMNS, ROWS, SLICES)).astype(numpy.uint8)


def reordered(image, axes, flips):
    """The same voxels at the same places, with the axes in another order and direction."""
    ornt = numpy.array([[axes.index(axis), flips[axis]] for axis in range(3)], dtype=float)
    return image.as_reoriented(ornt)


def all_orders():
    return itertools.product(itertools.permutations(range(3)), itertools.product((1, -1), repeat=3))


def errors_of(path):
    """What dciodvfy calls an error."""
    told = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False, timeout=LIMIT)
    return [line for line in (told.stdout + told.stderr).splitlines() if line.startswith("Error")]


class Scene(unittest.TestCase):
    axes = PLANES["oblique"]
    series = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-to-dicom-")
        cls.addClassCleanup(folder.cleanup)
        cls.source = pathlib.Path(folder.name) / "source"
        write_series(cls.source / "in", cls.axes, **cls.series)
        cls.run_dcmflow(cls.source / "in", cls.source / "out", "-f", "nii.gz")

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dcmflow-to-dicom-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        shutil.copytree(self.source, self.root, dirs_exist_ok=True)
        self.input, self.output = self.root / "in", self.root / "out"
        self.labels, self.meta, self.to = self.root / "labels.nii.gz", self.root / "meta.json", self.root / "new" / "seg.dcm"
        self.write_meta([{"number": 1, "name": "lesion"}, {"number": 2, "name": "ödema"}])

    @staticmethod
    def run_dcmflow(*words, code=0):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DCMFLOW_")}
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, env=environment, timeout=LIMIT)
        assert done.returncode == code, f"exit code {done.returncode}, expected {code}: {done.stdout}{done.stderr}"
        return done

    def write_meta(self, segments, **more):
        self.meta.write_text(json.dumps({"segments": segments} | more), encoding="utf-8")

    def image(self, output=None):
        volumes = json.loads(((output or self.output) / "volumes.json").read_text())["volumes"]
        return nibabel.load((output or self.output) / volumes[0]["file"])

    def write_labels(self, labels, affine=None):
        nibabel.save(nibabel.Nifti1Image(labels, self.image().affine if affine is None else affine), self.labels)

    def to_dicom(self, *options, code=0, labels=None):
        """The segmentation, as pydicom reads it; what was said, where the exit code is another. Nobody is named."""
        done = self.run_dcmflow("to-dicom", "seg", labels or self.labels, "--run", self.output, "--meta", self.meta, "--to", self.to,
                                "--input", self.input, *options, code=code)
        self.assertNotIn("Hidden", done.stdout + done.stderr)
        left = [path.name for path in self.to.parent.glob("*")] if self.to.parent.exists() else []
        self.assertEqual(left, ["seg.dcm"] if code == 0 else [])
        return pydicom.dcmread(self.to) if code == 0 else done.stderr

    def voxels_of(self, data, axes=None):
        """Segment numbers on the grid of the image, by the positions of the frames."""
        axes = self.axes if axes is None else axes
        volume = numpy.zeros((COLUMNS, ROWS, SLICES), dtype=numpy.uint8)
        pixels = data.pixel_array.reshape(-1, data.Rows, data.Columns)
        orientation = data.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient
        numpy.testing.assert_allclose(orientation, [*axes[:, 0], *axes[:, 1]], atol=1e-9)
        for groups, frame in zip(data.PerFrameFunctionalGroupsSequence, pixels, strict=True):
            position = numpy.array(groups.PlanePositionSequence[0].ImagePositionPatient, dtype=float)
            place = (position - ORIGIN) @ axes / SPACING
            numpy.testing.assert_allclose(place, [0, 0, round(place[2])], atol=1e-6)
            number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
            volume[:, :, round(place[2])][frame.T != 0] = number
        return volume
