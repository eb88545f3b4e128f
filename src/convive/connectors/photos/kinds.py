"""What kind of picture a file is, by its content; its name and declared type say nothing."""

from __future__ import annotations

import struct

from convive.core.errors import RequestError

MAX_BYTES = 20_000_000
MOST_SCANS = 100
"""A progressive JPEG has about ten scans, its thumbnails a few more. Every scan costs a pass over
all pixels, so a small file with thousands of them would keep a processor busy for hours."""

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def kind_of(data: bytes) -> str:
    """Return the name of Pillow's reader for the file.

    Returns
    -------
    str
        ``JPEG``, ``PNG``, ``WEBP`` or ``HEIF``.

    Raises
    ------
    RequestError
        ``PHOTO_TOO_LARGE``; ``PHOTO_KIND`` for anything else than these four.
    """
    if len(data) > MAX_BYTES:
        raise RequestError("PHOTO_TOO_LARGE", limit=MAX_BYTES // 1_000_000)
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and _is_heif(data):
        return "HEIF"
    raise RequestError("PHOTO_KIND")


def _is_heif(data: bytes) -> bool:
    """Tell whether the brands of an ISO media file are those of HEIC and not of AVIF or video."""
    (size,) = struct.unpack(">I", data[:4])
    box = data[8 : min(max(size, 16), 256)]
    brands = {box[:4]} | {box[i : i + 4] for i in range(8, len(box), 4)}
    return bool(brands & _HEIF_BRANDS) and not brands & _AVIF_BRANDS


def refuse_endless_scans(data: bytes) -> None:
    """Refuse a JPEG that is made to be slow: within coded data the marker cannot occur."""
    if data.count(b"\xff\xda") > MOST_SCANS:
        raise RequestError("PHOTO_UNREADABLE")
