"""An attacker who subtracts two publications of a town whose data were corrected in between.

Whatever follows from the sums of one publication is subtracted from what follows from those of
the other. If the change of some figures together that are hidden follows, and is a few incidents,
it is told: one incident more among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convive.app import cells
from convive.core.disclosure import suppress
from factories.evidence import NEIGHBOURHOODS
from factories.publications import (
    FEWEST,
    HOURS,
    KINDS,
    MONTHS,
    Publication,
    Truth,
    evidence_of,
    published,
    truth_of,
    with_kinds,
)

Vectors = NDArray[np.float64]
SPLITS = (0, 1, 2, 3)
"""Axes of a truth along which an attacker takes a sum apart: kinds, areas, months, parts."""


def town_with(few: dict[str, int]) -> Truth:
    """Return a town in which a kind is few: in an area, at night there, or in a month."""
    odd = {name: n for name, n in few.items() if not ("night" in name or "city" in name)}
    found = truth_of(**odd)
    for name in few.keys() - odd.keys():
        kind, area, when = name.split("_")
        own = found[KINDS.index(kind)]
        if area == "city":
            own[:, int(when)] = 0
            own[0, int(when), 0] = few[name]
        else:
            own[NEIGHBOURHOODS.index(area), :, 1] = 0
            own[NEIGHBOURHOODS.index(area), 3, 1] = few[name]
    return found


def corrected(truth: Truth, changes: dict[str, int]) -> Truth:
    """Return a town with incidents that came or went: kind, area, month and part → how many."""
    found = truth.copy()
    for name, n in changes.items():
        kind, area, month, part = name.split("_")
        at = (KINDS.index(kind), NEIGHBOURHOODS.index(area), int(month), list(HOURS).index(part))
        found[at] += n
    assert found.min() >= 0
    return found


def sums(publication: Publication) -> Vectors:
    return np.array([publication.atoms(key) for key in publication.shown], dtype=float)


def basis_of(rows: Vectors) -> Vectors:
    _, size, turned = np.linalg.svd(rows, full_matrices=False)
    return turned[size > 1e-9 * size.max()]


def follow(wanted: Vectors, basis: Vectors) -> NDArray[np.bool_]:
    return np.abs(wanted - wanted @ basis.T @ basis).max(axis=1) < 1e-7


def told_changes(
    old: tuple[Truth, Publication], new: tuple[Truth, Publication]
) -> set[tuple[str, int]]:
    """Return figures of which a small change follows, alone or together if they are hidden."""
    both = [basis_of(sums(one)) for _, one in (old, new)]
    moved = (new[0] != old[0]).ravel()
    names, unions = [], []
    for name, total in totals(old[1]):
        if not (total.ravel() & moved).any():
            continue
        for axis in SPLITS:
            parts = np.array(list(split(total, axis))).reshape(-1, total.size).astype(float)
            is_known = follow(parts, both[0]) & follow(parts, both[1])
            hidden = parts[~is_known]
            unions += [*hidden, hidden.sum(axis=0), *parts[is_known]]
            names += [f"{name} along {axis}"] * (len(parts) + 1)
    found = np.array(unions)
    tells = follow(found, both[0]) & follow(found, both[1])
    change = found @ (new[0] - old[0]).ravel()
    small = tells & (change != 0) & (np.abs(change) < FEWEST)
    return {(names[i], int(change[i])) for i in np.flatnonzero(small)}


def totals(publication: Publication) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield every set of kinds, places, months and parts that a figure could be of."""
    shape = (len(KINDS), len(NEIGHBOURHOODS), MONTHS, len(HOURS))
    found: dict[bytes, tuple[str, NDArray[np.bool_]]] = {}
    for key in publication.gated.release.counts:
        if key[0] in publication.prepared.numerators:
            atoms = publication.atoms(key).reshape(shape)
            found.setdefault(atoms.tobytes(), (" ".join(map(str, key)), atoms))
    yield from found.values()


def split(total: NDArray[np.bool_], axis: int) -> Iterator[NDArray[np.bool_]]:
    for i in range(total.shape[axis]):
        own = np.zeros_like(total)
        at = (*[slice(None)] * axis, i)
        own[at] = total[at]
        if own.any():
            yield own


CASES: dict[str, tuple[dict[str, int], dict[str, int], dict[str, Any]]] = {
    "areas": (
        {"burglary_A2_all": 2, "burglary_A1_all": 8},
        {"burglary_A3_3_day": 19, "burglary_A1_3_day": 1, "theft_A1_3_day": 19},
        {},
    ),
    "kinds": (
        {"vandalism_A3_all": 3, "theft_A3_all": 9},
        {"burglary_A3_3_day": 19, "theft_A3_3_day": 1, "theft_A4_3_day": 19},
        {},
    ),
    "a rest that nobody names": (
        {},
        {"vandalism_A3_3_day": 19, "burglary_A3_3_day": 1},
        {"burglary_rate": ("burglary", "vandalism")},
    ),
    "months": (
        {"vandalism_city_4": 3, "vandalism_city_6": 8},
        {"vandalism_A3_5_day": 19, "vandalism_A3_6_day": 1, "theft_A3_6_day": 19},
        {},
    ),
    "nights": (
        {
            f"{kind}_{area}_night": n
            for kind, few in zip(KINDS, (2, 0, 0, 0), strict=True)
            for area, n in (("A1", few), ("A4", 4 * few))
        },
        {"burglary_A3_3_night": 19, "burglary_A4_3_night": 1, "burglary_A4_3_day": 30},
        {},
    ),
}
"""What is few (in all months, in one, at night), what is corrected, kinds of an indicator.

Each single figure changes by many or not at all.
"""


def without_changes(*given: Any, **more: Any) -> Any:
    """A gate that compares figures in pairs only."""
    del more["implied"]
    return suppress(given[0], **more)


@pytest.mark.parametrize("case", CASES)
def test_no_small_change_of_hidden_figures_follows(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, changes, kinds = CASES[case]
    defined = with_kinds(**kinds) if kinds else None
    before = town_with(odd)
    after = corrected(before, changes)
    first = published(evidence_of(before, months=MONTHS), defined=defined)
    later = evidence_of(after, months=MONTHS)
    second = published(later, first, defined=defined)
    assert told_changes((before, first), (after, second)) == set()
    assert len(second.shown) > 30
    monkeypatch.setattr(cells, "suppress_changes", without_changes)
    careless = published(later, first, defined=defined)
    assert told_changes((before, first), (after, careless))
