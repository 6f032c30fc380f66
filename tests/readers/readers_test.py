#!/usr/bin/env python3
"""Whether a reader that is not ours sees the affine and the voxels that the DICOM files say, in every format that it takes.

usage: readers_test.py READER DCMFLOW READ_BY_ITK
READER: nibabel, itk, nifti-reader-js, itk-wasm or mrinfo. Exit status 77 (skipped) where it is not to be had.

Two series, both with three spacings: one oblique in all axes with negative values, and a sagittal one whose values need all 16 bits.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

HERE = pathlib.Path(__file__).resolve().parent
CT = "1.2.840.10008.5.1.4.1.1.2"
TOLERANCE = 1e-5  # mm; NIfTI keeps an affine in single precision
COLUMNS, ROWS, SLICES = 11, 9, 7
SPACING = (0.7, 0.9, 2.5)  # between columns, rows, slices
FORMATS = ("nii", "nii.gz", "hdr", "mhd", "mha", "nrrd", "nrrd-gzip", "h5")
TAKES = {"nibabel": ("nii", "nii.gz", "hdr"), "itk": FORMATS, "nifti-reader-js": ("nii", "nii.gz"),
         "itk-wasm": ("nii", "nii.gz", "mhd", "mha", "nrrd", "nrrd-gzip"), "mrinfo": ("nii", "nii.gz", "hdr")}


def rotation(degrees):
    x, y, z = numpy.radians(degrees)
    about_x = numpy.array([[1, 0, 0], [0, numpy.cos(x), -numpy.sin(x)], [0, numpy.sin(x), numpy.cos(x)]])
    about_y = numpy.array([[numpy.cos(y), 0, numpy.sin(y)], [0, 1, 0], [-numpy.sin(y), 0, numpy.cos(y)]])
    about_z = numpy.array([[numpy.cos(z), -numpy.sin(z), 0], [numpy.sin(z), numpy.cos(z), 0], [0, 0, 1]])
    return about_x @ about_y @ about_z


# Rows and columns of the patient (LPS), the first voxel, and the least value.
CASES = {"1.2.3.1": (rotation((17, -23, 31)), numpy.array([-12.25, 31.5, -43.75]), -1024, True),
         "1.2.3.2": (numpy.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], dtype=float), numpy.array([10.5, -20.25, 30.75]), 64000, False)}


def voxels_of(least):
    """By column, row and slice; no two planes alike."""
    i, j, k = numpy.meshgrid(range(COLUMNS), range(ROWS), range(SLICES), indexing="ij")
    return least + i + 13 * j + 101 * k


def write_series(folder, uid):
    axes, origin, least, is_signed = CASES[uid]
    voxels = voxels_of(least)
    folder.mkdir()
    for k in range(SLICES):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CT, f"{uid}.{k}"
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
        data.is_little_endian, data.is_implicit_VR = True, False
        data.SOPClassUID, data.SOPInstanceUID, data.Modality = CT, f"{uid}.{k}", "CT"
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = "1.2.3", uid, "1.2.3.9"
        data.InstanceNumber, data.SamplesPerPixel, data.PhotometricInterpretation = k + 1, 1, "MONOCHROME2"
        data.Rows, data.Columns, data.BitsAllocated, data.BitsStored, data.HighBit = ROWS, COLUMNS, 16, 16, 15
        data.PixelRepresentation, data.RescaleSlope, data.RescaleIntercept = int(is_signed), "1", "0"
        data.PixelSpacing = [str(SPACING[1]), str(SPACING[0])]
        data.SliceThickness = str(SPACING[2])
        data.ImageOrientationPatient = [f"{value:.12f}" for value in (*axes[:, 0], *axes[:, 1])]
        data.ImagePositionPatient = [f"{value:.10f}" for value in origin + k * SPACING[2] * axes[:, 2]]
        data.PixelData = voxels[:, :, k].T.astype("<i2" if is_signed else "<u2").tobytes()
        data.save_as(folder / f"{k}.dcm", write_like_original=False)


def wanted_affine(uid):
    axes, origin, _, _ = CASES[uid]
    lps = numpy.column_stack([axes * SPACING, origin])
    return lps * [[-1], [-1], [1]]


def lines(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=HERE, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_nibabel(files, _):
    import nibabel
    images = [nibabel.load(file) for file in files]
    return [{"affine": image.affine[:3], "voxels": numpy.asarray(image.dataobj).ravel(order="F")} for image in images]


def by_itk(files, program):
    return lines([program, *files])


def by_npm(reader):
    return lambda files, _: lines(["node", "read_by_npm.mjs", reader, *files])


def by_mrinfo(files, _):
    """As the file has it: by itself MRtrix turns axes towards those of the patient. It takes a pair by its .img."""
    found = []
    for file in (name.removesuffix(".hdr") + ".img" if name.endswith(".hdr") else name for name in files):
        with tempfile.TemporaryDirectory() as folder:
            told = f"{folder}/told.json"
            subprocess.run(["mrinfo", "-quiet", "-config", "RealignTransform", "false", "-json_all", told, file], check=True, stdout=subprocess.DEVNULL, timeout=120)
            with open(told, encoding="utf-8") as text:
                header = json.load(text)
        affine = numpy.array(header["transform"], dtype=float)[:3]
        affine[:, :3] *= numpy.array(header["spacing"][:3], dtype=float)
        found.append({"affine": affine, "voxels": None})
    return found


READERS = {"nibabel": by_nibabel, "itk": by_itk, "nifti-reader-js": by_npm("nifti-reader-js"), "itk-wasm": by_npm("itk-wasm"), "mrinfo": by_mrinfo}


def missing(reader):
    if reader in ("nifti-reader-js", "itk-wasm"):
        package = {"itk-wasm": "@itk-wasm/image-io"}.get(reader, reader)
        if shutil.which("node") is None or not (HERE / "node_modules" / package).is_dir():
            return f"node or {package} is missing (npm ci --prefix tests/readers)"
    if reader == "mrinfo" and shutil.which("mrinfo") is None:
        return "mrinfo is missing (docker/install-deps.sh readers)"
    return None


def faults(image, found, uid):
    """What a reader saw that is not in the DICOM files."""
    off = numpy.abs(numpy.array(found["affine"], dtype=float) - wanted_affine(uid)).max()
    if not off <= TOLERANCE:
        yield f"{image}: the affine is off by {off:.2g} mm: {found['affine']}"
    if found["voxels"] is None:
        return
    if not numpy.array_equal(numpy.array(found["voxels"], dtype=float), voxels_of(CASES[uid][2]).ravel(order="F")):
        yield f"{image}: the voxels are others"


def main():
    reader, dcmflow, read_by_itk = sys.argv[1:]
    if why := missing(reader):
        print(f"skipped: {why}")
        return 77
    found_faults, images = [], 0
    with tempfile.TemporaryDirectory(prefix="dcmflow-readers-") as folder:
        source = pathlib.Path(folder, "in")
        source.mkdir()
        for uid in CASES:
            write_series(source / uid, uid)
        for form in TAKES[reader]:
            output = pathlib.Path(folder, form)
            subprocess.run([dcmflow, source, output, "--format", form, "--log-level", "error"], check=True, stdout=subprocess.DEVNULL)
            with open(output / "series-images.json", encoding="utf-8") as text:
                named = json.load(text)
            files = [str(output / named[uid]) for uid in CASES]
            for uid, file, found in zip(CASES, files, READERS[reader](files, read_by_itk), strict=True):
                found_faults += faults(os.path.basename(file), found, uid)
                images += 1
    for fault in found_faults:
        print(f"{reader}: {fault}", file=sys.stderr)
    print(f"{reader}: {images} images, {len(found_faults)} faults")
    return 1 if found_faults or images != len(CASES) * len(TAKES[reader]) else 0


if __name__ == "__main__":
    sys.exit(main())
