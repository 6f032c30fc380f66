#!/usr/bin/python3
"""Makes an archive of the longest real MR headers in a folder.

usage: copy_headers.py FROM OUT [--series N] [--slices N]
Takes the single-frame, uncompressed MR images with the most data elements, one of each series, and copies each as whole series
with new UIDs, positions that step along the normal, and Instance Numbers. Nothing else of a header changes.
"""

import argparse
import os
import sys
import warnings

import pydicom

UID_ROOT = "2.25.7003"
NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")


def read_candidate(path):
    """(number of elements, data set) of an MR image that becomes one plain slice, else None."""
    try:
        image = pydicom.dcmread(path)
        uncompressed = image.file_meta.TransferSyntaxUID in NATIVE
        plain = image.get("Modality") == "MR" and "NumberOfFrames" not in image and image.get("SamplesPerPixel", 1) == 1
        placed = all(key in image for key in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "PixelData", "SeriesInstanceUID"))
        mosaic = "MOSAIC" in image.get("ImageType", [])
        whole = placed and len(image.PixelData) >= image.Rows * image.Columns * image.BitsAllocated // 8
        return (sum(1 for _ in image.iterall()), image) if uncompressed and plain and whole and not mosaic else None
    except Exception:  # anything may lie in the folder, and pydicom raises anything
        return None


def longest_headers(folder, count):
    """The longest header of each series, of `count` series."""
    best = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            candidate = read_candidate(os.path.join(parent, name))
            if candidate and candidate[0] > best.get(candidate[1].SeriesInstanceUID, (0, None))[0]:
                best[candidate[1].SeriesInstanceUID] = candidate
    return sorted(best.values(), key=lambda candidate: (-candidate[0], candidate[1].SOPInstanceUID))[:count]


def number(value):
    return f"{value:.6f}"[:16].rstrip(".")


def steps(image):
    """Position of slice k: the slices are stacked along row × column."""
    r, c = [float(v) for v in image.ImageOrientationPatient[:3]], [float(v) for v in image.ImageOrientationPatient[3:]]
    normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]]
    origin = [float(v) for v in image.ImagePositionPatient]
    return lambda k: [number(o + 2 * k * n) for o, n in zip(origin, normal)]


def write_series(image, series, slices, folder):
    os.makedirs(folder)
    position = steps(image)
    image.StudyInstanceUID = f"{UID_ROOT}.1"
    image.SeriesInstanceUID = f"{UID_ROOT}.1.{series}"
    image.FrameOfReferenceUID = f"{UID_ROOT}.2"
    image.SeriesNumber = series
    for k in range(slices):
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"{UID_ROOT}.1.{series}.{k + 1}"
        image.ImagePositionPatient = position(k)
        image.InstanceNumber = k + 1
        image.save_as(os.path.join(folder, f"{k + 1:04d}.dcm"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="FROM")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--series", type=int, default=70)
    parser.add_argument("--slices", type=int, default=100)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    headers = longest_headers(arguments.source, 12)
    if not headers:
        sys.exit(f"{arguments.source}: no uncompressed single-frame MR image with a position")
    for i in range(arguments.series):
        folder = os.path.join(arguments.out, "patient1", "study1", f"series{i + 1}")
        write_series(headers[i % len(headers)][1], i + 1, arguments.slices, folder)
    elements = [count for count, _ in headers]
    print(f"{arguments.series * arguments.slices} files, {len(headers)} headers of {min(elements)} to {max(elements)} elements")


if __name__ == "__main__":
    main()
