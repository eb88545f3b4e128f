"""What earlier releases mean for a new one: no difference between the two is a small count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from convive.app.cell_sums import CellKey, Span
from convive.app.derived_figures import Template, derived_figures
from convive.app.effect_cells import EFFECT
from convive.app.harm_cells import HARM
from convive.app.releases import Kinds, Place, Release
from convive.core.disclosure import Figures, telling_figures

LAST_RELEASES = 8
"""Releases that are taken into account: those before are forgotten, unless they are served."""
ASIDE = (HARM, EFFECT)
"""Beginnings of names of counts that are compared, but are no cells of the tables protected."""
_DAY = len("2025-02-01")
"""Older releases have no moment, only a day."""
Named = tuple[str, frozenset[str], Hashable]
"""A set (of kinds, of places) with what it is a set of, and its name."""
Value = TypeVar("Value")
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Differencing:
    """What earlier releases mean for the cells of a new one.

    Attributes
    ----------
    n_releases : int
    revealing : set of cells
        New cells that differ by a small count from a figure that was shown before: of the same
        name (corrected, other outline, other categories), or of a part or a whole of it.
    shown, hidden : mapping of cell to count
        Figures of earlier releases that count the same as now.
    former_shown, former_hidden : mapping of cell to count
        Figures of earlier releases that count what no cell counts now: other outlines, other
        categories. Their names are told apart from those of now.
    derived : mapping of cell to count
        What the new release gives away of these without naming them.
    kinds : mapping of indicator to (source, categories)
        Of the former figures.
    places : mapping of (level, area) to outlines
        Of the former figures.
    before : tuple of mappings of cell to count
        Per release: what it showed or gave away of new cells, under the same meaning.
    """

    n_releases: int = 0
    revealing: frozenset[CellKey] = frozenset()
    shown: Mapping[CellKey, int] = field(default_factory=dict)
    hidden: Mapping[CellKey, int] = field(default_factory=dict)
    former_shown: Mapping[CellKey, int] = field(default_factory=dict)
    former_hidden: Mapping[CellKey, int] = field(default_factory=dict)
    derived: Mapping[CellKey, int] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    places: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    before: tuple[Mapping[CellKey, int], ...] = ()


def differencing(
    new: Release, earlier: Sequence[Release], served: Collection[str] = ()
) -> Differencing:
    """Return what earlier releases mean for a new one, nothing of which is hidden yet.

    A figure is compared with every earlier one that it contains or that contains it, in one
    respect (categories, places, period, part of the day) or in several at once. The same build
    made again has nothing new to tell.
    """
    used = compared_with(new, earlier, served)
    found = _Found()
    for old in used:
        _compare(new, old, found)
    return Differencing(
        len(used),
        frozenset(found.revealing),
        found.shown,
        {key: count for key, count in found.hidden.items() if key not in found.shown},
        found.former_shown,
        {key: n for key, n in found.former_hidden.items() if key not in found.former_shown},
        {key: n for key, n in found.derived.items() if key not in found.former_shown},
        found.kinds,
        found.places,
        tuple(found.before),
    )


def compared_with(
    new: Release, earlier: Sequence[Release], served: Collection[str] = ()
) -> list[Release]:
    """Return the earlier releases that a new one is compared with, but its own like.

    These are the last ones and, however long ago, every one that readers can still have.

    Parameters
    ----------
    served : collection of str
        Moments at which the audits were built that are served still, or may yet be. If the
        release of one of them is not found, nothing is forgotten.
    """
    used = _in_order(earlier)
    known = _moments_of(used)
    while used and used[-1].has_figures_of(new):
        used.pop()
    return _readable(used, known, served)


def readable(releases: Sequence[Release], served: Collection[str] = ()) -> list[Release]:
    """Return the releases that somebody can still have: the last ones, and all that are served.

    Parameters
    ----------
    served : collection of str
        As for `compared_with`.
    """
    used = _in_order(releases)
    return _readable(used, _moments_of(used), served)


def _in_order(releases: Sequence[Release]) -> list[Release]:
    return sorted(releases, key=lambda release: (release.day, max(release.moments)))


def _moments_of(releases: Sequence[Release]) -> frozenset[str]:
    return frozenset[str]().union(*(release.moments for release in releases))


def _readable(
    used: Sequence[Release], known: frozenset[str], served: Collection[str]
) -> list[Release]:
    wanted = {moment if moment in known else moment[:_DAY] for moment in served}
    if not wanted <= known:
        return list(used)
    old, last = used[:-LAST_RELEASES], used[-LAST_RELEASES:]
    return [*(release for release in old if release.moments & wanted), *last]


@dataclass
class _Found:
    """What has been found so far, release by release."""

    revealing: set[CellKey] = field(default_factory=set)
    shown: dict[CellKey, int] = field(default_factory=dict)
    hidden: dict[CellKey, int] = field(default_factory=dict)
    former_shown: dict[CellKey, int] = field(default_factory=dict)
    former_hidden: dict[CellKey, int] = field(default_factory=dict)
    derived: dict[CellKey, int] = field(default_factory=dict)
    kinds: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    places: dict[Place, frozenset[str]] = field(default_factory=dict)
    before: list[Mapping[CellKey, int]] = field(default_factory=list)


def _compare(new: Release, old: Release, found: _Found) -> None:
    seen: dict[CellKey, int] = {}
    for key, count in old.counts.items():
        is_hidden = key in old.hidden
        name = _former(key, old, new)
        found.kinds.setdefault(name[0], old.form(key)[:2])
        found.places.setdefault(name[1:3], old.form(key)[2])
        if not is_hidden:
            seen[name] = count
        if key[0].startswith(ASIDE):
            continue
        if name != key:
            (found.former_hidden if is_hidden else found.former_shown)[name] = count
        elif new.counts.get(key, count) == count and not (is_hidden and key in new.counts):
            (found.hidden if is_hidden else found.shown)[key] = count
    known = ({**found.kinds, **new.kinds}, {**found.places, **new.places})
    then = {key: n for key, n in old.counts.items() if key not in old.hidden}
    own = derived_figures(new, _wanted(seen, new.counts, new), known, new.counts)
    its = derived_figures(old, _wanted(new.counts, seen, new), known, then)
    found.derived |= {key: n for key, n in own.items() if key not in seen}
    found.before.append({key: n for key, n in {**its, **seen}.items() if key in new.counts})
    for key in (*seen, *new.counts, *own, *its):
        known[0].setdefault(key[0], ("", frozenset({key[0]})))
        known[1].setdefault(key[1:3], frozenset({key[2]}))
    both = replace(new, kinds=known[0], places=known[1])
    its = {key: n for key, n in its.items() if key not in seen}
    found.revealing |= _revealing(both, (new.counts, own), (seen, its))


def _wanted(
    of_one: Mapping[CellKey, int], of_other: Mapping[CellKey, int], new: Release
) -> dict[Template, set[Span]]:
    """Return what one release has and the other does not: areas, kinds and periods.

    Where outlines or kinds of a name differ, either may go with either.
    """
    found: dict[Template, set[Span]] = {}
    spans = {key[3] for key in (*of_one, *of_other)}
    for key in of_one:
        if key in of_other or key[0].startswith(ASIDE):
            continue
        indicators = {key[0], _base(key[0])} & (new.kinds.keys() | {key[0]})
        levels = {key[1], _base(key[1])}
        is_former = "@" in key[0] + key[1]  # under a name of its own
        for indicator in indicators:
            for level in levels:
                periods = found.setdefault((indicator, level, key[2]), set())
                periods |= spans if is_former else {key[3]}
    return found


def _base(name: str) -> str:
    return name.partition("@")[0]


def _former(key: CellKey, old: Release, new: Release) -> CellKey:
    """Return a name of its own for a figure that counted something else under the same one."""
    form, now = old.form(key), new.form(key)
    indicator, level = key[:2]
    if form[:2] != now[:2]:
        indicator += "@" + _mark([form[0], *sorted(form[1])])
    if form[2] != now[2]:
        level += "@" + _mark(sorted(form[2]))
    return indicator, level, key[2], key[3], key[4]


def _mark(told: Sequence[str]) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _revealing(
    known: Release,
    of_new: tuple[Mapping[CellKey, int], Mapping[CellKey, int]],
    of_old: tuple[Mapping[CellKey, int], Mapping[CellKey, int]],
) -> set[CellKey]:
    """Return the new cells, published or derived, whose difference to an old one is small."""
    keys, seen = ([*published, *derived] for published, derived in (of_new, of_old))
    if not keys or not seen:
        return set()
    coded = (
        _coded([_kinds(known, key) for key in keys], [_kinds(known, key) for key in seen], _is_in),
        _coded(
            [_places(known, key) for key in keys], [_places(known, key) for key in seen], _is_in
        ),
        _coded([key[3] for key in keys], [key[3] for key in seen], _is_within),
        _coded([key[4] for key in keys], [key[4] for key in seen], _is_part),
    )
    own = _counted(of_new, [one[0] for one in coded])
    its = _counted(of_old, [one[1] for one in coded])
    is_telling = telling_figures(
        Figures(*own, _has_too(own, its), np.arange(len(keys)) >= len(of_new[0])),
        Figures(*its, _has_too(its, own), np.arange(len(seen)) >= len(of_old[0])),
        inside=tuple(one[2] for one in coded),
        min_count=known.min_count,
    )
    return {key for key, tells in zip(keys, is_telling, strict=True) if tells}


def _counted(
    figures: tuple[Mapping[CellKey, int], Mapping[CellKey, int]], forms: Sequence[Longs]
) -> tuple[Longs, Longs]:
    counts = [n for part in figures for n in part.values()]
    return np.array(counts, dtype=np.int64), np.stack(forms, axis=1)


def _has_too(own: tuple[Longs, Longs], other: tuple[Longs, Longs]) -> NDArray[np.bool_]:
    """Tell which figures the other release has as well: the same count of the same."""
    rows = np.vstack([np.column_stack(own), np.column_stack(other)])
    _, at = np.unique(rows, axis=0, return_inverse=True)
    return np.isin(at[: len(own[0])], at[len(own[0]) :])


def _coded(
    new: Sequence[Value], old: Sequence[Value], is_inside: Callable[[Value, Value], bool]
) -> tuple[Longs, Longs, NDArray[np.bool_]]:
    """Return positions of values among the different ones, and which of these lies in which."""
    values = list(dict.fromkeys([*new, *old]))
    at = {value: i for i, value in enumerate(values)}
    inside = np.array([[is_inside(one, other) for other in values] for one in values])
    return (
        np.array([at[value] for value in new], dtype=np.int64),
        np.array([at[value] for value in old], dtype=np.int64),
        inside,
    )


def _kinds(release: Release, key: CellKey) -> Named:
    source, categories = release.form(key)[:2]
    return source, categories, _base(key[0])


def _places(release: Release, key: CellKey) -> Named:
    return "", release.form(key)[2], (_base(key[1]), key[2])


def _is_in(one: Named, other: Named) -> bool:
    """Tell whether a set lies in another; of one name, whatever was redrawn, either does."""
    return one[0] == other[0] and (one[2] == other[2] or one[1] <= other[1])


def _is_within(one: Span, other: Span) -> bool:
    return other[0] <= one[0] <= one[1] <= other[1]


def _is_part(one: str, other: str) -> bool:
    return one == other or (other == "all" and one in {"day", "night"})


__all__ = ["LAST_RELEASES", "Differencing", "compared_with", "differencing"]
