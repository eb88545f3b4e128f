"""Publications of a small town, each with the atoms that its counts add up, for attackers.

Every published count is a sum over the same atoms (kind, neighbourhood, month, part of the day),
whatever the areas were called and whichever kinds an indicator held when it was published.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from convive.app.assess import Prepared, measure, prepare
from convive.app.cell_sums import CellKey, categories_of
from convive.app.ports import Evidence
from convive.app.publish import Gated, gate
from convive.catalogue.find import indicators
from convive.core.model import IncidentCount, Indicator
from convive.store import IbisAggregator
from factories.evidence import DISTRICTS, NEIGHBOURHOODS, area_rows, box_of, town

FEWEST = 5
KINDS = ("burglary", "theft", "vandalism", "violence")
MONTHS = 12
HOURS = {"day": 12, "night": 3}


@dataclass(frozen=True)
class Publication:
    """What readers got: counts that are shown, each with the atoms that it adds up."""

    prepared: Prepared
    gated: Gated
    shown: Mapping[CellKey, int]
    members: Mapping[str, tuple[str, ...]]
    """District → neighbourhoods."""

    def atoms(self, key: CellKey) -> NDArray[np.bool_]:
        """Return which atoms a count adds up, flat."""
        _, kinds = categories_of(self.prepared)[key[0]]
        if key[1] == "city":
            places = NEIGHBOURHOODS
        else:
            places = self.members[key[2]] if key[1] == "district" else (key[2],)
        found = np.zeros((len(KINDS), len(NEIGHBOURHOODS), MONTHS, len(HOURS)), dtype=bool)
        months = range(
            key[3][0].month - 1, MONTHS if key[3][1].year > 2024 else key[3][1].month - 1
        )
        parts = [i for i, part in enumerate(HOURS) if key[4] in ("all", part)]
        at = [KINDS.index(kind) for kind in KINDS if kind in kinds]
        found[np.ix_(at, [NEIGHBOURHOODS.index(p) for p in places], list(months), parts)] = True
        return found.ravel()


Truth = NDArray[np.int64]
"""Incidents per kind, neighbourhood, month and part of the day."""


def truth_of(**odd: int) -> Truth:
    """Return a town with enough of everything, but for burglaries, vandalism and December."""
    counts = np.full((len(KINDS), len(NEIGHBOURHOODS), MONTHS, len(HOURS)), 7)
    counts[:, :, -1] = 6
    for name, n in odd.items():
        kind, area, month = name.split("_")
        months = slice(None) if month == "all" else int(month)
        counts[KINDS.index(kind), NEIGHBOURHOODS.index(area), months] = 0
        counts[
            KINDS.index(kind), NEIGHBOURHOODS.index(area), months if month != "all" else 3, 0
        ] = n
    return counts


def evidence_of(counts: Truth, *, months: int, moved: tuple[str, ...] = ()) -> Evidence:
    """Return the first months of the town; the `moved` neighbourhoods belong to the other side."""
    rows: list[dict[str, Any]] = []
    for (k, p, m, h), n in np.ndenumerate(counts[:, :, :months]):
        middle = box_of(NEIGHBOURHOODS[p]).centroid
        last = monthrange(2024, m + 1)[1]  # a month counts once its last day is there
        for i in range(int(n)):
            rows.append(
                {
                    "source_id": "police",
                    "file": "police.csv",
                    "row": len(rows) + 2,
                    "starts": datetime.combine(
                        date(2024, m + 1, max(last - i, 1) if i else 1),
                        time(list(HOURS.values())[h]),
                    ),
                    "precision": "hour",
                    "longitude": middle.x,
                    "latitude": middle.y,
                    "category_source": KINDS[k],
                    "category": KINDS[k],
                }
            )
    members = members_of(moved)
    areas = [
        row | {"parent_id": next(d for d, own in members.items() if row["area_id"] in own)}
        if row["level"] == "neighbourhood"
        else row | {"geometry": shapely.union_all([box_of(a) for a in members[row["area_id"]]]).wkb}
        for row in area_rows()
    ]
    return town(incidents=rows, areas=areas, respondents=[], answers=[])


def members_of(moved: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    other = dict(zip(DISTRICTS, reversed(DISTRICTS), strict=True))
    return {
        d: tuple(a for a in NEIGHBOURHOODS if (other[a[0]] if a in moved else a[0]) == d)
        for d in DISTRICTS
    }


def with_kinds(**changed: tuple[str, ...]) -> tuple[Indicator, ...]:
    return tuple(
        replace(one, measure=replace(one.measure, categories=changed[one.id]))
        if one.id in changed and isinstance(one.measure, IncidentCount)
        else one
        for one in indicators()
    )


def published(
    evidence: Evidence,
    *earlier: Publication,
    moved: tuple[str, ...] = (),
    defined: tuple[Indicator, ...] | None = None,
) -> Publication:
    prepared = prepare(
        evidence,
        defined or indicators(),
        aggregator=IbisAggregator(),
        rng=np.random.default_rng(1),
    )
    known = [one.gated.release for one in earlier]
    gated = gate(prepared, measure(prepared).rows, earlier=known, day=date(2025, 2, 1))
    return Publication(prepared, gated, shown_in(gated, prepared), members_of(moved))


def shown_in(gated: Gated, prepared: Prepared) -> dict[CellKey, int]:
    """Return what the tables show: not what the gate says that it hides."""
    found: dict[CellKey, int] = {}
    for table, column in (("estimates", "n"), ("series", "count")):
        for row in gated.rows[table]:
            if row["indicator_id"] in prepared.numerators and row.get(column) is not None:
                span = (row["period_start"], row["period_end"])
                place = (row["indicator_id"], row["level"], row["area_id"])
                found[(*place, span, row.get("group", "all"))] = row[column]
    return found
