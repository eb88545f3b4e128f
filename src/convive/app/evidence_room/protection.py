"""Which cells of a source's cube may be shown, at each floor that an agreement may name.

One protection for everybody. The floors are a short ladder, and a cell that is hidden at a lower
floor is hidden at every higher one: whoever joins two agreements sees what the lower floor shows
and no more. What was published, or shown here before, is known: it is never counted on to hide
something, and a cell that differs from it by few is hidden.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.evidence_room.axes import (
    ALL,
    DAYPARTS,
    Label,
    RoomCube,
    Span,
    Sums,
    cube_of,
    month_number,
)
from convive.app.evidence_room.base import RoomCounts
from convive.app.releases import Release
from convive.app.territory import CITY
from convive.core.disclosure import (
    CellRole,
    CellStatus,
    PreparedCube,
    prepare_cube,
    suppress_cube,
)

LADDER = (5, 10, 20)
"""Floors that an agreement can name, beside the town's own."""
LAST = 8
"""Earlier versions of the room that are taken into account."""
FLOORS_AT_ONCE = 2
"""Searches that run beside one another: a small town's machine has two cores."""
FORMAT = 2
DEPTH = 3
WEIGHTS = {"all": 0, "area": 1, "year": 1, "kind": 1, "part": 1, "month": 2}
"""How deep a cell lies, label by label; what is not named here is no part of any table."""

Longs = NDArray[np.int64]
Bytes = NDArray[np.int8]
Cell = tuple[Label, ...]
"""Area, time, kind, part of the day."""
Known = Mapping[Cell, int]
"""Counts that readers have already."""


@dataclass(frozen=True)
class Protected:
    """A source's cube as the room shows it.

    Attributes
    ----------
    counts : array of int
        With all margins; never handed on as it is.
    shown_up_to : array of int, same shape
        Highest floor at which a cell is still shown; 0: at none.
    """

    source_id: str
    digest: str
    """Of the counts that it was made from and of what was known besides."""
    labels: tuple[tuple[Label, ...], ...]
    counts: Longs
    shown_up_to: Longs
    week: Protected | None = None
    """Hours of the week of closed years; axes areas, years and hours."""

    def known(self, floor: int) -> dict[Cell, int]:
        """Return what its readers know at a floor, as counts by cell."""
        found: dict[Cell, int] = {}
        for at in np.argwhere((self.shown_up_to >= floor) & (self.counts > 0)):
            cell = tuple(self.labels[axis][i] for axis, i in enumerate(at))
            found[cell] = int(self.counts[tuple(at)])
        return found

    def to_bytes(self) -> bytes:
        """Return it for keeping; the same for the same."""
        content = json.dumps(self._raw(), separators=(",", ":")).encode()
        return gzip.compress(content, mtime=0)

    def _raw(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "source_id": self.source_id,
            "digest": self.digest,
            "labels": [[_plain(label) for label in axis] for axis in self.labels],
            "counts": self.counts.reshape(-1).tolist(),
            "shown_up_to": self.shown_up_to.reshape(-1).tolist(),
            "week": self.week._raw() if self.week else None,
        }

    @classmethod
    def from_bytes(cls, content: bytes) -> Protected:
        """Return what `to_bytes` wrote."""
        return cls._of(json.loads(gzip.decompress(content)))

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Protected:
        labels = tuple(tuple(_label(one) for one in axis) for axis in raw["labels"])
        shape = tuple(len(axis) for axis in labels)
        return cls(
            raw["source_id"],
            raw["digest"],
            labels,
            np.array(raw["counts"], dtype=np.int64).reshape(shape),
            np.array(raw["shown_up_to"], dtype=np.int64).reshape(shape),
            cls._of(raw["week"]) if raw.get("week") else None,
        )


def floors_from(minimum: int) -> tuple[int, ...]:
    """Return the floors that agreements of a town may name; its own is the lowest.

    Examples
    --------
    >>> floors_from(12)
    (12, 20)
    """
    return (minimum, *(floor for floor in LADDER if floor > minimum))


def protect(
    counts: RoomCounts,
    *,
    minimum: int,
    published: Sequence[Release] = (),
    before: Sequence[Protected] = (),
) -> Protected:
    """Return the cube of a source with, for each cell, up to which floor it is shown.

    Parameters
    ----------
    minimum : int
        Smallest count that the town shows anywhere.
    published : sequence of Release
        What builds have shown that somebody can still have (`differencing.readable`).
    before : sequence of Protected
        What the room has shown, oldest first.
    """
    own = [_figures(release, counts.source_id) for release in published]
    cube = cube_of(counts, _sums(own, counts))
    known = [_named(one, cube, counts) for one in own]
    known += [one.known(minimum) for one in before[-LAST:]]
    known.append({(ALL, ALL, ALL, ALL): counts.total})  # told with every source
    search = _prepared(cube)
    full = search.counts if search.folded is None else search.counts[:, :, search.folded]
    up_to = np.zeros(full.shape, dtype=np.int64)
    is_shown = np.ones(full.shape, dtype=bool)

    labels = tuple(axis.labels for axis in cube.axes)

    def covered(floor: int) -> tuple[Bytes, Bytes]:
        return _covered(cube, search, known_roles(labels, full, known, floor), floor)

    floors = floors_from(minimum)
    with ThreadPoolExecutor(FLOORS_AT_ONCE) as pool:  # the search leaves the interpreter free
        found = list(pool.map(covered, floors))
    for floor, (role, status) in zip(floors, found, strict=True):
        is_shown &= (status == CellStatus.SHOWN) & ((full == 0) | (full >= floor))
        is_shown &= role != CellRole.DERIVED
        up_to[is_shown] = floor
    return Protected(counts.source_id, version_of(counts, published, minimum), labels, full, up_to)


