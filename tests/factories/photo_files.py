"""Photo files of every kind, with everything in them that must not come through."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base

MAKER, SERIAL, COMMENT, XMP = b"Secretmaker", b"SN-4711-0815", b"shot by neighbour", b"xmp-secret"
ARTIST = b"Jane Doe"
TRACES = (MAKER, SERIAL, COMMENT, XMP, ARTIST, b"Exif", b"http://", b"ICC_PROFILE", b"GPS")

POSITION = (48.85661, -2.35222)
TAKEN = "2026:05:17 21:40:03"


def picture(width: int = 96, height: int = 64) -> Image.Image:
    """Return a picture with four corners of different colours."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 200, 30)
    pixels[height // 2 :, : width // 2] = (30, 30, 220)
    pixels[height // 2 :, width // 2 :] = (230, 230, 40)
    return Image.fromarray(pixels)


def exif(orientation: int = 1) -> Image.Exif:
    """Return EXIF with maker, serial number, author, time and place."""
    facts = Image.Exif()
    facts[Base.Orientation] = orientation
    facts[Base.Make] = MAKER.decode()
    facts[Base.Artist] = ARTIST.decode()
    details = facts.get_ifd(IFD.Exif)
    details[Base.DateTimeOriginal] = TAKEN
    details[Base.OffsetTimeOriginal] = "+02:00"
    details[Base.BodySerialNumber] = SERIAL.decode()
    place = facts.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (48.0, 51.0, 23.8)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "W", (2.0, 21.0, 7.99)
    return facts


def encoded(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    """Return the picture as a file."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def laden_jpeg(orientation: int = 1, size: tuple[int, int] = (96, 64)) -> bytes:
    """Return a JPEG with EXIF, place, thumbnail, XMP, comment, profile and a ZIP behind it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = encoded(
        picture(*size),
        quality=95,
        subsampling=0,
        exif=exif(orientation),
        icc_profile=profile,
        comment=COMMENT,
    )
    xmp = b"http://ns.adobe.com/xap/1.0/\x00<x>" + XMP + b"</x>"
    thumbnail = b"JFXX\x00\x10" + encoded(picture(16, 16), comment=SERIAL)
    segments = _segment(0xE1, xmp) + _segment(0xE0, thumbnail)
    return plain[:2] + segments + plain[2:] + archive(MAKER)


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def archive(content: bytes) -> bytes:
    """Return a ZIP with the content stored as it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        made.writestr("hidden.txt", content)
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header claims a size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


def segments_of(jpeg: bytes) -> list[int]:
    """Return the markers of a JPEG's segments up to the coded data."""
    markers, at = [], 2
    while True:
        _, marker, length = struct.unpack(">BBH", jpeg[at : at + 4])
        markers.append(marker)
        if marker == 0xDA:
            return markers
        at += 2 + length
