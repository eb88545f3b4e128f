"""Finds faces: frontal, in profile, small, tilted, dark. Rather one too many than one missed.

Two steps. The picture at half its size shows where a face may be: there the network answers at
least a little, whatever the face's size, tilt and light. Only these places are looked at closely,
enlarged, turned by quarters and brightened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import ndimage

from convive.connectors.photos import models
from convive.connectors.photos.sheets import cut, on_sheets
from convive.connectors.photos.views import View, as_batch, brightened, tiles

THRESHOLD = 0.25
"""Below what the network's authors take (0.35 to 0.5): a cover too many costs little."""

SMALLEST = 5
"""Pixels; what is smaller has no features left."""

HINT = 0.03
"""An answer of the half-size picture that is worth a close look."""

MOST_HINTS = 48
MOST_TURNED = 16
"""Places of a photo that are looked at closely, and turned if nobody is found; the surest first.
Bounds what a crowd, or a hostile pattern, costs."""

DARK = 60
"""Mean of a close look, of 255, below which it is brightened."""

CLOSE = 96
CLOSE_FACE = 40
"""Pixels of a close look's sides, and of the face that is expected in its middle."""

MOST_ENLARGED = 2.0

_MEAN, _SPREAD = np.zeros(3), np.ones(3)


def find_faces(pixels: np.ndarray) -> np.ndarray:
    """Find faces in a picture.

    Parameters
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4): left, top, right, bottom. The same face may be there several times.

    Notes
    -----
    CenterFace (Xu et al. 2019, arXiv:1911.03599) sees a face as a peak with a width and a height.
    It was trained on upright faces: somebody lying, or a phone held wrong, gives a low peak, and
    so does a face in the dark. Turned and brightened, the close look raises it.
    """
    scales = (0.5, 0.2) if max(pixels.shape[:2]) > 640 else (1.0, 0.4)
    seen = [
        _answers(view.pixels, HINT, view.to_picture) for s in scales for view in tiles(pixels, s)
    ]
    answers = np.concatenate(seen)
    sure = answers[:, 4] > THRESHOLD
    return np.concatenate([answers[sure, :4], _looked_at_closely(pixels, answers[~sure])])


def _looked_at_closely(pixels: np.ndarray, hints: np.ndarray) -> np.ndarray:
    """Find faces at the places of hints (n, 5): box and answer."""
    places = _apart(hints)
    upright = _close(pixels, places, (0,))
    left, top, right, bottom = places[:, :4].T
    middle = np.stack([(left + right) / 2, (top + bottom) / 2], axis=1)[:, None]
    within: np.ndarray = (upright[None, :, :2] <= middle) & (middle <= upright[None, :, 2:])
    found = np.any(np.all(within, axis=2), axis=1)
    missed = places[~found][:MOST_TURNED]
    return np.concatenate([upright, _close(pixels, missed, (1, 2, 3))])


def _close(pixels: np.ndarray, places: np.ndarray, turns: tuple[int, ...]) -> np.ndarray:
    """Look closely at places, turned by quarters."""
    views = []
    for left, top, right, bottom in places[:, :4]:
        scale = min(CLOSE_FACE / max(right - left, bottom - top), MOST_ENLARGED)
        middle = ((left + right) / 2, (top + bottom) / 2)
        views += [_lit(cut(pixels, middle, scale, (CLOSE, CLOSE), turn)) for turn in turns]
    return on_sheets(views, lambda sheet: _answers(sheet, THRESHOLD)[:, :4])


def _lit(view: View) -> View:
    """Brighten a close look at something dark."""
    if view.pixels.mean() >= DARK:
        return view
    return replace(view, pixels=brightened(view.pixels))


def _apart(hints: np.ndarray) -> np.ndarray:
    """Keep the surest of hints that lie on one another, and of these the surest `MOST_HINTS`."""
    left = hints[np.argsort(-hints[:, 4], kind="stable")]
    kept: list[np.ndarray] = []
    while len(left) and len(kept) < MOST_HINTS:
        first = left[0]
        kept.append(first)
        middle, reach = (first[:2] + first[2:4]) / 2, max(first[2:4] - first[:2]) / 2
        away = np.abs((left[:, :2] + left[:, 2:4]) / 2 - middle).max(axis=1)
        left = left[away > reach]
    return np.array(kept).reshape(-1, 5)


def _answers(
    pixels: np.ndarray,
    least: float,
    to_picture: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> np.ndarray:
    """Return the peaks above `least` as (n, 5): box, as `to_picture` gives it, and answer."""
    peaks, sizes, shifts, _ = models.run(models.FACES, as_batch(pixels, _MEAN, _SPREAD))
    sure = peaks[0, 0]
    summit = sure == ndimage.maximum_filter(sure, size=3)
    rows, columns = np.nonzero(summit & (sure > least))
    height = np.exp(sizes[0, 0, rows, columns]) * 4
    width = np.exp(sizes[0, 1, rows, columns]) * 4
    middle_y = (rows + shifts[0, 0, rows, columns] + 0.5) * 4
    middle_x = (columns + shifts[0, 1, rows, columns] + 0.5) * 4
    corners = [
        middle_x - width / 2,
        middle_y - height / 2,
        middle_x + width / 2,
        middle_y + height / 2,
    ]
    large = np.minimum(width, height) >= SMALLEST
    boxes = np.stack(corners, axis=1).astype(np.float64)[large]
    return np.column_stack([to_picture(boxes), sure[rows, columns][large]])
