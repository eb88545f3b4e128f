"""What earlier releases mean for a new one: no difference between the two is a small count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from convive.app.cell_sums import CellKey, Span
from convive.app.harm_cells import HARM
from convive.app.releases import Kinds, Place, Release
from convive.core.disclosure import Figures, telling_figures

LAST_RELEASES = 8
"""Releases that are taken into account: those before are taken to be forgotten."""
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
    kinds : mapping of indicator to (source, categories)
        Of the former figures.
    places : mapping of (level, area) to outlines
        Of the former figures.
    """

    n_releases: int = 0
    revealing: frozenset[CellKey] = frozenset()
    shown: Mapping[CellKey, int] = field(default_factory=dict)
    hidden: Mapping[CellKey, int] = field(default_factory=dict)
    former_shown: Mapping[CellKey, int] = field(default_factory=dict)
    former_hidden: Mapping[CellKey, int] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    places: Mapping[Place, frozenset[str]] = field(default_factory=dict)


def differencing(new: Release, earlier: Sequence[Release]) -> Differencing:
    """Return what earlier releases mean for a new one, nothing of which is hidden yet.

    A figure is compared with every earlier one that it contains or that contains it, in one
    respect (categories, places, period, part of the day) or in several at once. The same build
    made again has nothing new to tell.
    """
    used = sorted(earlier, key=lambda release: release.day)
    while used and used[-1].has_figures_of(new):
        used.pop()
    used = used[-LAST_RELEASES:]
    revealing: set[CellKey] = set()
    same: tuple[dict[CellKey, int], dict[CellKey, int]] = ({}, {})
    former: tuple[dict[CellKey, int], dict[CellKey, int]] = ({}, {})
    kinds: dict[str, tuple[str, frozenset[str]]] = {}
    places: dict[Place, frozenset[str]] = {}
    for old in used:
        revealing |= _revealing(new, old)
        for key, count in old.counts.items():
            is_hidden = key in old.hidden
            if key[0].startswith(HARM):
                continue
            if old.form(key) != new.form(key):
                name = _former(key, old, new)
                former[is_hidden][name] = count
                kinds[name[0]] = old.form(key)[:2]
                places[name[1:3]] = old.form(key)[2]
            elif new.counts.get(key, count) == count and not (is_hidden and key in new.counts):
                same[is_hidden][key] = count
    return Differencing(
        len(used),
        frozenset(revealing),
        same[0],
        {key: count for key, count in same[1].items() if key not in same[0]},
        former[0],
        {key: count for key, count in former[1].items() if key not in former[0]},
        kinds,
        places,
    )


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


def _revealing(new: Release, old: Release) -> set[CellKey]:
    """Return the new cells whose difference to an old figure is a small count."""
    keys = list(new.counts)
    seen = [key for key in old.counts if key not in old.hidden]
    if not keys or not seen:
        return set()
    coded = (
        _coded([_kinds(new, key) for key in keys], [_kinds(old, key) for key in seen], _is_subset),
        _coded(
            [_places(new, key) for key in keys], [_places(old, key) for key in seen], _is_subset
        ),
        _coded([key[3] for key in keys], [key[3] for key in seen], _is_within),
        _coded([key[4] for key in keys], [key[4] for key in seen], _is_part),
    )
    own = _counted([new.counts[key] for key in keys], [one[0] for one in coded])
    its = _counted([old.counts[key] for key in seen], [one[1] for one in coded])
    is_telling = telling_figures(
        Figures(*own, _is_in(own, its)),
        Figures(*its, _is_in(its, own)),
        inside=tuple(one[2] for one in coded),
        min_count=new.min_count,
    )
    return {key for key, tells in zip(keys, is_telling, strict=True) if tells}


def _counted(counts: Sequence[int], forms: Sequence[Longs]) -> tuple[Longs, Longs]:
    return np.array(counts, dtype=np.int64), np.stack(forms, axis=1)


def _is_in(own: tuple[Longs, Longs], other: tuple[Longs, Longs]) -> NDArray[np.bool_]:
    """Tell which figures the other release has as well: the same count of the same."""
    there = {(n, *form) for n, form in zip(other[0].tolist(), other[1].tolist(), strict=True)}
    rows = zip(own[0].tolist(), own[1].tolist(), strict=True)
    return np.array([(n, *form) in there for n, form in rows], dtype=np.bool_)


def _coded(
    new: Sequence[Value], old: Sequence[Value], is_in: Callable[[Value, Value], bool]
) -> tuple[Longs, Longs, NDArray[np.bool_]]:
    """Return positions of values among the different ones, and which of these lies in which."""
    values = list(dict.fromkeys([*new, *old]))
    at = {value: i for i, value in enumerate(values)}
    inside = np.array([[is_in(one, other) for other in values] for one in values])
    return (
        np.array([at[value] for value in new], dtype=np.int64),
        np.array([at[value] for value in old], dtype=np.int64),
        inside,
    )


def _kinds(release: Release, key: CellKey) -> Named:
    source, categories = release.form(key)[:2]
    return source, categories, key[0]


def _places(release: Release, key: CellKey) -> Named:
    return "", release.form(key)[2], key[1:3]


def _is_subset(one: Named, other: Named) -> bool:
    """Tell whether a set lies in another; of one name, whatever was redrawn, either does."""
    return one[0] == other[0] and (one[2] == other[2] or one[1] <= other[1])


def _is_within(one: Span, other: Span) -> bool:
    return other[0] <= one[0] <= one[1] <= other[1]


def _is_part(one: str, other: str) -> bool:
    return one == other or (other == "all" and one in {"day", "night"})


__all__ = ["LAST_RELEASES", "Differencing", "differencing"]
