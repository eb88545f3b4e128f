"""Withdrawal: a build without the figures that were taken back, nor what would give them away.

It is done where a build is opened (and, for packs, before it is kept), so that pages, map data,
programs, downloads, documents and feeds follow by construction. What falls with an indicator:

- whatever counts any of the same incidents (a total less its other parts is the part), the harm
  that sums them up, shares of the same question, means of the same observations, and rates that
  are divided by it;
- of a sum of harm every count of incidents, since the weights are published;
- its face in every area, with the gaps of that face and the joint tests of all faces;
- the safety index, where the indicator is a part of it;
- findings that speak of any of these.

The digests of tables that have changed go too: with a digest a missing figure could be tried out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.corrections import Correction, Subject, corrections_digest
from convive.app.history import run_digest
from convive.app.ports import Build
from convive.catalogue import find
from convive.core.model import Indicator
from convive.core.model.indicator import (
    HarmSum,
    IncidentCount,
    Measure,
    ObservedScore,
    RepeatShare,
    StatisticValue,
    SurveyShare,
)

Gone = tuple[str, str]
"""Kind of a thing and its code: ``("indicator", "burglary_rate")``."""
AUDIT: Gone = (Subject.AUDIT.value, "")
ALL_OBJECTIVE = "score"
"""Item of an observed score that is the mean of the other items."""
_KEPT_WHOLE = frozenset({"areas"})
Row = dict[str, Any]


def with_corrections(build: Build, corrections: Sequence[Correction], **more: Any) -> Build:
    """Return a build that tells its corrections and has nothing that was withdrawn.

    Its digest follows from the run record, which names the corrections; so does its version.

    Parameters
    ----------
    build : Build
        As the audit made it.
    corrections : sequence of Correction
        All that stand, about this audit or another.
    **more
        What else the run record should tell of this edition.
    """
    known_ids = {one.id for one in corrections}
    corrections = [*(one for one in build.corrections if one.id not in known_ids), *corrections]
    found = withdrawn(build, [one for one in corrections if is_withdrawn_from(build, one)])
    told: dict[str, Any] = {key: value for key, value in more.items() if value}
    if corrections:
        told["corrections"] = corrections_digest(corrections)
    fallen = sorted(code for kind, code in found.gone if kind == Subject.INDICATOR.value)
    if fallen:
        told["withdrawn_indicators"] = fallen
    run = {**found.run, "edition": told} if told else found.run
    known = replace(found, run=run, corrections=tuple(corrections))
    return replace(known, history=_history(build, known)) if run is not build.run else known


def fallen_of(run: Mapping[str, Any]) -> frozenset[Gone]:
    """Return what a kept build says is gone from it: codes of indicators, never of findings."""
    told = run.get("edition") or {}
    return frozenset((Subject.INDICATOR.value, one) for one in told.get("withdrawn_indicators", ()))


def is_withdrawn_from(build: Build, one: Correction) -> bool:
    """Tell whether a correction takes something out of this build."""
    if not one.is_withdrawal or not one.applies_to(built_on(build)):
        return False
    return one.subject is not Subject.AUDIT or one.name == version_of(build)


def version_of(build: Build) -> str:
    """Return the name of an audit in addresses."""
    return run_digest(build.run)[:12]


def built_on(build: Build) -> date:
    """Return the day of a build; the first of all days where it does not say."""
    try:
        return datetime.fromisoformat(str(build.run.get("built_at", ""))).date()
    except ValueError:
        return date.min


def withdrawn(build: Build, withdrawals: Sequence[Correction]) -> Build:
    """Return a build without what was withdrawn, and without what would give it away."""
    if any(one.subject is Subject.AUDIT for one in withdrawals):
        return _emptied(build)
    indicators = {one.name for one in withdrawals if one.subject is Subject.INDICATOR}
    findings = {one.name for one in withdrawals if one.subject is Subject.FINDING}
    if not indicators and not findings:
        return build
    fallen = falls_with(indicators, find.indicators())
    tables, lost = _without(build.tables, fallen, findings)
    gone = {(Subject.INDICATOR.value, one) for one in fallen}
    gone |= {(Subject.FINDING.value, one) for one in findings | lost}
    return replace(build, tables=tables, gone=build.gone | gone, run=_run_without(build, tables))


def falls_with(withdrawn_ids: Iterable[str], definitions: Iterable[Indicator]) -> frozenset[str]:
    """Return some indicators and all that would give them away."""
    known = {one.id: one for one in definitions}
    found = set(withdrawn_ids)
    for one in [known[name] for name in found if name in known]:
        found |= {other.id for other in known.values() if _tells(other, one.measure)}
    return frozenset(found)


def _tells(other: Indicator, secret: Measure) -> bool:
    """Tell whether a secret could be worked out with the help of another indicator."""
    own = other.measure
    if isinstance(secret, IncidentCount | HarmSum):
        return _tells_incidents(own, secret)
    if isinstance(secret, SurveyShare):
        return isinstance(own, SurveyShare) and own.item == secret.item
    if isinstance(secret, ObservedScore):
        is_mean = ALL_OBJECTIVE in {secret.item, getattr(own, "item", "")}
        return isinstance(own, ObservedScore) and (own.item == secret.item or is_mean)
    if isinstance(secret, StatisticValue):
        by = {other.denominator, *other.other_denominators}
        same = isinstance(own, StatisticValue) and own.statistic == secret.statistic
        return same or secret.statistic in by
    return False


def _tells_incidents(own: Measure, secret: IncidentCount | HarmSum) -> bool:
    """Tell whether a count of incidents, or their harm, could be worked out with another figure."""
    if isinstance(secret, HarmSum):
        # Weights are published: counts of the kinds, or sums with them in, are the figure again.
        return isinstance(own, IncidentCount | RepeatShare | HarmSum)
    if isinstance(own, IncidentCount | RepeatShare):
        return _overlap(own.categories, secret.categories)
    return isinstance(own, HarmSum)


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two counts may share an incident; no categories are all of them."""
    if not some or not others:
        return True
    return not _leaves(some).isdisjoint(_leaves(others))