def version_of(counts: RoomCounts, published: Sequence[Release], minimum: int) -> str:
    """Return a digest of everything that decides what is shown, but for what was shown before."""
    told = [counts.digest, minimum, sorted(one.name for one in published), FORMAT]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _prepared(cube: RoomCube) -> PreparedCube:
    areas, times, kinds, _ = cube.axes
    return prepare_cube(cube.counts, (areas.levels, times.levels, kinds.levels))


def _covered(cube: RoomCube, search: PreparedCube, roles: Bytes, floor: int) -> tuple[Bytes, Bytes]:
    """Return roles and status of the deepest tables that add nothing to what is known already.

    What readers know may leave a small count open by itself; that is measured with all the rest
    hidden, and no depth is taken that leaves more open. It need not be measured further than to
    what the tables leave open.
    """
    ways = list(_more_hidden(cube, roles))
    alone: int | None = None
    for role in ways:
        found = suppress_cube(search, min_count=floor, roles=role)
        if found.n_open and alone is None:
            nothing = suppress_cube(search, min_count=floor, roles=ways[-1], enough=found.n_open)
            alone = nothing.n_open
        if found.n_open <= (alone or 0):
            break
    return role, found.status


def _more_hidden(cube: RoomCube, roles: Bytes) -> Iterator[Bytes]:
    """Yield the roles with more and more hidden from the start, at last all but what is known.

    A table of the room goes `DEPTH` deep: areas by kinds by years, or areas by months, but not
    areas by kinds by months. What lies deeper is never shown, and so can hide what is not.
    """
    weights = np.zeros(cube.shape, dtype=np.int64)
    for i, axis in enumerate(cube.axes):
        own = np.array([WEIGHTS.get(str(label[0]), DEPTH + 1) for label in axis.labels])
        weights += own.reshape([-1 if j == i else 1 for j in range(4)])
    for depth in range(DEPTH, -1, -1):
        yield _derived(roles, weights > depth)


def _derived(roles: Bytes, hidden: NDArray[np.bool_]) -> Bytes:
    found: Bytes = np.where(hidden & (roles == CellRole.PUBLISHED), CellRole.DERIVED, roles)
    return found.astype(np.int8)


def known_roles(
    labels: Sequence[tuple[Label, ...]], full: Longs, known: Sequence[Known], floor: int
) -> Bytes:
    """Return what each cell is: known already, telling by its difference to that, or new."""
    roles = np.full(full.shape, CellRole.PUBLISHED, dtype=np.int8)
    at = [{label: i for i, label in reversed(list(enumerate(axis)))} for axis in labels]
    for one in known:
        for cell, count in one.items():
            place = tuple(at[i].get(label, -1) for i, label in enumerate(cell))
            if min(place) < 0:
                continue
            difference = abs(int(full[place]) - count)
            if not difference and roles[place] != CellRole.SENSITIVE:
                roles[place] = CellRole.FIXED
            elif 0 < difference < floor:
                roles[place] = CellRole.SENSITIVE
    return roles


def _figures(release: Release, source_id: str) -> list[tuple[Any, frozenset[str], Any, Any, int]]:
    """Return the shown counts of a source: place, kinds, period, part of the day, count."""
    found = []
    for key, count in release.counts.items():
        source, kinds, _, span, part = release.form(key)
        if source == source_id and key not in release.hidden:
            found.append(((key[1], key[2]), kinds, span, part, count))
    return found


def _sums(figures: Sequence[Sequence[Any]], counts: RoomCounts) -> Sums:
    spans: dict[Span, None] = {}
    kinds: dict[frozenset[str], None] = {}
    for _, chosen, span, _, _ in (one for release in figures for one in release):
        if month_number(span[1]) - month_number(span[0]) > 1 and span[0].day == span[1].day == 1:
            spans[span] = None
        kinds[chosen & set(counts.categories)] = None
    return Sums(tuple(sorted(spans)), tuple(sorted(kinds, key=sorted)))


def _named(figures: Sequence[Any], cube: RoomCube, counts: RoomCounts) -> dict[Cell, int]:
    """Return published figures as cells of the cube; what is none of its cells is left out."""
    times, everything = cube.axes[1].index, frozenset(counts.categories)
    found: dict[Cell, int] = {}
    for (level, area), chosen, span, part, count in figures:
        place: Label = ALL if level == CITY else ("area", level, area)
        own = chosen & everything
        one_kind: Label = ("kind", *own) if len(own) == 1 else ("kinds", own)
        kind = ALL if own == everything else one_kind
        time = next((label for label in _times(span) if label in times), None)
        day = ALL if part == "all" else ("part", part)
        if time is not None and part in {"all", *DAYPARTS}:
            found[(place, time, kind, day)] = count
    return found


def _times(span: Span) -> Iterator[Label]:
    months = month_number(span[1]) - month_number(span[0])
    if months == 1:
        yield ("month", month_number(span[0]))
    yield ("span", *span)
    if months == 12 and span[0].month == 1:
        yield ("year", span[0].year)


def _plain(label: Label) -> list[Any]:
    return [
        {"set": sorted(one)} if isinstance(one, frozenset)
        else one.isoformat() if hasattr(one, "isoformat") else one
        for one in label
    ]  # fmt: skip


def _label(raw: Sequence[Any]) -> Label:
    from datetime import date  # noqa: PLC0415

    is_span = raw[0] in {"span", "rest"} and len(raw) == 3
    return tuple(
        frozenset(one["set"]) if isinstance(one, dict)
        else date.fromisoformat(one) if is_span and i else one
        for i, one in enumerate(raw)
    )  # fmt: skip
