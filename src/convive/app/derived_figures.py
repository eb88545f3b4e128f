"""What a release gives away of areas and kinds that it does not name: sums and differences.

A release that shows two kinds together and one of them shows the other; one that shows every
neighbourhood shows whatever district they once made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product

from convive.app.cell_sums import CellKey, Span
from convive.app.releases import Kinds, Place, Release

Template = tuple[str, str, str]
"""Indicator, level and area: what a figure is of, whenever."""
Signed = list[tuple[int, str]]
_LONGER = 3
"""Longer periods from which a period is taken, the shortest first."""


def derived_figures(
    release: Release,
    wanted: Mapping[Template, Collection[Span]],
    known: tuple[Kinds, Mapping[Place, frozenset[str]]],
    seen: Mapping[CellKey, int],
) -> dict[CellKey, int]:
    """Return the counts of what a release does not publish but gives away.

    Parameters
    ----------
    wanted : mapping of template to periods
        Named as in `known`.
    known : kinds and places
        What the names of the templates mean.
    seen : mapping of cell to count
        What readers of the release see.
    """
    spans = {key[3] for key in seen}
    parts = sorted({key[4] for key in seen})
    finest = {mark: at for at, marks in release.places.items() for mark in marks if len(marks) == 1}
    in_time = {span: list(_span_ways(span, spans)) for own in wanted.values() for span in own}
    found: dict[CellKey, int] = {}
    for (indicator, level, area), periods in wanted.items():
        own: list[Signed] = [[(1, indicator)]]  # a count of something else than kinds
        kinds = (
            list(_kinds_ways(known[0][indicator], release.kinds))
            if indicator in known[0] and known[0][indicator][0]
            else own
        )
        areas = list(_place_ways(known[1].get((level, area)), (level, area), release, finest))
        for span, part in product(periods, parts):
            key = (indicator, level, area, span, part)
            for way in product(kinds, areas, in_time[span]):
                count = _sum(way, part, seen)
                if count is not None and key not in seen:
                    found[key] = max(count, 0)
                    break
    return found


def _sum(
    way: tuple[Signed, list[Place], list[tuple[int, Span]]], part: str, seen: Mapping[CellKey, int]
) -> int | None:
    """Return a sum of figures; None where one of them is not seen."""
    total = 0
    for (sign, name), at, (direction, span) in product(*way):
        count = seen.get((name, *at, span, part))
        if count is None:
            return None
        total += sign * direction * count
    return total


def _span_ways(wanted: Span, spans: Collection[Span]) -> Iterator[list[tuple[int, Span]]]:
    """Yield how a period is had: as such, as a sum, as a longer one less what is before or after."""
    if wanted in spans:
        yield [(1, wanted)]
    tiles = _tiles(wanted, spans)
    if len(tiles) > 1:
        yield [(1, one) for one in tiles]
    longer = [one for one in spans if one[0] <= wanted[0] and wanted[1] <= one[1] and one != wanted]
    for one in sorted(longer, key=lambda span: (span[1] - span[0], span))[:_LONGER]:
        ends = [(one[0], wanted[0]), (wanted[1], one[1])]
        rest = [_tiles(end, spans) for end in ends if end[0] < end[1]]
        if all(rest):
            yield [(1, one), *((-1, part) for tiled in rest for part in tiled)]


def _tiles(wanted: Span, spans: Collection[Span]) -> list[Span]:
    """Return the shortest periods that fill another, one after the other; nothing if none do."""
    at, found = wanted[0], list[Span]()
    while at < wanted[1]:
        ends = [one for one in spans if one[0] == at and one[1] <= wanted[1]]
        if not ends:
            return []
        found.append(min(ends))
        at = found[-1][1]
    return found


def _kinds_ways(wanted: tuple[str, frozenset[str]], known: Kinds) -> Iterator[Signed]:
    """Yield how a set of kinds is had from indicators: itself, a rest, a sum."""
    source, categories = wanted
    own = {name: kinds for name, (of, kinds) in known.items() if of == source and kinds}
    inside = {name: kinds for name, kinds in own.items() if kinds <= categories}
    yield from ([(1, name)] for name, kinds in inside.items() if kinds == categories)
    for name, kinds in own.items():
        if kinds > categories:
            rest = kinds - categories
            yield from ([(1, name), (-1, other)] for other in own if own[other] == rest)
            parts = _disjoint_sum(own, rest)
            if len(parts) > 1:
                yield [(1, name), *((-1, part) for part in parts)]
    parts = _disjoint_sum(inside, categories)
    if len(parts) > 1:
        yield [(1, part) for part in parts]


def _disjoint_sum(known: Mapping[str, frozenset[str]], wanted: frozenset[str]) -> list[str]:
    """Return indicators that make up a set of kinds, the largest first; nothing where none do."""
    left, chosen = set(wanted), list[str]()
    for name in sorted(known, key=lambda one: (-len(known[one]), one)):
        if known[name] and known[name] <= left:
            chosen.append(name)
            left -= known[name]
    return [] if left else chosen


def _place_ways(
    marks: frozenset[str] | None, own: Place, release: Release, finest: Mapping[str, Place]
) -> Iterable[list[Place]]:
    """Yield how an area is had: as one with the same outline, or as the finest within it."""
    if marks is None:
        yield [own]
        return
    yield from ([at] for at, its in release.places.items() if its == marks)
    if len(marks) > 1 and all(mark in finest for mark in marks):
        yield [finest[mark] for mark in sorted(marks)]


__all__ = ["Template", "derived_figures"]
