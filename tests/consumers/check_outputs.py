#!/usr/bin/env python3
"""Lets the consumers of this folder, which imitate the stages behind dcmflow, read an output folder.

usage: check_outputs.py FOLDER [--format mhd|nii|nii.gz]

With --format every image has to be of that format. Nothing is written in FOLDER.
Exit status 0: all of them could; 1: a sentence about the first that could not; 2: usage.
"""
import argparse
import pathlib
import sys

import first_image
import image_of_series
import rewrite_mhd
import selected_images
from open_image import SUFFIXES, image_paths

CONSUMERS = (first_image, selected_images, image_of_series)


def refusal(consumer, folder):
    """Why the consumer cannot work with the folder, or None. Whatever it trips over is its refusal."""
    try:
        consumer.consume(folder)
    except Exception as error:  # pylint: disable=broad-except
        return f"{consumer.__name__}: {type(error).__name__}: {error}"
    return None


def check(folder, image_format=None):
    """The first refusal, or None when every consumer that applies could read the folder."""
    paths = image_paths(folder)
    for path in paths:
        if image_format and not path.name.endswith(f".{image_format}"):
            return f"{path.name} is not of the format {image_format}"
    mhd = image_format == "mhd" or any(path.suffix == ".mhd" for path in paths)
    consumers = (*CONSUMERS, rewrite_mhd) if mhd else CONSUMERS
    return next(filter(None, (refusal(consumer, folder) for consumer in consumers)), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--format", choices=[suffix[1:] for suffix in SUFFIXES])
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        parser.error(f"{arguments.folder} is no folder")
    sentence = check(arguments.folder, arguments.format)
    if sentence:
        print(sentence, file=sys.stderr)
        return 1
    print(f"{arguments.folder}: every consumer could read it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
