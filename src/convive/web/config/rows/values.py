"""Values of columns as JSON, the same from every database."""

from __future__ import annotations

import base64
import datetime as dt
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Field, JSONField


def line_of(row: tuple[Any, ...]) -> str:
    """Return a row as a line."""
    return json.dumps(
        row, default=_plain, sort_keys=True, ensure_ascii=True, allow_nan=False,
        separators=(",", ":"),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview | bytearray):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(type(value).__name__)


def value_of(field: Field[Any, Any], value: Any) -> Any:
    """Return the value of a column from what a line says."""
    while field.remote_field:
        field = field.target_field  # type: ignore[attr-defined]
    if value is None or isinstance(field, JSONField):
        return value
    if isinstance(field, BinaryField):
        return base64.b64decode(value, validate=True)
    return field.to_python(value)
