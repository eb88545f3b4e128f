"""Close looks at many small parts of a picture, laid side by side so that one run sees them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from convive.connectors.photos.views import View

SIDE = 448
"""Pixels of a sheet's sides: bounds the memory of a run, however many parts there are."""

GAP = 8
GROUND = 128
"""Grey between the parts, so that nothing goes on from one to the next."""


def cut(
    pixels: np.ndarray,
    middle: tuple[float, float],
    scale: float,
    size: tuple[int, int],
    quarters: int = 0,
) -> View:
    """Cut a part out of the picture, scaled and turned.

    Parameters
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``.
    middle : tuple of float
        x and y in the picture; moved inwards where the part would reach beyond its edge.
    scale : float
        Above 1 enlarges. Where the picture is too small for the part, the part is smaller.
    size : tuple of int
        Width and height of the part once scaled (equal if it is turned).
    quarters : int
        Quarter turns anticlockwise, 0 to 3.
    """
    height, width = pixels.shape[:2]
    spans = (min(round(size[0] / scale), width), min(round(size[1] / scale), height))
    left = round(min(max(middle[0] - spans[0] / 2, 0), width - spans[0]))
    top = round(min(max(middle[1] - spans[1] / 2, 0), height - spans[1]))
    part = np.ascontiguousarray(pixels[top : top + spans[1], left : left + spans[0]])
    shown = (
        max(min(round(spans[0] * scale), size[0]), 1),
        max(min(round(spans[1] * scale), size[1]), 1),
    )
    picture = Image.fromarray(part).resize(shown, Image.Resampling.BILINEAR)
    turned = np.rot90(np.asarray(picture), quarters)
    return View(turned, scale, quarters, (0, 0), (turned.shape[1], turned.shape[0]), (left, top))


def on_sheets(
    views: Sequence[View], find: Callable[[np.ndarray], np.ndarray], side: int = SIDE
) -> np.ndarray:
    """Find things in parts of a picture.

    Parameters
    ----------
    views : sequence of View
        Parts; none is larger than the largest, whose cell they all get.
    find : callable
        Takes a sheet (height, width, 3) and returns boxes (n, 4) on it.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4): boxes in the picture. A box belongs to the part in which its middle lies.
    """
    if not views:
        return np.zeros((0, 4))
    height = max(view.pixels.shape[0] for view in views) + GAP
    width = max(view.pixels.shape[1] for view in views) + GAP
    columns, rows = max(side // width, 1), max(side // height, 1)
    found = [
        _on_sheet(views[at : at + columns * rows], columns, (width, height), find)
        for at in range(0, len(views), columns * rows)
    ]
    return np.concatenate(found)


def _on_sheet(
    views: Sequence[View],
    columns: int,
    cell: tuple[int, int],
    find: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Lay the parts out row by row and find things on the sheet."""
    width, height = cell
    sheet = np.full((-(-len(views) // columns) * height, columns * width, 3), GROUND, np.uint8)
    for number, view in enumerate(views):
        top, left = number // columns * height, number % columns * width
        rows, across = view.pixels.shape[:2]
        sheet[top : top + rows, left : left + across] = view.pixels
    boxes = find(sheet)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    column = np.clip(middle[:, 0] // width, 0, columns - 1)
    number_of = (middle[:, 1] // height * columns + column).astype(np.int64)
    found = [np.zeros((0, 4))]
    for number, view in enumerate(views):
        corner = np.array([number % columns * width, number // columns * height] * 2)
        found.append(view.to_picture(boxes[number_of == number] - corner))
    return np.concatenate(found)
