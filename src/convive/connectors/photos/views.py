"""Several looks at one picture: whole and shrunk, turned, brightened, in tiles that bound memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

TILE = 576
OVERLAP = 64
"""Pixels that neighbouring tiles share, so that what lies on a seam is whole in one of them. What
is larger is seen in a view that is shrunk further. A tile bounds the memory of a network's run."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of the picture as a detector sees it.

    Attributes
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``.
    scale : float
        Pixels of the view a pixel of the picture.
    quarters : int
        Quarter turns that were made anticlockwise.
    offset : tuple of int
        Where the view begins in the scaled, turned picture: x, y.
    turned_size : tuple of int
        Width and height of the scaled, turned picture.
    origin : tuple of float
        Where the part that was scaled and turned begins in the picture: x, y.
    """

    pixels: np.ndarray
    scale: float
    quarters: int
    offset: tuple[int, int]
    turned_size: tuple[int, int]
    origin: tuple[float, float] = (0.0, 0.0)

    def to_picture(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes (n, 4) of the view in pixels of the picture."""
        moved = boxes + np.array([*self.offset, *self.offset])
        width, height = self.turned_size
        for _ in range(self.quarters):  # undo the quarter turns one at a time, clockwise
            left, top, right, bottom = moved.T
            moved = np.stack([height - bottom, left, height - top, right], axis=1)
            width, height = height, width
        return np.asarray(moved / self.scale + np.array([*self.origin, *self.origin]))


def tiles(pixels: np.ndarray, scale: float = 1.0, quarters: int = 0) -> Iterator[View]:
    """Yield the picture scaled by `scale` and turned by quarters, in tiles.

    Parameters
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``.
    scale : float
        Above 1 enlarges.
    quarters : int
        Quarter turns anticlockwise, 0 to 3.
    """
    small = np.rot90(scaled(pixels, scale), quarters)
    height, width = small.shape[:2]
    for top, bottom in _stretches(height):
        for left, right in _stretches(width):
            part = np.ascontiguousarray(small[top:bottom, left:right])
            yield View(part, scale, quarters, (left, top), (width, height))


def scaled(pixels: np.ndarray, scale: float) -> np.ndarray:
    """Return the picture at a multiple of its size."""
    if scale == 1.0:
        return pixels
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    return np.asarray(
        Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    )


def brightened(pixels: np.ndarray) -> np.ndarray:
    """Lift the shadows, so that faces in the dark or against the light stand out."""
    curve = 255.0 * np.power(np.arange(256) / 255.0, 0.45)
    return np.asarray(np.round(curve).astype(np.uint8)[pixels])


def as_batch(pixels: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return (1, 3, H, W) ``float32``, standardised, padded with zeros to multiples of 32."""
    height, width = pixels.shape[:2]
    batch = np.zeros((1, 3, -(-height // 32) * 32, -(-width // 32) * 32), dtype=np.float32)
    for channel in range(3):
        values = pixels[:, :, channel].astype(np.float32)
        values -= np.float32(mean[channel])  # in place and not in float64: half the memory
        values /= np.float32(spread[channel])
        batch[0, channel, :height, :width] = values
    return batch


def _stretches(length: int) -> list[tuple[int, int]]:
    """Cut a length into as few equal overlapping stretches of at most `TILE` as it takes."""
    count = max(-(-(length - OVERLAP) // (TILE - OVERLAP)), 1)
    step = (length - OVERLAP) / count
    starts = [round(i * step) for i in range(count)]
    return [(start, min(start + round(step) + OVERLAP, length)) for start in starts]
