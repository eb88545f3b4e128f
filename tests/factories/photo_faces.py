"""Photographed faces out of an installed package; the repository holds no picture of anybody."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

HEAD = (150, 20, 300, 220)
"""Where the head of the astronaut (a NASA portrait in the public domain) is in scikit-image's
picture: left, top, right, bottom."""

INNER = (0.2, 0.17, 0.8, 0.8)
"""The face within a crop of a head, brows to chin, as shares of its width and height."""


def data_folder() -> Path | None:
    """Return the folder of pictures of scikit-image; None where it is not installed."""
    found = importlib.util.find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "data"
    return folder if (folder / "astronaut.png").is_file() else None


@cache
def head() -> Image.Image:
    """Return the head of the astronaut, 150 by 200 pixels."""
    folder = data_folder()
    assert folder is not None, "scikit-image is not installed"
    with Image.open(folder / "astronaut.png") as picture:
        return picture.convert("RGB").crop(HEAD)


def head_of_height(pixels: int, source: Image.Image | None = None) -> Image.Image:
    """Return a head whose face (brows to chin) is `pixels` high."""
    source = source or head()
    height = max(round(pixels / (INNER[3] - INNER[1])), 4)
    width = max(round(height * source.width / source.height), 3)
    return source.resize((width, height), Image.Resampling.LANCZOS)


def face_in(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return where the face is, given the box of a pasted head, turned by any angle.

    The middle of the box is in the face whatever the angle; a square of the face's width there.
    """
    left, top, right, bottom = box
    side = min(right - left, bottom - top) * 0.4
    x, y = (left + right) / 2, (top + bottom) / 2
    return round(x - side / 2), round(y - side / 2), round(x + side / 2), round(y + side / 2)


@cache
def small_faces() -> np.ndarray:
    """Return the faces of scikit-image's subset of LFW: 100 people, 25 by 25, grey, 0 to 255."""
    folder = data_folder()
    assert folder is not None, "scikit-image is not installed"
    return np.round(np.load(folder / "lfw_subset.npy")[:100] * 255).astype(np.uint8)
