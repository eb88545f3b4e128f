"""The adapter behind ``PhotoCleaner``: decode, find, cover, encode; all of it in memory."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from convive.app.fieldwork.photo_ports import NOTHING_ASKED, AskedFacts, CleanPhoto, CoverBox
from convive.connectors.photos import covering
from convive.connectors.photos.decoding import decode
from convive.connectors.photos.faces import find_faces
from convive.connectors.photos.plates import find_plates
from convive.core.errors import RequestError

QUALITY = 85


class LocalPhotoCleaner:
    """Cleans photos on this machine, with nothing from the network. Safe to share by threads."""

    def clean(self, data: bytes, asked: AskedFacts = NOTHING_ASKED) -> CleanPhoto:
        """Cover faces and plates, drop all metadata, shrink; see ``PhotoCleaner.clean``."""
        decoded = decode(data, asked)
        pixels = decoded.pixels
        height, width = pixels.shape[:2]
        faces, plates = faces_to_cover(pixels), plates_to_cover(pixels)
        covering.cover(pixels, np.concatenate([plates, faces]))
        return CleanPhoto(
            data=_encoded(pixels),
            width=width,
            height=height,
            n_faces=len(faces),
            n_plates=len(plates),
            taken_at=decoded.taken_at,
            position=decoded.position,
        )

    def cover(self, data: bytes, boxes: Sequence[CoverBox]) -> CleanPhoto:
        """Cover further rectangles for good; see ``PhotoCleaner.cover``."""
        pixels = decode(data, NOTHING_ASKED).pixels
        height, width = pixels.shape[:2]
        for box in boxes:
            if not all(math.isfinite(side) for side in box):
                raise RequestError("PHOTO_BOX")
        asked = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        whole = covering.pixel_boxes(asked, 0.0, width, height)
        if len(whole) != len(boxes):
            raise RequestError("PHOTO_BOX")
        covering.cover(pixels, whole)
        return CleanPhoto(_encoded(pixels), width, height, 0, 0, n_by_hand=len(boxes))


def faces_to_cover(pixels: np.ndarray) -> np.ndarray:
    """Find the faces of a picture (height, width, 3), with their margins.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4), integers within the picture: left, top, right, bottom.
    """
    height, width = pixels.shape[:2]
    boxes = covering.pixel_boxes(find_faces(pixels), covering.FACE_MARGIN, width, height)
    return covering.joined(boxes)


def plates_to_cover(pixels: np.ndarray) -> np.ndarray:
    """Find what looks like a plate, with its margins; shapes as `faces_to_cover`."""
    height, width = pixels.shape[:2]
    return covering.joined(covering.pixel_boxes(find_plates(pixels), 0.0, width, height))


def _encoded(pixels: np.ndarray) -> bytes:
    """Encode pixels, and nothing but pixels, as JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
