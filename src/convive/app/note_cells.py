"""Which counts of coded notes may be seen: they are few, and rows of their own would tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from convive.app.assess.prepare import Row
from convive.app.earlier_figures import LATER, Memory, theme_key
from convive.app.territory import Territory
from convive.core.model import Status

Place = tuple[str, str]
"""Level and area."""


def counted_themes(territory: Territory, rows: Sequence[Row]) -> list[Row]:
    """Return a row for every area, theme and direction that is spoken of at all."""
    groups: dict[tuple[str, str], dict[Place, int]] = {}
    for row in rows:
        cells = groups.setdefault((row["theme"], row["direction"]), {})
        cells[(row["level"], row["area_id"])] = row["n"]
    return [
        _row(group, place, cells.get(place, 0))
        for group, cells in groups.items()
        for place in _places(territory)
    ]


def gated_themes(
    territory: Territory, rows: Sequence[Row], min_notes: int, memory: Memory | None = None
) -> list[Row]:
    """Return a row for every area, theme and direction; NULL below `min_notes`.

    An area without any note has the same row as one with too few: that a hidden row is there
    must not tell that somebody spoke. A hidden count cannot be had by subtraction from the
    areas above either; what was said without naming a place is taken to be known. Where one
    count of a theme differs by fewer notes from an earlier release, all that changed since are
    hidden.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in counted_themes(territory, rows):
        groups.setdefault((row["theme"], row["direction"]), []).append(row)
    gated: list[Row] = []
    for group, own in groups.items():
        cells = {(row["level"], row["area_id"]): row["n"] for row in own}
        later = _changed(own, min_notes, memory or Memory())
        hidden = _hidden(territory, cells, min_notes, later)
        for place, n in cells.items():
            reason = LATER if place in later and n >= min_notes else "small_count"
            gated.append(_row(group, place, None if place in hidden else n, reason))
    return gated


def _changed(rows: Sequence[Row], min_notes: int, memory: Memory) -> set[Place]:
    """Return where a theme is kept back because of what was shown of it before."""
    telling = {
        (row["level"], row["area_id"])
        for row in rows
        if memory.tells(theme_key(row), row["n"], min_notes)
    }
    if not telling:
        return set()
    return telling | {
        (row["level"], row["area_id"])
        for row in rows
        if any(memory.moves(theme_key(row), row["n"]))
    }


def _row(group: tuple[str, str], place: Place, n: int | None, reason: str = "small_count") -> Row:
    return {
        "level": place[0],
        "area_id": place[1],
        "theme": group[0],
        "direction": group[1],
        "n": n,
        "status": (Status.SUPPRESSED if n is None else Status.SHOWN).value,
        "reason": reason if n is None else None,
    }


def _places(territory: Territory) -> Iterator[Place]:
    for level, frame in territory.frames.items():
        yield from ((level, area) for area in frame.ids)


def _hidden(
    territory: Territory, cells: Mapping[Place, int], min_notes: int, later: set[Place]
) -> set[Place]:
    thin = {place for place in _places(territory) if cells.get(place, 0) < min_notes}
    hidden = thin | later
    sums = list(_sums(territory))
    is_open = True
    while is_open:
        is_open = False
        for total, parts in sums:
            if total not in hidden and _tells(parts, cells, (thin, hidden), min_notes):
                shown = [place for place in parts if place not in hidden]
                hidden.add(min(shown, key=lambda p: (cells[p], p)) if shown else total)
                is_open = True
    return hidden


def _tells(
    parts: Sequence[Place],
    cells: Mapping[Place, int],
    not_seen: tuple[set[Place], set[Place]],
    min_notes: int,
) -> bool:
    """Tell whether total less shown parts leaves only one filling of the hidden parts."""
    thin, hidden = not_seen
    own = [place for place in parts if place in hidden]
    left = sum(cells.get(place, 0) for place in own)
    if not left:
        return False
    is_full = all(place in thin for place in own) and left == (min_notes - 1) * len(own)
    return len(own) == 1 or is_full


def _sums(territory: Territory) -> Iterator[tuple[Place, list[Place]]]:
    """Yield each area and the city with the areas of each level below."""
    for level in territory.levels:
        for to in territory.frames:
            up = territory.way_up(level, to) if to != level else None
            if up is None:
                continue
            for i, above in enumerate(territory.frames[to].ids):
                ids = territory.frames[level].ids
                parts = [(level, ids[k]) for k in range(len(ids)) if up[k] == i]
                if parts:
                    yield (to, above), parts


__all__ = ["counted_themes", "gated_themes"]
