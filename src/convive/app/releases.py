"""What earlier builds showed: so that no difference between two releases is a small count.

A release is kept in the restricted store, with the counts that it hid: they are needed to
protect them again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from convive.app.cell_sums import CellKey, Span, categories_of
from convive.app.ports import Kept, StoreSession
from convive.app.territory import CITY

if TYPE_CHECKING:
    from convive.app.assess.prepare import Prepared

FORMAT = 2
KIND = "release"

Place = tuple[str, str]
Form = tuple[str, frozenset[str], frozenset[str], Span, str]
"""What a count counts: source, categories, places by outline, period, part of the day."""
Kinds = Mapping[str, tuple[str, frozenset[str]]]
"""Indicator → source and categories."""
FigureKey = tuple[str, ...]
"""Table, and what names a figure in it that is no count of a cell (`app.earlier_figures`)."""


@dataclass(frozen=True)
class Release:
    """One build as its readers know it, and what it kept back.

    Attributes
    ----------
    counts : mapping of cell to count
    hidden : set of cells
        Those that were not shown.
    kinds : mapping of indicator to (source, categories)
    places : mapping of (level, area) to outlines
        Digests of the finest areas within it.
    figures : mapping of figure to value
        Hours of weeks, numbers of notes and answers, those kept back as well.
    kept : set of figures
        Those that were not shown.
    built : set of str
        Moments at which audits that told exactly this were built, as in their run records.
    """

    day: date
    counts: Mapping[CellKey, int]
    hidden: frozenset[CellKey] = frozenset()
    kinds: Kinds = field(default_factory=dict)
    places: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    min_count: int = 0
    figures: Mapping[FigureKey, float] = field(default_factory=dict)
    kept: frozenset[FigureKey] = frozenset()
    built: frozenset[str] = frozenset()

    def form(self, key: CellKey) -> Form:
        """Return what a cell counts, whatever it is called."""
        source, categories = self.kinds.get(key[0], ("", frozenset({key[0]})))
        return source, categories, self.places.get(key[1:3], frozenset({key[2]})), key[3], key[4]

    def to_bytes(self) -> bytes:
        """Return the release as JSON, the same for the same release."""
        raw: dict[str, Any] = {
            "format": FORMAT,
            "day": self.day.isoformat(),
            "min_count": self.min_count,
            "cells": [
                [*k[:3], *(day.isoformat() for day in k[3]), k[4], n, int(k in self.hidden)]
                for k, n in sorted(self.counts.items())
            ],
            "kinds": {key: [s, sorted(c)] for key, (s, c) in sorted(self.kinds.items())},
            "places": [[*key, sorted(found)] for key, found in sorted(self.places.items())],
            "figures": [
                [*key, value, int(key in self.kept)] for key, value in sorted(self.figures.items())
            ],
        }
        if self.built:
            raw["built"] = sorted(self.built)
        return json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Release:
        """Return the release that `to_bytes` wrote."""
        raw: dict[str, Any] = json.loads(content)
        counts: dict[CellKey, int] = {}
        hidden: set[CellKey] = set()
        for indicator, level, area, start, end, part, n, is_hidden in raw["cells"]:
            span = (date.fromisoformat(start), date.fromisoformat(end))
            counts[(indicator, level, area, span, part)] = n
            if is_hidden:
                hidden.add((indicator, level, area, span, part))
        return cls(
            day=date.fromisoformat(raw["day"]),
            counts=counts,
            hidden=frozenset(hidden),
            kinds={key: (s, frozenset(c)) for key, (s, c) in raw["kinds"].items()},
            places={(level, area): frozenset(found) for level, area, found in raw["places"]},
            min_count=raw["min_count"],
            figures={tuple(key): value for *key, value, _ in raw.get("figures", ())},
            kept=frozenset(tuple(key) for *key, _, is_kept in raw.get("figures", ()) if is_kept),
            built=frozenset(raw.get("built", ())),
        )

    @property
    def name(self) -> str:
        """Return the name to keep it under: the same figures twice are one release."""
        told = replace(self, day=date.min, built=frozenset())
        return "release-" + hashlib.sha256(told.to_bytes()).hexdigest()

    @property
    def moments(self) -> frozenset[str]:
        """Return when it was built: only the day where no more was written down."""
        return self.built or frozenset({self.day.isoformat()})

    def has_figures_of(self, other: Release) -> bool:
        """Tell whether both were made from the same counts under the same rule."""
        return (self.counts, self.kinds, self.places, self.min_count, self.figures) == (
            other.counts,
            other.kinds,
            other.places,
            other.min_count,
            other.figures,
        )


def remembered(session: StoreSession | None) -> list[Release]:
    """Return the releases that a store holds, the earliest first; none without a store."""
    if session is None:
        return []
    found = [_opened(session, kept) for kept in session.listed(KIND)]
    return sorted(found, key=lambda release: (release.day, release.name))


def remember(session: StoreSession, release: Release) -> None:
    """Keep a release; it is there with the next commit, which has to come before it is seen.

    One that told the same before takes its moments along: its audit may be served still.
    """
    known = session.find(release.name)
    if known is not None:
        release = replace(release, built=release.moments | _opened(session, known).moments)
    content = gzip.compress(release.to_bytes(), mtime=0)
    session.put(release.name, content, kind=KIND, n=len(release.counts))


def _opened(session: StoreSession, kept: Kept) -> Release:
    return Release.from_bytes(gzip.decompress(session.open(kept).read_bytes()))


def release_of(
    prepared: Prepared,
    counts: Mapping[CellKey, int],
    day: date,
    *,
    more_kinds: Kinds | None = None,
    more_places: Mapping[Place, frozenset[str]] | None = None,
    figures: Mapping[FigureKey, float] | None = None,
) -> Release:
    """Return the release that a build would make if it hid nothing.

    `more_kinds` tells of counts that are no indicator's (the kinds that harm adds up),
    `more_places` of those that are of no area alone (where an action was).
    """
    return Release(
        day=day,
        counts=dict(counts),
        min_count=prepared.city.disclosure.min_count,
        kinds={**categories_of(prepared), **(more_kinds or {})},
        places={**places_of(prepared), **(more_places or {})},
        figures=dict(figures or {}),
    )


def places_of(prepared: Prepared) -> dict[Place, frozenset[str]]:
    """Return for each area the outlines of the finest areas within it."""
    territory = prepared.territory
    found: dict[Place, set[str]] = {}
    finest = territory.levels[-1] if territory.levels else CITY
    frame = territory.frames[finest]
    marks = list(_marks(frame.ids, frame.geometry))
    for level, own in territory.frames.items():
        up = territory.way_up(finest, level) if level != finest else range(len(frame.ids))
        for i, mark in enumerate(marks):
            if up is not None and up[i] >= 0:
                found.setdefault((level, own.ids[up[i]]), set()).add(mark)
    if (CITY, territory.city_id) in found:
        found[(CITY, territory.city_id)].add("*")  # what has no place is of the city as well
    return {place: frozenset(within) for place, within in found.items()}


def outlines(prepared: Prepared) -> dict[str, Place]:
    """Return for each outline of the finest areas its level and area."""
    territory = prepared.territory
    finest = territory.levels[-1] if territory.levels else CITY
    frame = territory.frames[finest]
    marks = _marks(frame.ids, frame.geometry)
    return {mark: (finest, area) for mark, area in zip(marks, frame.ids, strict=True)}


def _marks(ids: Sequence[str], geometry: Any) -> Iterator[str]:
    for i, area in enumerate(ids):
        shape = None if geometry is None else geometry[i]
        outline = "" if shape is None else hashlib.sha256(shape.wkb).hexdigest()[:16]
        yield f"{area}@{outline}"


__all__ = [
    "FigureKey",
    "Release",
    "outlines",
    "places_of",
    "release_of",
    "remember",
    "remembered",
]
