"""Survey waves as arrays: design, groups, areas and answers of each respondent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, Prepared
from convive.app.territory import NOWHERE, Positions
from convive.core.model import SurveyShare
from convive.core.survey import SurveyDesign

REFERENCE = "reference"
OPEN_LINK = "open_link"
"""Level of what those say who answered by themselves: no area, no interval, no comparison."""


@dataclass(frozen=True)
class Wave:
    """One wave of one survey; arrays of shape (n_respondents,)."""

    source_id: str
    wave: str
    day: date
    is_reference: bool
    is_open_link: bool
    """Whether people came by themselves: what they say is of them and of nobody else."""
    design: SurveyDesign
    places: Mapping[str, Positions]
    sex: NDArray[np.object_]
    age_group: NDArray[np.object_]
    answers: Mapping[str, NDArray[np.object_]]
    """Item → answer codes, None where not answered or not asked."""

    @property
    def is_of_city(self) -> bool:
        """Whether it is a sample of the city's people, so that it may speak for them."""
        return not (self.is_reference or self.is_open_link)

    @property
    def period(self) -> tuple[str, date, date]:
        """Return kind, first day and first day after: the day in the middle of fieldwork."""
        return "wave", self.day, self.day + timedelta(days=1)

    def scored(self, measure: SurveyShare) -> NDArray[np.float64] | None:
        """Return 1 for answers that count, 0 for the others of the base, NaN outside it."""
        codes = self.answers.get(measure.item)
        if codes is None:
            return None
        y = np.full(len(codes), np.nan)
        y[np.isin(codes, list(measure.otherwise))] = 0.0
        y[np.isin(codes, list(measure.counts_as))] = 1.0
        return y


def build_waves(prepared: Prepared) -> list[Wave]:
    """Return every wave of every survey, by source and day."""
    people, answers = prepared.evidence.respondents, prepared.evidence.answers
    facts = _facts(prepared.evidence.sources)
    keys = people.select(["source_id", "wave", "wave_date"])
    distinct = keys.group_by(keys.column_names).aggregate([]).to_pylist()
    waves = []
    for key in sorted(distinct, key=lambda k: (k["source_id"], k["wave_date"], k["wave"])):
        own = people.filter(_is_of(people, key)).sort_by("respondent")
        given = answers.filter(_is_of(answers, key))
        waves.append(
            _wave(prepared, key, (own, given), facts.get(key["source_id"], ("city", None)))
        )
    return waves


def _facts(sources: pa.Table) -> dict[str, tuple[str, str | None]]:
    """Return source → scope and sampling."""
    rows = sources.select(["source_id", "scope", "sampling"]).to_pylist()
    return {row["source_id"]: (row["scope"], row["sampling"]) for row in rows}


def _is_of(table: pa.Table, key: Mapping[str, object]) -> pa.ChunkedArray:
    same_source = pc.equal(table.column("source_id"), key["source_id"])
    return pc.and_(same_source, pc.equal(table.column("wave"), key["wave"]))


def _wave(
    prepared: Prepared,
    key: Mapping[str, object],
    tables: tuple[pa.Table, pa.Table],
    facts: tuple[str, str | None],
) -> Wave:
    own, given = tables
    is_reference, is_open_link = facts[0] == REFERENCE, facts[1] == OPEN_LINK
    design = SurveyDesign(
        own.column("weight").to_numpy(),
        strata=_labels(own, "stratum"),
        clusters=_labels(own, "cluster"),
    )
    return Wave(
        source_id=str(key["source_id"]),
        wave=str(key["wave"]),
        day=key["wave_date"],  # type: ignore[arg-type]
        is_reference=is_reference,
        is_open_link=is_open_link,
        design=design,
        places={} if is_reference or is_open_link else _places(prepared, own),
        sex=_column(own, "sex"),
        age_group=_column(own, "age_group"),
        answers=_answers(own, given),
    )


def _labels(table: pa.Table, name: str) -> NDArray[np.object_] | None:
    column = table.column(name)
    if column.null_count == len(column):
        return None
    return _column(table, name, missing="")


def _column(table: pa.Table, name: str, missing: str | None = None) -> NDArray[np.object_]:
    values = table.column(name).to_pylist()
    return np.array([missing if v is None else v for v in values], dtype=object)


def _answers(own: pa.Table, given: pa.Table) -> dict[str, NDArray[np.object_]]:
    order = own.column("respondent").to_numpy()
    found: dict[str, NDArray[np.object_]] = {}
    for item in sorted(set(given.column("item").to_pylist())):
        rows = given.filter(pc.equal(given.column("item"), item))
        at = np.searchsorted(order, rows.column("respondent").to_numpy())
        codes = np.full(len(order), None, dtype=object)
        codes[at] = np.array(rows.column("answer").to_pylist(), dtype=object)
        found[item] = codes
    return found


def _places(prepared: Prepared, own: pa.Table) -> dict[str, Positions]:
    """Return each respondent's area per level, from the level given upwards."""
    territory = prepared.territory
    levels, codes = _column(own, "area_level"), _column(own, "area_id")
    places = {level: np.full(own.num_rows, NOWHERE) for level in territory.levels}
    for level in territory.levels:
        chosen = np.flatnonzero(levels == level)
        here = territory.frames[level].positions(list(codes[chosen]))
        for to in territory.levels:
            up = territory.way_up(level, to)
            if up is not None and len(up):
                places[to][chosen] = np.where(here == NOWHERE, NOWHERE, up[here])
    places[CITY] = np.zeros(own.num_rows, dtype=np.int64)
    return places
