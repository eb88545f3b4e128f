"""What differs between the audit that is shown and one that may be shown next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convive.app.findings import PublishedFinding, findings_of
from convive.app.ports import Build

CITY_LEVEL = "city"
Row = dict[str, Any]
_FIGURE = ("value", "low", "high", "n", "status", "reason", "unit")


@dataclass(frozen=True, slots=True)
class FigureChange:
    """The newest figure of an indicator for the whole town, before and now; None: there is none."""

    indicator_id: str
    before: Row | None
    now: Row | None


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """What a reader of both audits would notice first."""

    new: tuple[PublishedFinding, ...]
    changed: tuple[PublishedFinding, ...]
    """As they are now."""
    gone: tuple[PublishedFinding, ...]
    figures: tuple[FigureChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether neither findings nor the figures of the town differ."""
        return not (self.new or self.changed or self.gone or self.figures)


def edition_changes(before: Build | None, now: Build) -> EditionChanges:
    """Compare findings by what they say, and the newest figures of the whole town."""
    old = {one.id: one for one in findings_of(before)} if before else {}
    own = {one.id: one for one in findings_of(now)}
    return EditionChanges(
        new=tuple(one for id_, one in own.items() if id_ not in old),
        changed=tuple(one for id_, one in own.items() if id_ in old and _told(one) != _told(old[id_])),
        gone=tuple(one for id_, one in old.items() if id_ not in own),
        figures=tuple(_figures(before, now)),
    )  # fmt: skip


def _told(one: PublishedFinding) -> tuple[str, str, str]:
    return (one.code, one.verdict, one.certainty)


def _figures(before: Build | None, now: Build) -> Iterator[FigureChange]:
    old, own = (_newest(before) if before else {}), _newest(now)
    for indicator_id in sorted(set(old) | set(own)):
        pair = old.get(indicator_id), own.get(indicator_id)
        first, second = (_plain(one) for one in pair)
        if first != second:
            yield FigureChange(indicator_id, *pair)


def _plain(row: Row | None) -> Row | None:
    return {name: row[name] for name in _FIGURE} if row else None


def _newest(build: Build) -> dict[str, Row]:
    """Return indicator → its newest figure for the whole town and all of its people."""
    rows = [
        row
        for row in build.tables["estimates"].to_pylist()
        if row["level"] == CITY_LEVEL
        and row["dimension"] == "all"
        and row["period_kind"] != "month"
    ]
    rows.sort(key=lambda row: (row["period_start"], row["denominator_id"] == "residents"))
    return {row["indicator_id"]: row for row in rows}