def _leaves(categories: Iterable[str]) -> frozenset[str]:
    """Return categories with all that they hold, down to the last."""
    known = {one.id: one for one in find.categories()}
    found: set[str] = set()
    waiting = list(categories)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            inside = known.get(one)
            waiting += [*inside.contains, *inside.mixes] if inside else []
    return frozenset(found)


def _without(
    tables: Mapping[str, pa.Table], fallen: frozenset[str], findings: set[str]
) -> tuple[dict[str, pa.Table], set[str]]:
    """Return tables without some indicators and findings, and the findings that fell with them."""
    found = dict(tables)
    faces = _lost_faces(tables["faces"], fallen)
    has_index = _is_in_index(tables["index"], fallen)
    for name, table in tables.items():
        if fallen and name != "findings" and "indicator_id" in table.column_names:
            column = table["indicator_id"]
            mask = pc.is_in(column, value_set=pa.array(sorted(fallen), type=column.type))
            found[name] = table.filter(pc.invert(mask)) if pc.any(mask).as_py() else table
    if faces:
        found["gaps"] = _gaps_without(tables["gaps"], faces)
    if has_index:
        found["index"] = tables["index"].slice(0, 0)
    if "residents" in fallen:
        found["areas"] = _blank(tables["areas"], ("residents",))

    def is_kept(row: Row) -> bool:
        speaks = _speaks_of(row, fallen, faces, has_index=has_index)
        return row["finding_id"] not in findings and not speaks

    kept = _kept(tables["findings"], is_kept)
    lost = set(tables["findings"]["finding_id"].to_pylist()) - set(kept["finding_id"].to_pylist())
    found["findings"] = _ranked(kept)
    return found, lost


