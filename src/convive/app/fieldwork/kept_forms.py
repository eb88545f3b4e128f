"""Forms as they are kept, read by whoever hands them over, compares or exports them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convive.core.instruments.model import Instrument

COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One filled-in form with what is known beside its answers; empty texts: not known."""

    id: str
    day: date
    answers: Mapping[str, Any]
    channel: str = ""
    state: str = COMPLETE
    """complete, waiting or excluded."""
    reason: str = ""
    """Why it is excluded, in the coordinator's words."""
    broken: tuple[tuple[str | int, ...], ...] = ()
    """Where answers do not keep the instrument's rules."""
    place: str = ""
    """Code of the place."""
    place_name: str = ""
    longitude: float | None = None
    latitude: float | None = None
    area_level: str = ""
    area_id: str = ""
    rater: str = ""
    """Pseudonym."""
    daypart: str = ""
    """day, night or any."""
    hour: int | None = None
    """Of the town's clock, at which it was begun."""
    language: str = ""
    stratum: str = ""
    weight: float | None = None
    started: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class FieldRound:
    """One campaign: what evidence says of where it comes from."""

    code: str
    title: str
    kind: str
    """walk, audit, survey or assessment."""
    sampling: str
    """none, frame or open_link."""
    wave: str
    instrument: Instrument
    owner: str
    """Who answers for the figures: the town."""
    language: str = "en"
    frame: Mapping[str, str | int | float] = field(default_factory=dict)
    """How the sample was drawn, in figures."""


@dataclass(frozen=True)
class HandedRows:
    """A table on its way into the pack: columns, rows, and its part of the mapping file."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    mapping: Mapping[str, Any]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Code → forms (or, for items, columns) that are not in it."""
    items: Mapping[str, str] = field(default_factory=dict)
    """Item of the instrument → item of the evidence."""
    items_left: Mapping[str, str] = field(default_factory=dict)
    """Item of the instrument → code of why it stays with the forms."""
