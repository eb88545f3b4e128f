"""Finds what may be a number plate: a short line of writing of a plate's proportions.

Every country's plate is writing, so a detector of writing misses fewer of them than one that was
trained on the plates of one country. It also covers short words on signs; that is accepted.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from convive.connectors.photos import models
from convive.connectors.photos.sheets import cut, on_sheets
from convive.connectors.photos.views import as_batch, tiles

LOOKS = ((0.5, 0), (0.33, 1))
"""Scale and quarter turns at which the whole picture is looked at: plates above 80 pixels."""

ENLARGED = 1.5
"""Scale of the close looks. Tilted and blurred plates of 40 to 60 pixels are found, too."""

CLOSE = (216, 136)
MOST_CLOSE = 60
"""Width and height of a close look, enlarged, and how many there are: where the picture changes
most from left to right, as writing does."""

BLOCK = (10, 7)
"""Width and height, in cells, of the blocks that are taken or left."""

STEP = (32, 16)
CELL = (8, 8)
"""Width and height, in pixels, of what change is averaged over and of the grid it is known on."""

LEAST_CHANGE = 0.06
"""Change from one pixel to the next, as a share of the brightness: less is sky, wall or road."""

PIXEL_THRESHOLD = 0.3
LINE_THRESHOLD = 0.55
LEAST_PIXELS = 12
LEAST_CORE = 2.5
"""Pixels of the core of a line of writing; letters below about six pixels cannot be read."""

TALLEST_CORE = 0.045
"""Share of the picture's long side. Larger "lines" are rows of windows."""

PROPORTIONS = (1.4, 9.0)
"""Length to height of one line: half a square plate to a long one with its frame."""

LEAST_FILL = 0.6
"""Share of its rectangle that a line fills: a line is straight."""

_UNCLIP = 1.6  # the network marks the core of a line; area over perimeter times this is the rest
_MEAN = 255 * np.array([0.485, 0.456, 0.406])
_SPREAD = 255 * np.array([0.229, 0.224, 0.225])


class _Line(NamedTuple):
    """A connected spot of the network's answer, as the rectangle with the same moments."""

    x: float
    y: float
    length: float
    height: float
    angle: float
    fill: float


def find_plates(pixels: np.ndarray) -> np.ndarray:
    """Find short lines of writing in a picture.

    Parameters
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4): left, top, right, bottom, margins included. One plate may be there several
        times.
    """
    tallest = TALLEST_CORE * max(pixels.shape[:2])
    found = [
        view.to_picture(_boxes(view.pixels, tallest * scale))
        for scale, quarters in LOOKS
        for view in tiles(pixels, scale, quarters)
    ]
    close = [cut(pixels, place, ENLARGED, CLOSE) for place in busy_places(pixels)]
    found.append(on_sheets(close, lambda sheet: _boxes(sheet, tallest * ENLARGED)))
    return np.concatenate(found)


def busy_places(pixels: np.ndarray) -> list[tuple[float, float]]:
    """Return the middles of the places where there may be small writing, the likeliest first.

    Writing changes from light to dark and back within a few pixels, several times side by side.
    One place a block: its close look shows whole any small plate whose middle is in the block.
    """
    change = _change(pixels)
    rows = np.arange(0, change.shape[0], BLOCK[1])
    columns = np.arange(0, change.shape[1], BLOCK[0])
    most = np.maximum.reduceat(np.maximum.reduceat(change, columns, axis=1), rows, axis=0)
    order = np.argsort(-most, axis=None, kind="stable")[:MOST_CLOSE]
    chosen = order[most.ravel()[order] >= LEAST_CHANGE]
    row, column = np.unravel_index(chosen, most.shape)
    x = (column + 0.5) * BLOCK[0] * CELL[0]
    y = (row + 0.5) * BLOCK[1] * CELL[1]
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _change(pixels: np.ndarray) -> np.ndarray:
    """Return by cell the mean change from left to right round it, as a share of the brightness."""
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    steps = np.zeros_like(grey)
    # two pixels apart: noise of one pixel counts less, a stroke of a small letter fully
    np.subtract(
        np.maximum(grey[:, 2:], grey[:, :-2]),
        np.minimum(grey[:, 2:], grey[:, :-2]),
        out=steps[:, 1:-1],
    )
    share = _by_cell(steps) / (_by_cell(grey) + 12)
    return np.asarray(ndimage.uniform_filter(share, (STEP[1] // CELL[1], STEP[0] // CELL[0])))


def _by_cell(values: np.ndarray) -> np.ndarray:
    """Return the means of cells; pixels left over at the right and bottom make cells of their own."""
    height, width = values.shape
    rows, columns = np.arange(0, height, CELL[1]), np.arange(0, width, CELL[0])
    sums = np.add.reduceat(np.add.reduceat(values, columns, axis=1, dtype=np.float32), rows, axis=0)
    sizes = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))
    return np.asarray(sums / sizes, dtype=np.float32)


def _boxes(pixels: np.ndarray, tallest: float) -> np.ndarray:
    """Find plates in one view; boxes in its pixels."""
    # the network was trained on blue, green, red
    (answer,) = models.run(models.WRITING, as_batch(pixels[:, :, ::-1], _MEAN, _SPREAD))
    height, width = pixels.shape[:2]
    boxes = [_box(line) for line in _lines(answer[0, 0, :height, :width]) if _fits(line, tallest)]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _lines(answer: np.ndarray) -> list[_Line]:
    """Return the connected spots that the network is sure of."""
    labels, count = ndimage.label(answer > PIXEL_THRESHOLD)
    if not count:
        return []
    numbers = np.arange(count + 1)
    sure = ndimage.mean(answer, labels, numbers) >= LINE_THRESHOLD
    sure &= np.bincount(labels.ravel(), minlength=count + 1) >= LEAST_PIXELS
    places = ndimage.find_objects(labels)
    found = []
    for label in numbers[1:][sure[1:]]:
        place = places[label - 1]
        rows, columns = np.nonzero(labels[place] == label)
        found.append(_line(rows + place[0].start, columns + place[1].start))
    return found


def _line(rows: np.ndarray, columns: np.ndarray) -> _Line:
    """Fit a rectangle to the pixels of a spot by their second moments."""
    spread = np.cov(np.stack([columns, rows]).astype(np.float64))
    values, vectors = np.linalg.eigh(spread)
    height, length = np.sqrt(12 * np.maximum(values, 1 / 12))
    angle = math.atan2(vectors[1, 1], vectors[0, 1])
    fill = len(rows) / (length * height)
    return _Line(columns.mean(), rows.mean(), length, height, angle, fill)


def _fits(line: _Line, tallest: float) -> bool:
    """Tell whether the line may be (a line of) a plate."""
    length, height = _full(line)
    return (
        LEAST_CORE <= line.height <= tallest
        and line.fill >= LEAST_FILL
        and PROPORTIONS[0] <= length / height <= PROPORTIONS[1]
    )


def _full(line: _Line) -> tuple[float, float]:
    """Return length and height of the writing, of which the network marks the core."""
    rest = 2 * _UNCLIP * line.length * line.height / (2 * (line.length + line.height))
    return line.length + rest, line.height + rest


def _box(line: _Line) -> list[float]:
    """Return the upright box round the line, with a margin for the band and the frame."""
    length, height = _full(line)
    length, height = length + 1.2 * height, 1.5 * height
    cosine, sine = abs(math.cos(line.angle)), abs(math.sin(line.angle))
    half_x = (length * cosine + height * sine) / 2
    half_y = (length * sine + height * cosine) / 2
    return [line.x - half_x, line.y - half_y, line.x + half_x, line.y + half_y]
