"""Covers rectangles for good: what was there cannot be worked out from what is left.

A blur can be undone and a mosaic can be recognised by trying candidates (Hill et al. 2016,
doi:10.1515/popets-2016-0047, for writing; McPherson et al. 2016, arXiv:1609.00408, for faces). So
every rectangle becomes a single cell: one colour, the mean rounded to eight levels a channel.
Nothing random, and three numbers of three bits are all that is left of what was there.
"""

from __future__ import annotations

import numpy as np

FACE_MARGIN = 0.3
"""Share of the width and height of a face that is covered besides on each side: hair, ears, chin."""

LEVEL = 32


def pixel_boxes(boxes: np.ndarray, margin: float, width: int, height: int) -> np.ndarray:
    """Widen boxes by a share of their size and cut them to whole pixels of the picture.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4), integers, in reading order; what lies outside the picture is left out.
    """
    grown = boxes.astype(np.float64).reshape(-1, 4).copy()
    spare = (grown[:, 2:] - grown[:, :2]) * margin
    grown[:, :2] -= spare
    grown[:, 2:] += spare
    low = np.clip(np.floor(grown[:, :2]), 0, [width, height])
    high = np.clip(np.ceil(grown[:, 2:]), 0, [width, height])
    whole = np.concatenate([low, high], axis=1).astype(np.int64)
    whole = whole[(whole[:, 2] > whole[:, 0]) & (whole[:, 3] > whole[:, 1])]
    return whole[np.lexsort((whole[:, 3], whole[:, 2], whole[:, 0], whole[:, 1]))]


def joined(boxes: np.ndarray, share: float = 0.4) -> np.ndarray:
    """Join boxes that show the same thing: one lies by `share` or more of its area in the other.

    Returns
    -------
    numpy.ndarray
        Shape (m, 4): the smallest boxes round each group. Covering them covers all that was given.
    """
    left = boxes.astype(np.int64).reshape(-1, 4)
    groups = []
    while len(left):
        group, left = left[0], left[1:]
        while True:
            same = _common(group, left) >= share
            if not same.any():
                break
            corners = np.concatenate([group[None], left[same]])
            group = np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])
            left = left[~same]
        groups.append(group)
    return np.array(groups, dtype=np.int64).reshape(-1, 4)


def _common(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area common with each of the others as a share of the smaller of the two."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    common = np.clip(sides, 0, None).prod(axis=1)
    own = (box[2:] - box[:2]).prod()
    theirs = (others[:, 2:] - others[:, :2]).prod(axis=1)
    return np.asarray(common / np.minimum(own, theirs))


def cover(pixels: np.ndarray, boxes: np.ndarray) -> None:
    """Cover boxes of the picture, in place.

    Parameters
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``; changed.
    boxes : numpy.ndarray
        Shape (n, 4), integers within the picture.
    """
    for left, top, right, bottom in boxes:
        part = pixels[top:bottom, left:right]
        mean = part.reshape(-1, 3).mean(axis=0)
        part[:] = (mean // LEVEL * LEVEL + LEVEL // 2).astype(np.uint8)
