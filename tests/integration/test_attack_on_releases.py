"""An attacker who lays two publications of a town side by side: by time, boundary and filter.

Every published count is a sum over the same atoms (kind, neighbourhood, month, part of the day),
whatever the areas were called and whichever kinds an indicator held when it was published.
What follows from both publications together follows from these sums.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

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


def told_by(truth: Truth, *publications: Publication) -> set[tuple[str, str]]:
    """Return kind and neighbourhood (or district) of which a small count follows.

    The attacker looks for any kind in any area and month, and in all months together.
    """
    sums = np.array([one.atoms(key) for one in publications for key in one.shown], dtype=float)
    names, wanted = targets(truth, publications[-1])
    both = np.vstack([sums, wanted])
    _, first, same = np.unique(both.T, axis=0, return_index=True, return_inverse=True)
    del same
    sums, unit = sums[:, first], wanted[:, first]
    kept, size, turned = np.linalg.svd(sums, full_matrices=False)
    del kept
    basis = turned[size > 1e-9 * size.max()]
    rest = unit - unit @ basis.T @ basis
    return {name for name, left in zip(names, rest, strict=True) if np.abs(left).max() < 1e-7}


def targets(truth: Truth, last: Publication) -> tuple[list[tuple[str, str]], NDArray[np.float64]]:
    names, rows = [], []
    places = {area: (area,) for area in NEIGHBOURHOODS} | dict(last.members)
    for k, kind in enumerate(KINDS):
        for place, own in places.items():
            at = [NEIGHBOURHOODS.index(area) for area in own]
            for months in [[MONTHS - 1], list(range(MONTHS - 1)), list(range(MONTHS))]:
                chosen = np.zeros(truth.shape)
                chosen[np.ix_([k], at, months, range(len(HOURS)))] = 1
                if 0 < (truth * chosen).sum() < FEWEST:
                    names.append((kind, place))
                    rows.append(chosen.ravel())
    return names, np.array(rows)


CASES: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "a month later": ({"burglary_A2_11": 2}, {"months": 12}),
    "a boundary that moved": ({"burglary_B1_all": 3}, {"months": 11, "moved": ("B1",)}),
    "a filter that grew": (
        {"vandalism_A3_all": 3},
        {"months": 11, "kinds": ("burglary", "vandalism")},
    ),
    "all at once": (
        {
            "burglary_A2_11": 1,
            "burglary_B1_all": 3,
            "vandalism_A3_all": 4,
            "vandalism_A3_11": 0,
        },
        {"months": 12, "moved": ("B1",), "kinds": ("burglary", "vandalism")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_two_publications_together_tell_no_small_count(case: str) -> None:
    odd, change = CASES[case]
    truth = truth_of(**odd)
    defined = with_kinds(burglary_rate=change["kinds"]) if "kinds" in change else None
    moved = change.get("moved", ())
    first = published(evidence_of(truth, months=11))
    later = evidence_of(truth, months=change["months"], moved=moved)
    second = published(later, first, moved=moved, defined=defined)
    assert told_by(truth, first) == set()
    assert told_by(truth, first, second) == set()
    assert len(second.shown) > 30
    forgetful = published(later, moved=moved, defined=defined)
    assert told_by(truth, first, forgetful)
