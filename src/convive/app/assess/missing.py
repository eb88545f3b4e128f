"""Families of data that the city does not have yet: gaps with consequences, not errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.waves import OPEN_LINK


def missing_rows(prepared: Prepared) -> list[Row]:
    """Return one row for each family of data that is missing."""
    rows: list[Row] = []
    for check in (_of_records, _of_surveys, _of_territory, _of_rest):
        for family, params in check(prepared):
            rows.append(
                {"family": family, "consequence": f"{family}.consequence", "params": params}
            )
    return rows


def _of_records(prepared: Prepared) -> Iterator[tuple[str, dict[str, Any]]]:
    tallies, cubes = prepared.incident_sources.values(), prepared.cubes.sources
    if not cubes:
        yield "incidents", {}
        return
    if not any(tally.cells.is_timed.any() for tally in tallies):
        yield "time_of_day", {}
    if not any(len(n.starts) > 1 and _covers_two_years(n) for n in prepared.numerators.values()):
        yield "several_periods", {}
    if not any(tally.has("points") for tally in tallies):
        yield "coordinates", {}
    if tallies and not any(tally.has("targets") for tally in tallies):
        yield "repeat_targets", {}


def _covers_two_years(numerator: Numerator) -> bool:
    years = numerator.yearly()
    return years is not None and len(years.starts) > 1


def _of_surveys(prepared: Prepared) -> Iterator[tuple[str, dict[str, Any]]]:
    respondents = prepared.evidence.respondents
    facts = {row["source_id"]: row for row in prepared.evidence.sources.to_pylist()}
    surveys = set(respondents.column("source_id").to_pylist())
    here = {s for s in surveys if facts.get(s, {}).get("scope") != "reference"}
    local = {s for s in here if facts.get(s, {}).get("sampling") != OPEN_LINK}
    if not surveys:
        yield "survey", {}
        return
    if here and not local:
        yield "survey_sample", {"sources": sorted(here)}
    elif not local:
        yield "local_survey", {"sources": sorted(surveys)}
    for column, family in (("sex", "sex"), ("age_group", "age")):
        if respondents.column(column).null_count == respondents.num_rows:
            yield family, {}
    waves = {
        (row["source_id"], row["wave"])
        for row in respondents.select(["source_id", "wave"])
        .group_by(["source_id", "wave"])
        .aggregate([])
        .to_pylist()
        if row["source_id"] in local
    }
    if local and len(waves) < 2:
        yield "survey_waves", {}


def _of_territory(prepared: Prepared) -> Iterator[tuple[str, dict[str, Any]]]:
    frame = prepared.territory.frames[prepared.analysis]
    if frame.geometry is None:
        yield "boundaries", {"level": prepared.analysis}
    if "residents" not in prepared.denominators.values:
        yield "population", {}
    if "workday_population" not in prepared.denominators.values:
        yield "workday_population", {}


def _of_rest(prepared: Prepared) -> Iterator[tuple[str, dict[str, Any]]]:
    if not prepared.evidence.observations.num_rows:
        yield "observations", {}
    if not prepared.evidence.notes.num_rows:
        yield "notes", {}
    if not prepared.city.interventions:
        yield "interventions", {}
