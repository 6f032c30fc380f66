"""A stage, such as a writer of DICOM results, that knows an image's series by the stem of its file."""
import json

from open_image import Refused, image_paths, open_image, stem


def consume(folder):
    """Finds and opens the image of each converted series."""
    series = json.loads((folder / "series-images.json").read_text(encoding="utf-8"))
    if not series:
        raise Refused("series-images.json names no series")
    paths = image_paths(folder)
    for uid, name in series.items():
        found = [path for path in paths if stem(path) == uid]
        if len(found) != 1:
            raise Refused(f"{len(found)} images have the stem {uid}")
        if found[0].name != name:
            raise Refused(f"series-images.json names {name} for {uid}, not {found[0].name}")
        open_image(found[0])
