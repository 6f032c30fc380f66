"""A stage that takes the images which selected-images.json names."""
import json
import pathlib

from open_image import Refused, open_image


def consume(folder):
    """Opens every one; a name is that of a file beside the JSON file, in a folder that is mounted elsewhere by then."""
    selections = json.loads((folder / "selected-images.json").read_text(encoding="utf-8"))
    names = [name for images in selections.values() for name in images.values()]
    if not names:
        raise Refused("selected-images.json names no image")
    for name in names:
        if pathlib.PurePosixPath(name).name != name:
            raise Refused(f"selected-images.json names {name}, which is a path")
        open_image(folder / name)
