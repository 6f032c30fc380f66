#!/usr/bin/python3
"""Masks of structure sets against those of plastimatch, which is right on solid contours: Dice of at least 0.99 each.

usage: tests/labels/plastimatch_test.py DCMFLOW [FOLDER...], each with one image series and RTSTRUCTs; without one a series and solids are made.
Exit code 77: plastimatch, pydicom or nibabel is not installed.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib

try:
    import nibabel
    import numpy as np
    import pydicom
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

LEAST_DICE = 0.99
SIZE, SLICES, SPACING, STEP = 96, 40, (1.5, 1.25), 2.5  # rows, columns
ORIGIN = np.array([-60.0, -70.0, -50.0])
UID = "1.2.826.0.1.3680043.10.1"


def data_set(sop_class, series, number):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, f"{UID}.{series}.{number}"
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    file.is_little_endian, file.is_implicit_VR = True, False
    file.SOPClassUID, file.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    file.StudyInstanceUID, file.SeriesInstanceUID, file.FrameOfReferenceUID = f"{UID}.0", f"{UID}.{series}", f"{UID}.9"
    file.PatientName, file.PatientID, file.StudyDate, file.StudyTime = "Solid", "1", "20000101", "120000"
    file.PatientBirthDate = file.PatientSex = file.StudyID = file.AccessionNumber = file.ReferringPhysicianName = ""
    return file


def make_series(folder, row, column):
    normal = np.cross(row, column)
    for k in range(SLICES):
        file = data_set("1.2.840.10008.5.1.4.1.1.2", 1, k + 1)
        file.Modality, file.InstanceNumber, file.SeriesNumber = "CT", k + 1, 1
        file.ImagePositionPatient = [round(float(x), 6) for x in ORIGIN + k * STEP * normal]
        file.ImageOrientationPatient = [float(x) for x in (*row, *column)]
        file.PixelSpacing, file.SliceThickness = list(SPACING), STEP
        file.Rows = file.Columns = SIZE
        file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
        file.BitsAllocated, file.BitsStored, file.HighBit, file.PixelRepresentation = 16, 16, 15, 1
        file.RescaleSlope, file.RescaleIntercept = 1, 0
        file.PixelData = bytes(2 * SIZE * SIZE)
        file.save_as(folder / f"{k:03}.dcm", write_like_original=False)


def make_structures(folder, row, column, solids):
    """`solids`: name → function of the distance along the slices (mm) that gives a polygon in the plane (mm from the first voxel), or None."""
    normal = np.cross(row, column)
    file = data_set("1.2.840.10008.5.1.4.1.1.481.3", 2, 1)
    file.Modality, file.StructureSetLabel = "RTSTRUCT", "SOLIDS"
    file.StructureSetDate, file.StructureSetTime = "20000101", "120000"
    reference, study, series = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID, series.ContourImageSequence = f"{UID}.1", []
    for k in range(SLICES):
        image = Dataset()
        image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", f"{UID}.1.{k + 1}"
        series.ContourImageSequence.append(image)
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", f"{UID}.0"
    study.RTReferencedSeriesSequence = [series]
    reference.FrameOfReferenceUID, reference.RTReferencedStudySequence = f"{UID}.9", [study]
    file.ReferencedFrameOfReferenceSequence = [reference]
    file.StructureSetROISequence, file.ROIContourSequence, file.RTROIObservationsSequence = [], [], []
    for number, (name, polygon_at) in enumerate(solids.items(), 1):
        roi, contours, observation = Dataset(), Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, f"{UID}.9"
        roi.ROIGenerationAlgorithm = "MANUAL"
        contours.ReferencedROINumber, contours.ROIDisplayColor, contours.ContourSequence = number, [255, 0, 0], []
        observation.ObservationNumber, observation.ReferencedROINumber = number, number
        observation.RTROIInterpretedType, observation.ROIInterpreter = "ORGAN", ""
        for k in range(SLICES):
            polygon = polygon_at(k * STEP)
            if polygon is None:
                continue
            points = [ORIGIN + k * STEP * normal + x * np.array(row) + y * np.array(column) for x, y in polygon]
            contour, image = Dataset(), Dataset()
            image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", f"{UID}.1.{k + 1}"
            contour.ContourImageSequence, contour.ContourGeometricType = [image], "CLOSED_PLANAR"
            contour.NumberOfContourPoints = len(points)
            contour.ContourData = [f"{x:.6f}" for point in points for x in point]
            contours.ContourSequence.append(contour)
        file.StructureSetROISequence.append(roi)
        file.ROIContourSequence.append(contours)
        file.RTROIObservationsSequence.append(observation)
    file.save_as(folder / "rs.dcm", write_like_original=False)


def ellipse(centre, radii):
    def polygon_at(z):
        squared = 1 - ((z - centre[2]) / radii[2]) ** 2
        if squared <= 0:
            return None
        angles = np.arange(120) * 2 * np.pi / 120
        return [(centre[0] + radii[0] * squared**0.5 * np.cos(a), centre[1] + radii[1] * squared**0.5 * np.sin(a)) for a in angles]
    return polygon_at


def star(z):
    if not 20 < z < 70:
        return None
    return [(60 + (40 if n % 2 else 18) * np.cos(n * np.pi / 7), 60 + (40 if n % 2 else 18) * np.sin(n * np.pi / 7)) for n in range(14)]


def read_mha(path):
    data = path.read_bytes()
    end = data.index(b"ElementDataFile = LOCAL\n") + len(b"ElementDataFile = LOCAL\n")
    header = dict(line.split(" = ", 1) for line in data[:end].decode().splitlines())
    voxels = data[end:]
    if header.get("CompressedData") == "True":
        voxels = zlib.decompress(voxels)
    types = {"MET_UCHAR": np.uint8, "MET_SHORT": np.int16, "MET_USHORT": np.uint16}
    size = [int(n) for n in header["DimSize"].split()]
    return np.frombuffer(voxels, types[header["ElementType"]]).reshape(size[::-1]).transpose()


def dice(a, b):
    total = a.sum() + b.sum()
    return 2 * (a & b).sum() / total if total else 1.0


def masks_of_plastimatch(structure_set, images, work):
    out = work / "plastimatch"
    subprocess.run(["plastimatch", "convert", "--input", structure_set, "--referenced-ct", images, "--output-prefix", out, "--prefix-format", "mha"],
                   check=True, stdout=subprocess.DEVNULL, cwd=work)
    return {path.stem: read_mha(path) != 0 for path in out.glob("*.mha")}


def compare(program, folder, work):
    """Failures, a line each. Names of structures are paths to plastimatch: a copy has plain ones."""
    subprocess.run([program, folder, work / "out", "--labels", "--format", "nii", "--log-level", "error"], check=True, stdout=subprocess.DEVNULL)
    labels = json.loads((work / "out/labels.json").read_text())["labels"]
    failures, compared = [], 0
    for source in sorted({label["source"] for label in labels}):
        copy = pydicom.dcmread(folder / source)
        if copy.Modality != "RTSTRUCT":
            continue
        for roi in copy.StructureSetROISequence:
            roi.ROIName = f"roi{roi.ROINumber}"
        copy.save_as(work / "plain.dcm")
        images = work / "images"
        shutil.rmtree(images, ignore_errors=True)
        images.mkdir()
        for path in folder.rglob("*"):
            if path.is_file() and path.name != pathlib.Path(source).name:
                shutil.copy(path, images)
        theirs = masks_of_plastimatch(work / "plain.dcm", images, work)
        for label in labels:
            if label["source"] != source:
                continue
            segment = label["segments"][0]
            ours = np.asarray(nibabel.load(work / "out" / label["file"]).dataobj) == segment["number"]
            mask = theirs.get(f"roi{segment['roi_number']}")
            if mask is None or mask.shape != ours.shape:
                failures.append(f"{label['file']}: plastimatch has {None if mask is None else mask.shape}, we {ours.shape}")
                continue
            compared += 1
            value = dice(ours, mask)
            print(f"{label['file']}: Dice {value:.4f}, {ours.sum()} and {mask.sum()} voxels, {(ours != mask).sum()} differ")
            if value < LEAST_DICE:
                failures.append(f"{label['file']}: Dice {value:.4f} is below {LEAST_DICE}")
    if compared == 0:
        failures.append(f"{folder}: nothing was compared")
    return failures


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    if not shutil.which("plastimatch"):
        print("skipped: plastimatch is not installed")
        return 77
    failures = []
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        folders = [pathlib.Path(argument) for argument in arguments[1:]]
        turned = np.array([[0.8, 0.6, 0.0], [-0.48, 0.64, 0.6]])
        for n, (row, column) in enumerate([] if folders else [((1, 0, 0), (0, 1, 0)), turned]):
            folders.append(work / f"in{n}")
            folders[-1].mkdir()
            make_series(folders[-1], row, column)
            make_structures(folders[-1], row, column,
                            {"ball": ellipse((60, 70, 50), (25, 25, 25)), "long": ellipse((50, 60, 40), (30, 15, 35)), "star": star})
        for n, folder in enumerate(folders):
            (work / f"work{n}").mkdir()
            failures += compare(arguments[0], folder, work / f"work{n}")
    print("\n".join(failures) if failures else "all masks agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
