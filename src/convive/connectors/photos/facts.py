"""Reads from the EXIF of a photo the two facts that a form may ask for, and nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from convive.app.fieldwork.photo_ports import Position
from convive.connectors.photos.failures import DECODING

_WRITTEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
DECIMALS = 5
"""About a metre: a phone knows no better."""


def taken_at(picture: Image.Image) -> datetime | None:
    """Return when the photo was taken, with the camera's offset if it wrote one."""
    try:
        facts = picture.getexif().get_ifd(IFD.Exif)
        return _moment(facts)
    except DECODING:
        return None


def _moment(facts: Mapping[int, Any]) -> datetime | None:
    """Read date, time and offset of the EXIF directory."""
    written = _WRITTEN.match(str(facts.get(Base.DateTimeOriginal, "")))
    if written is None:
        return None
    naive = datetime(*(int(part) for part in written.groups()))  # type: ignore[arg-type] # noqa: DTZ001
    offset = _OFFSET.match(str(facts.get(Base.OffsetTimeOriginal, "")))
    if offset is None:
        return naive
    sign, hours, minutes = offset.groups()
    away = timedelta(hours=int(hours), minutes=int(minutes))
    zone = UTC if not away else timezone(away if sign == "+" else -away)
    return naive.replace(tzinfo=zone)


def position(picture: Image.Image) -> Position | None:
    """Return where the photo was taken, rounded to about a metre; None if unknown or impossible."""
    try:
        facts = picture.getexif().get_ifd(IFD.GPSInfo)
        latitude = _degrees(facts, GPS.GPSLatitude, GPS.GPSLatitudeRef, "NS")
        longitude = _degrees(facts, GPS.GPSLongitude, GPS.GPSLongitudeRef, "EW")
    except DECODING:
        return None
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None  # cameras without a fix write zeros
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Position(round(latitude, DECIMALS), round(longitude, DECIMALS))


def _degrees(facts: Mapping[int, Any], key: int, side_key: int, sides: str) -> float | None:
    """Read degrees, minutes, seconds and the side of the globe; south and west are negative."""
    parts = facts.get(key)
    side = str(facts.get(side_key, "")).strip("\0 ").upper()
    if parts is None or len(parts) != 3 or len(side) != 1 or side not in sides:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or min(degrees, minutes, seconds) < 0:
        return None
    return value if side == sides[0] else -value
