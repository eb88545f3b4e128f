"""The door that every incoming photo passes before anything of it is stored.

What a resident or a field worker sends is kept only as a `CleanPhoto`: faces and number plates
are covered for good, nothing but pixels is left, and the original exists in memory only. A
detector misses some; a person may cover more by hand with `PhotoCleaner.cover`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class Position(NamedTuple):
    """A place in WGS 84, in degrees."""

    latitude: float
    longitude: float


class CoverBox(NamedTuple):
    """A rectangle to cover, in pixels of the upright photo; right and bottom are outside."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """Which facts of the original the form asks for; what it does not ask for is dropped.

    Attributes
    ----------
    taken_at : bool
        When the photo was taken, as the camera wrote it.
    position : bool
        Where it was taken.
    """

    taken_at: bool = False
    position: bool = False


NOTHING_ASKED = AskedFacts()


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo that may be stored.

    Attributes
    ----------
    data : bytes
        JPEG in sRGB, upright, no metadata; the long side at most 2048 pixels.
    width, height : int
        In pixels.
    n_faces, n_plates : int
        How many faces, and things that look like number plates, were covered. Found ones, not
        all there are: show the number to whoever checks the photo.
    n_by_hand : int
        How many rectangles a person had covered.
    taken_at : datetime or None
        Only if asked for and known; without a zone if the camera wrote none.
    position : Position or None
        Only if asked for and known.
    """

    data: bytes
    width: int
    height: int
    n_faces: int
    n_plates: int
    n_by_hand: int = 0
    taken_at: datetime | None = None
    position: Position | None = None


class PhotoCleaner(Protocol):
    """Turns what was sent into what may be stored."""

    def clean(self, data: bytes, asked: AskedFacts = NOTHING_ASKED) -> CleanPhoto:
        """Cover faces and plates, drop all metadata, shrink.

        Parameters
        ----------
        data : bytes
            The file as it was sent; its name and declared type are not looked at.
        asked : AskedFacts
            Which facts of the original to hand over beside the photo.

        Raises
        ------
        RequestError
            ``PHOTO_TOO_LARGE``, ``PHOTO_KIND``, ``PHOTO_TOO_MANY_PIXELS``, ``PHOTO_UNREADABLE``.
        SourceError
            ``PHOTO_DETECTOR``: the detectors are not installed. Nothing is let through.
        """
        ...

    def cover(self, data: bytes, boxes: Sequence[CoverBox]) -> CleanPhoto:
        """Cover further rectangles of a photo, as a person drew them, for good.

        Give it a photo that `clean` made, so that the pixels of the boxes are those of the photo.
        It is encoded anew; the caller replaces the stored one and keeps no copy. The
        detectors are not run: `n_faces` and `n_plates` are 0.

        Raises
        ------
        RequestError
            As `clean`; ``PHOTO_BOX`` for a rectangle that covers nothing of the photo.
        """
        ...
