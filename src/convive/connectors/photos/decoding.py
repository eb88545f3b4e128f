"""From the bytes that were sent to an upright picture in sRGB with no metadata."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from PIL import Image, ImageCms, ImageOps

from convive.app.fieldwork.photo_ports import AskedFacts, Position
from convive.connectors.photos import facts
from convive.connectors.photos.failures import DECODING
from convive.connectors.photos.kinds import kind_of, refuse_endless_scans
from convive.connectors.photos.turn import TURN
from convive.core.errors import RequestError

MAX_PIXELS = 60_000_000
MAX_SIDE = 2048
MAX_PROFILE_BYTES = 4_000_000

PROFILE: tuple[type[Exception], ...] = (ImageCms.PyCMSError, *DECODING)

_registering = threading.Lock()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture and the facts that were asked for.

    Attributes
    ----------
    pixels : numpy.ndarray
        Shape (height, width, 3), ``uint8``, sRGB.
    """

    pixels: np.ndarray
    taken_at: datetime | None
    position: Position | None


def decode(data: bytes, asked: AskedFacts) -> Decoded:
    """Decode a hostile file within the limits.

    Raises
    ------
    RequestError
        ``PHOTO_TOO_LARGE``, ``PHOTO_KIND``, ``PHOTO_TOO_MANY_PIXELS``, ``PHOTO_UNREADABLE``.
    """
    kind = kind_of(data)
    if kind == "JPEG":
        refuse_endless_scans(data)
    if kind == "HEIF":
        _register_heif()
    with TURN:
        return _guarded(lambda: _decoded(data, kind, asked))


def _guarded(work: Callable[[], Decoded]) -> Decoded:
    """Turn whatever a decoder raises into one clear error."""
    try:
        return work()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = MAX_PIXELS // 1_000_000
        raise RequestError("PHOTO_TOO_MANY_PIXELS", limit=limit) from None
    except DECODING:
        raise RequestError("PHOTO_UNREADABLE") from None


def _decoded(data: bytes, kind: str, asked: AskedFacts) -> Decoded:
    """Decode, after the header has shown that the size is bearable."""
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise RequestError("PHOTO_TOO_MANY_PIXELS", limit=MAX_PIXELS // 1_000_000)
        when = facts.taken_at(picture) if asked.taken_at else None
        where = facts.position(picture) if asked.position else None
        profile = picture.info.get("icc_profile")
        picture.draft(None, (MAX_SIDE, MAX_SIDE))  # a large JPEG is decoded at a fraction
        picture.load()
        _turn_upright(picture)
        small = _shrunk(picture)
    return Decoded(np.array(_in_srgb(small, profile), dtype=np.uint8), when, where)


def _turn_upright(picture: Image.Image) -> None:
    """Turn the picture as its orientation says; one that cannot be read is left as it lies."""
    with suppress(*DECODING):
        ImageOps.exif_transpose(picture, in_place=True)  # copies only what has to be turned


def _shrunk(picture: Image.Image) -> Image.Image:
    """Bring to eight bits a channel and the long side to at most `MAX_SIDE`."""
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    elif picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        picture = _on_white(picture.convert("RGBA"))
    elif picture.mode not in {"RGB", "L", "CMYK"}:
        picture = picture.convert("RGB")
    longest = max(picture.size)
    if longest <= MAX_SIDE:
        return picture
    size = tuple(max(round(side * MAX_SIDE / longest), 1) for side in picture.size)
    return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scale a picture of 16 or 32 bits to the 8 that a JPEG has."""
    values = np.asarray(picture, dtype=np.float64)
    top = 65535.0 if picture.mode.startswith("I") else max(float(np.nanmax(values)), 1.0)
    scaled = np.nan_to_num(values / top * 255.0)
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))


def _on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white."""
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert colours to sRGB by the embedded profile; without a usable one take them as sRGB."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except PROFILE:
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _register_heif() -> None:
    """Teach Pillow to read HEIC, once."""
    try:
        import pillow_heif  # noqa: PLC0415 - loads a codec library, only when such a photo comes
    except ImportError:
        raise RequestError("PHOTO_KIND") from None
    with _registering:
        if "HEIF" not in Image.OPEN:
            pillow_heif.register_heif_opener(thumbnails=False)