def _speaks_of(row: Row, fallen: frozenset[str], faces: frozenset[str], *, has_index: bool) -> bool:
    """Tell whether a finding rests on something that is gone."""
    if fallen & set(json.loads(row["indicator_ids"] or "[]")):
        return True
    evidence = json.loads(row["evidence"] or "[]")
    named = {one["table"] for one in evidence}
    if has_index and "index" in named:
        return True
    if named & {"faces", "gaps"} and faces & set(json.loads(row["faces"] or "[]")):
        return True
    return any(f"'{one}'" in link["query"] for link in evidence for one in fallen)


def _lost_faces(table: pa.Table, fallen: frozenset[str]) -> frozenset[str]:
    rows = table.select(["face", "indicator_id"]).to_pylist()
    return frozenset(row["face"] for row in rows if row["indicator_id"] in fallen)


def _gaps_without(table: pa.Table, faces: frozenset[str]) -> pa.Table:
    """Return gaps of other faces; tests of all faces together told something of the lost one."""
    kept = _kept(table, lambda row: row["face_a"] not in faces and row["face_b"] not in faces)
    return _blank(kept, ("joint_p", "joint_q", "odd_face"))


def _is_in_index(table: pa.Table, fallen: frozenset[str]) -> bool:
    cells = set(table["parts"].to_pylist())
    parts = (part for cell in cells if cell for part in json.loads(cell))
    return any(
        (part if isinstance(part, str) else part["indicator_id"]) in fallen for part in parts
    )


def _kept(table: pa.Table, is_kept: Callable[[Row], bool]) -> pa.Table:
    wanted = [name for name in table.column_names if name != "geometry"]
    mask = [is_kept(row) for row in table.select(wanted).to_pylist()]
    return table if all(mask) else table.filter(pa.array(mask, type=pa.bool_()))


def _blank(table: pa.Table, columns: Iterable[str]) -> pa.Table:
    """Return a table in which nothing stands in some columns."""
    for name in columns:
        if name in table.column_names:
            place, kind = table.column_names.index(name), table.schema.field(name)
            table = table.set_column(place, kind, pa.nulls(table.num_rows, kind.type))
    return table


def _ranked(findings: pa.Table) -> pa.Table:
    """Return findings counted anew: a gap in the ranks would tell where one stood."""
    place = findings.column_names.index("rank")
    kind = findings.schema.field("rank")
    ranks = findings["rank"].to_pylist()
    order = {rank: number for number, rank in enumerate(sorted(ranks), start=1)}
    return findings.set_column(place, kind, pa.array([order[one] for one in ranks], kind.type))


def _emptied(build: Build) -> Build:
    """Return a build of which only the names and outlines of areas are left."""
    tables = {
        name: table if name in _KEPT_WHOLE else table.slice(0, 0)
        for name, table in build.tables.items()
    }
    tables["areas"] = _blank(tables["areas"], ("residents",))
    kept = {key: build.run[key] for key in ("built_at", "code_version") if key in build.run}
    return replace(build, tables=tables, gone=build.gone | {AUDIT}, run=kept)


def _run_without(build: Build, tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    """Return the run record without the digests of tables that have changed."""
    run = dict(build.run)
    run["tables"] = {
        name: told
        for name, told in (run.get("tables") or {}).items()
        if tables.get(name) is build.tables.get(name)
    }
    return run


def _history(build: Build, shown: Build) -> tuple[Mapping[str, Any], ...]:
    """Return the history with this edition on top: it is a version of its own."""
    before = set(build.tables["findings"]["finding_id"].to_pylist())
    left = set(shown.tables["findings"]["finding_id"].to_pylist())
    entry = {
        "digest": run_digest(shown.run), "tables": "", "built_at": build.run.get("built_at"),
        "new": [], "changed": [], "gone": sorted(before - left), "is_edition": True,
    }  # fmt: skip
    return (entry, *build.history)
