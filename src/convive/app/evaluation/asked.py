"""What a study asks: answers kept by the audit as sums, so that no evaluation touches a row.

The audit leaves, for each survey indicator and wave, how many answered alike in each area, with
their weights, by place drawn; by gender and by age beside it, not crossed. Areas in which fewer
answered than the town shows are not told apart: whatever areas are chosen, and however often, the
answers rest on shares that may be shown. As restricted as the rows; only gated answers leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from convive.app.assess.prepare import Prepared
from convive.app.assess.waves import Wave
from convive.app.evaluation.counts import counted_areas, digest_of
from convive.app.ports import Kept, StoreSession
from convive.core.evaluation.study import Split
from convive.core.evaluation.survey_study import AskedOutcome, AskedWave
from convive.core.evaluation.survey_sums import AnswerSums, sum_answers
from convive.core.model import Indicator, SurveyShare

KIND = "study_asked"
FORMAT = 1
ALL = "all"
DIMENSIONS: Mapping[str, Split] = {"sex": Split.GENDER, "age_group": Split.AGE}

_SCHEMA = pa.schema(
    [
        ("level", pa.string()),
        ("wave", pa.int32()),
        ("dimension", pa.string()),
        ("area", pa.int64()),
        ("group", pa.string()),
        ("answer", pa.float64()),
        ("stratum", pa.int64()),
        ("cluster", pa.int64()),
        ("n", pa.int64()),
        ("weight", pa.float64()),
        ("square", pa.float64()),
    ]
)
_SUMS = ("area", "group", "answer", "stratum", "cluster", "n", "weight", "square")


def name_of(indicator_id: str) -> str:
    """Return the name under which the answers of an indicator are kept."""
    return f"{KIND}/{indicator_id}"


def keep_asked(session: StoreSession, prepared: Prepared, waves: Sequence[Wave]) -> None:
    """Keep the sums of every survey indicator; those that are gone go.

    Only samples of the town's people: who came by an open link speaks for nobody else.
    """
    found = {
        one.id: (source, asking)
        for one in prepared.indicators
        for source, asking in [_asking(one, waves)]
        if asking
    }
    for kept in session.listed(KIND):
        if kept.name.removeprefix(f"{KIND}/") not in found:
            session.drop(kept.name)
    for indicator in prepared.indicators:
        if indicator.id in found:
            _keep(session, prepared, indicator, found[indicator.id])


def _asking(indicator: Indicator, waves: Sequence[Wave]) -> tuple[str, list[Wave]]:
    """Return the survey that asked most often, and its waves, by day."""
    measure = indicator.measure
    by_source: dict[str, list[Wave]] = {}
    for wave in waves:
        y = wave.scored(measure) if isinstance(measure, SurveyShare) and wave.is_of_city else None
        if y is not None and np.isfinite(y).any():
            by_source.setdefault(wave.source_id, []).append(wave)
    if not by_source:
        return "", []
    source = min(by_source, key=lambda one: (-len(by_source[one]), one))
    return source, sorted(by_source[source], key=lambda one: one.day)


def _keep(
    session: StoreSession, prepared: Prepared, indicator: Indicator, asking: tuple[str, list[Wave]]
) -> None:
    """Keep the sums of an indicator; where they are kept already, nothing is written."""
    source, waves = asking
    is_public = source in prepared.evidence.public_sources
    fewest = 1 if is_public else prepared.city.disclosure.min_respondents
    pieces = list(_pieces(prepared, indicator, waves, fewest))
    table = pa.concat_tables([_SCHEMA.empty_table(), *pieces]).combine_chunks()
    facts = {
        "format": FORMAT,
        "source_id": source,
        "is_public": is_public,
        "days": [one.day.isoformat() for one in waves],
        "changed_on": sorted(
            {one.on.isoformat() for one in prepared.city.breaks if one.source == source}
        ),
        "groups": {one: _labels(waves, one) for one in DIMENSIONS},
        "levels": list(prepared.territory.levels),
    }
    digest, kept = digest_of(table, facts), session.find(name_of(indicator.id))
    if kept is not None and kept.meta.get("digest") == digest:
        return
    with session.writing(
        name_of(indicator.id), kind=KIND, source_id=source, schema=_SCHEMA
    ) as target:
        target.write(table)
        target.meta |= {**facts, "digest": digest}


def _labels(waves: Sequence[Wave], dimension: str) -> list[str]:
    return sorted({str(x) for one in waves for x in getattr(one, dimension) if x is not None})


def _pieces(
    prepared: Prepared, indicator: Indicator, waves: Sequence[Wave], fewest: int
) -> Iterator[pa.Table]:
    measure = indicator.measure
    for level in prepared.territory.levels:
        for number, wave in enumerate(waves):
            y = wave.scored(measure) if isinstance(measure, SurveyShare) else None
            if y is None or level not in wave.places:
                continue
            for dimension in (ALL, *DIMENSIONS):
                group = None if dimension == ALL else getattr(wave, dimension)
                place = wave.places[level]
                sums = sum_answers(y, place, wave.design, group, fewest=max(fewest, 1))
                yield _table((level, number, dimension), sums)


def _table(of: tuple[str, int, str], sums: AnswerSums) -> pa.Table:
    size = sums.n.size
    columns: dict[str, Any] = {one: getattr(sums, one) for one in _SUMS}
    for name, value in zip(("level", "wave", "dimension"), of, strict=True):
        columns[name] = [value] * size
    columns["answer"] = pa.array(sums.answer, from_pandas=True)
    return pa.table({name: columns[name] for name in _SCHEMA.names}, schema=_SCHEMA)


def asked_indicators(session: StoreSession) -> tuple[str, ...]:
    """Return the indicators that the last audit has left answers of; nothing is opened."""
    return tuple(kept.name.removeprefix(f"{KIND}/") for kept in session.listed(KIND))


def asked_days(session: StoreSession, indicator_id: str) -> tuple[date, ...]:
    """Return the days of the waves that asked for an indicator; nothing is opened."""
    kept = session.find(name_of(indicator_id))
    return () if kept is None else tuple(map(date.fromisoformat, kept.meta["days"]))


def public_surveys(session: StoreSession) -> frozenset[str]:
    """Return the surveys whose answers are public already; nothing is opened."""
    return frozenset(str(kept.source_id) for kept in session.listed(KIND) if kept.meta["is_public"])


def read_asked(session: StoreSession, indicator_id: str, level: str) -> AskedOutcome | None:
    """Return what people answered, as sums of areas with enough answers; None where nobody did."""
    kept, areas = session.find(name_of(indicator_id)), counted_areas(session, level)
    if kept is None or not areas or level not in kept.meta["levels"]:
        return None
    table = pq.read_table(session.open(kept))
    own = table.filter(pa.compute.equal(table["level"], level))
    return AskedOutcome(
        indicator_id=indicator_id,
        source_id=str(kept.meta["source_id"]),
        level=level,
        areas=areas,
        waves=tuple(_waves(own, kept)),
        changed_on=tuple(map(date.fromisoformat, kept.meta["changed_on"])),
        groups={split: tuple(kept.meta["groups"][one]) for one, split in DIMENSIONS.items()},
    )


def _waves(table: pa.Table, kept: Kept) -> Iterator[AskedWave]:
    for number, day in enumerate(kept.meta["days"]):
        own = table.filter(pa.compute.equal(table["wave"], number))
        if own.num_rows == 0:
            continue
        groups = {split: _sums(own, one) for one, split in DIMENSIONS.items()}
        yield AskedWave(date.fromisoformat(day), _sums(own, ALL), groups)


def _sums(table: pa.Table, dimension: str) -> AnswerSums:
    own = table.filter(pa.compute.equal(table["dimension"], dimension))
    columns: dict[str, Any] = {one: own[one].to_numpy() for one in _SUMS if one != "group"}
    group = np.array([*own["group"].to_pylist(), None], dtype=object)[:-1]
    return AnswerSums(group=group, **columns)


__all__ = [
    "KIND",
    "asked_days",
    "asked_indicators",
    "keep_asked",
    "name_of",
    "public_surveys",
    "read_asked",
]
