"""A stage that expects one image, and takes the first that the folder lists."""
from open_image import Refused, image_paths, open_image


def consume(folder):
    """Opens that image."""
    paths = image_paths(folder)
    if not paths:
        raise Refused(f"there is no image in {folder}")
    open_image(paths[0])
