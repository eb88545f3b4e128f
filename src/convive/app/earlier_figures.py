"""What earlier releases told besides counts of cells: hours of a week, notes, answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.surveys import NAMELESS_N
from convive.app.releases import FigureKey, Release
from convive.core.model import Status

LATER = "earlier_release"
ANSWERED = "_n_effective"
"""Column that only estimates from surveys have."""


class Told(Enum):
    """Why two releases of a table tell no small number when one is taken from the other."""

    CELLS = "its counts are cells that releases keep, or make cells that they keep"
    FIGURES = "its counts are figures that releases keep"
    GATED = "made of rows that have passed the gate"
    BLURRED = "made of many months; only few digits are shown where one of them is hidden"
    ROUNDED = "its counts are rounded to the minimum count, whatever was told before"
    NO_PEOPLE = "no count of incidents or of people who are asked"


TOLD: Mapping[str, tuple[Told, ...]] = {
    "areas": (Told.NO_PEOPLE,),
    "sources": (Told.ROUNDED,),
    "quality": (Told.ROUNDED,),
    "estimates": (Told.CELLS, Told.FIGURES),
    "series": (Told.CELLS,),
    "trends": (Told.CELLS, Told.FIGURES),
    "faces": (Told.GATED,),
    "gaps": (Told.GATED,),
    "positions": (Told.GATED,),
    "index": (Told.GATED,),
    "profiles": (Told.FIGURES,),
    "raters": (Told.NO_PEOPLE,),
    "contrasts": (Told.FIGURES,),
    "variance_splits": (Told.FIGURES,),
    "breaks": (Told.BLURRED,),
    "effects": (Told.CELLS,),
    "themes": (Told.FIGURES,),
    "missing": (Told.NO_PEOPLE,),
    "findings": (Told.GATED,),
}
"""Every table of a build; who adds one says here what it tells next to an earlier build."""


@dataclass(frozen=True)
class Memory:
    """What earlier releases say of a figure of now.

    A change by less than a floor is a small number that the two releases tell together; so is
    a figure that was kept back and is nearly the same now.
    """

    releases: Sequence[Release] = ()
    kept: set[FigureKey] = field(default_factory=set)
    """Figures of the new release that are not shown; filled while it passes the gate."""

    def moves(self, key: FigureKey, value: float) -> tuple[float, ...]:
        """Return by how much a figure differs from each earlier one; 0 where there was none."""
        return tuple(0.0 if old is None else abs(value - old) for old in self.before(key))

    def before(self, key: FigureKey) -> tuple[float | None, ...]:
        """Return a figure as each earlier release had it; None where there was none."""
        return tuple(release.figures.get(key) for release in self.releases)

    def tells(self, key: FigureKey, value: float, least: float) -> bool:
        """Tell whether a figure, shown now, would betray a number below `least`."""
        return any(
            0 < move < least or (move < least and key in release.kept)
            for move, release in zip(self.moves(key, value), self.releases, strict=True)
        )


def hour_key(row: Row) -> FigureKey:
    """Return the name of an hour of an area's week."""
    return (*week_key(row)[:-1], str(row["weekday"]), str(row["hour"]))


def week_key(row: Row) -> FigureKey:
    """Return the name of the number of incidents behind an area's week."""
    return ("profiles", row["indicator_id"], row["level"], row["area_id"], "n")


def theme_key(row: Row) -> FigureKey:
    """Return the name of a count of notes."""
    return ("themes", row["level"], row["area_id"], row["theme"], row["direction"])


def answer_key(row: Row) -> FigureKey:
    """Return the name of the number of answers behind an estimate."""
    period = (row["period_start"].isoformat(), row["period_end"].isoformat())
    place = (row["indicator_id"], row["level"], row["area_id"])
    return ("answers", *place, *period, row["dimension"], row["group"])


def figures_of(
    prepared: Prepared, raw: Mapping[str, Sequence[Row]], notes: Iterable[Row]
) -> dict[FigureKey, float]:
    """Return what a build tells besides counts of cells, if it hides nothing.

    Parameters
    ----------
    raw : mapping of table name to rows
        As assessed.
    notes : iterable of Row
        A row for every place, theme and direction, also where nobody spoke.
    """
    public = prepared.evidence.public_sources
    found: dict[FigureKey, float] = {}
    for row in raw.get("profiles", ()):
        if row["_source"] not in public:
            found[week_key(row)] = row["n"]
            found[hour_key(row)] = row["expected_count"]
    found |= {theme_key(row): row["n"] for row in notes}
    found |= {answer_key(row): row["n"] for row in _answered(prepared, raw.get("estimates", ()))}
    return found


def hidden_answers(
    prepared: Prepared, rows: Mapping[str, Sequence[Row]], memory: Memory
) -> Iterator[tuple[str, Row]]:
    """Yield the rows from surveys, with their table, that would tell what a few answered.

    Where one figure of a question and wave differs by the answers of a few people, all that
    changed since are kept back: what is shown still is what was shown before.
    """
    waves: dict[tuple[Any, ...], list[Row]] = {}
    for row in _answered(prepared, rows.get("estimates", ())):
        waves.setdefault(_wave(row), []).append(row)
    telling = {
        wave: own
        for wave, own in waves.items()
        if any(memory.tells(answer_key(row), row["n"], NAMELESS_N) for row in own)
    }
    changed = [row for own in telling.values() for row in own if _has_changed(row, memory)]
    memory.kept.update(answer_key(row) for row in changed)
    yield from (("estimates", row) for row in changed)
    places = {(*answer_key(row)[1:4], row["period_start"]) for row in changed}
    for row in rows.get("trends", ()):
        place = (row["indicator_id"], row["level"], row["area_id"])
        if any((*place, row.get(name)) in places for name in ("before_start", "after_start")):
            yield "trends", row
    for table in ("contrasts", "variance_splits"):
        yield from ((table, row) for row in rows.get(table, ()) if _wave(row) in telling)


def _has_changed(row: Row, memory: Memory) -> bool:
    key = answer_key(row)
    return any(memory.moves(key, row["n"])) or memory.tells(key, row["n"], NAMELESS_N)


def _answered(prepared: Prepared, rows: Sequence[Row]) -> Iterator[Row]:
    public = set(prepared.evidence.public_sources)
    for row in rows:
        if ANSWERED in row and row["n"] is not None and not public & set(row["source_ids"]):
            yield row


def _wave(row: Row) -> tuple[Any, ...]:
    return row["indicator_id"], row["period_start"], row["period_end"]


def hide_all(
    found: Iterable[tuple[str, Row]], hide: Callable[[str, Row, str | None], None]
) -> None:
    """Hide rows of which earlier releases tell too much."""
    for table, row in list(found):
        if row["status"] == Status.SHOWN:
            hide(table, row, LATER)
        row.update({name: None for name in ("n", "n_a", "n_b") if name in row})


__all__ = [
    "LATER",
    "TOLD",
    "Memory",
    "Told",
    "answer_key",
    "figures_of",
    "hidden_answers",
    "hide_all",
    "hour_key",
    "theme_key",
    "week_key",
]
