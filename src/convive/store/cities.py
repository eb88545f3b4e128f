"""A city as JSON and back, for `build/city.json`.

The logo lies in it: a build is moved without its pack.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from convive.core.model import (
    City,
    Denominator,
    DisclosureRule,
    EngineChoice,
    Intervention,
    KnownBreak,
    Level,
    Logo,
    Look,
)


def render_city(city: City) -> str:
    """Return the city as JSON: sorted keys, dates as ISO 8601."""
    plain = {f.name: _plain(getattr(city, f.name)) for f in dataclasses.fields(city)}
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def parse_city(text: str) -> City:
    """Return the city of `render_city`."""
    raw: dict[str, Any] = json.loads(text)
    raw["levels"] = tuple(Level(**level) for level in raw["levels"])
    raw["denominators"] = tuple(Denominator(**row) for row in raw["denominators"])
    raw["breaks"] = tuple(_known_break(row) for row in raw["breaks"])
    raw["interventions"] = tuple(_intervention(row) for row in raw["interventions"])
    raw["disclosure"] = DisclosureRule(**raw["disclosure"])
    raw["engine"] = EngineChoice(**raw.get("engine", {}))
    raw["look"] = _look(raw.get("look", {}))
    for name in ("languages", "indicators"):
        raw[name] = tuple(raw[name])
    return City(**raw)


def _known_break(row: dict[str, Any]) -> KnownBreak:
    row["on"] = date.fromisoformat(row["on"])
    row["categories"] = tuple(row["categories"])
    return KnownBreak(**row)


def _look(row: dict[str, Any]) -> Look:
    logo = row.pop("logo", None)
    if logo is not None:
        logo["content"] = base64.b64decode(logo["content"], validate=True)
        logo = Logo(**logo)
    return Look(logo=logo, **row)


def _intervention(row: dict[str, Any]) -> Intervention:
    row["starts"] = date.fromisoformat(row["starts"])
    row["ends"] = None if row["ends"] is None else date.fromisoformat(row["ends"])
    for name in ("areas", "comparison_areas", "categories"):
        row[name] = tuple(row[name])
    return Intervention(**row)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value
