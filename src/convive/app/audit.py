"""The audit: from a city pack to a build, or to the list of everything that is in the way."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from convive.app.assess import Figures, Prepared, compare, measure, parameters, prepare
from convive.app.counting import AggregatorMaker
from convive.app.evaluation.asked import keep_asked
from convive.app.evaluation.counts import keep_study_counts
from convive.app.evidence_room.base import keep_counts
from convive.app.evidence_room.week_counts import keep_weeks
from convive.app.ingest.keeper import FactKeeper
from convive.app.ingest.kept_tallies import drop_unused
from convive.app.ports import (
    Build,
    BuildStore,
    CatalogueReader,
    Evidence,
    KeeperMaker,
    PackReader,
    Progress,
    RestrictedStore,
    StoreSession,
    silent,
)
from convive.app.protection.checks import with_terms_checked
from convive.app.publish import Gated, gate, publish
from convive.app.releases import remember, remembered
from convive.app.row_totals import told_inputs, told_parts
from convive.app.schema import check_table, table_from_rows
from convive.app.tables import FINDINGS, RESULT_TABLES, Kind, TableSpec
from convive.app.withdrawal import with_corrections
from convive.core.diagnosis import build_findings
from convive.core.errors import PackError
from convive.core.model import City, Finding, Indicator, Problem

FDR = 0.05
"""Expected share of false ones among the findings that are called clear."""
LIBRARIES = ("numpy", "scipy", "numba", "shapely", "pyarrow", "duckdb", "ibis-framework")
BUILD_FOLDER = "build"
FIRST_MIDNIGHT = timedelta(hours=14)
"""How far the earliest time zone of the world is ahead of UTC."""

Clock = Callable[[], datetime]
Served = Callable[[], frozenset[str]]
"""Gives the moments at which the audits were built that are served still, or may yet be."""
RestrictedMaker = Callable[[Path], RestrictedStore]
"""Called with the pack."""


@dataclass(frozen=True)
class AuditPorts:
    """What the audit needs from the outside.

    Without a store nothing is written: for simulations and tests.
    """

    read_pack: PackReader
    catalogue: CatalogueReader
    aggregator: AggregatorMaker
    clock: Clock
    version: str
    store: BuildStore | None = None
    restricted: RestrictedMaker | None = None
    """Where the rows of a pack are kept; None: they are given in memory."""
    actor: str = "convive"
    """Who stands in the log of the restricted store."""
    served: Served = frozenset


@dataclass(frozen=True)
class AuditOutcome:
    """The build and every problem met on the way to it."""

    build: Build
    problems: tuple[Problem, ...]


def audit(
    pack: Path,
    *,
    ports: AuditPorts,
    progress: Progress = silent,
    seed: int | None = None,
    folder: Path | None = None,
) -> AuditOutcome:
    """Read a pack, assess it, let only what may be seen through the gate, and keep the build.

    Parameters
    ----------
    pack : Path
        Folder with ``city.toml``.
    ports : AuditPorts
        Adapters, joined in ``convive.wiring``.
    progress : callable
        Told the step and how far it is.
    seed : int, optional
        Instead of the seed in ``city.toml``.
    folder : Path, optional
        Where the build is kept; by default ``build`` in the pack.

    Raises
    ------
    PackError
        PACK_UNUSABLE with all problems, where reading gave no evidence.
    StorageError, ConflictError
        From the store; an earlier build is untouched.
    """
    with ExitStack() as held:
        session = _open_session(pack, ports, held)
        reading = ports.read_pack(
            pack,
            keeper=_keeper_maker(session, ports),
            progress=progress,
            today=latest_day(ports.clock()),
        )
        if reading.evidence is None:
            raise PackError("PACK_UNUSABLE", reading.problems, pack=pack.name)
        target = folder or pack / BUILD_FOLDER
        if ports.store is not None:
            # From here, not only while saving: a second audit is told at once, not after minutes.
            held.enter_context(ports.store.holding(target))
        if session is not None:
            session.commit()
        build = build_audit(
            reading.evidence, ports=ports, progress=progress, seed=seed, session=session
        )
        if session is not None:
            incidents = [part.name for part in reading.evidence.incidents.parts]
            drop_unused(session, [*incidents, *reading.evidence.kept])
            session.commit()
        if ports.store is not None:
            progress("save", 0, 1)
            ports.store.save(build, target)
            build = ports.store.load(target)
            progress("save", 1, 1)
    return AuditOutcome(build, reading.problems)


def latest_day(now: datetime) -> date:
    """Return the day that it is where days begin first: no incident of today is in the future.

    Parameters
    ----------
    now : datetime
        With its time zone.

    Examples
    --------
    >>> latest_day(datetime(2024, 5, 31, 12, tzinfo=UTC))
    datetime.date(2024, 6, 1)
    """
    return (now.astimezone(UTC) + FIRST_MIDNIGHT).date()


def _open_session(pack: Path, ports: AuditPorts, held: ExitStack) -> StoreSession | None:
    if ports.restricted is None or not pack.is_dir():
        return None
    store = ports.restricted(pack)
    return held.enter_context(store.session(actor=ports.actor, purpose="audit"))


def _keeper_maker(session: StoreSession | None, ports: AuditPorts) -> KeeperMaker | None:
    if session is None:
        return None
    return lambda city, areas: FactKeeper(session, ports.aggregator(city), city, areas)


def build_audit(
    evidence: Evidence,
    *,
    ports: AuditPorts,
    progress: Progress = silent,
    seed: int | None = None,
    session: StoreSession | None = None,
) -> Build:
    """Return the build of evidence that is already read; nothing is written but tallies.

    `session` is where the incidents are kept; they are counted there.
    """
    evidence = with_terms_checked(evidence, ports.clock().date())
    used_seed = evidence.city.seed if seed is None else seed
    indicators = ports.catalogue.indicators()
    progress("locate", 0, 0)
    prepared = prepare(
        evidence,
        indicators,
        aggregator=ports.aggregator(evidence.city),
        session=session,
        rng=np.random.default_rng(used_seed),
    )
    progress("locate", 1, 1)
    figures = measure(prepared, progress=progress)
    progress("publish", 0, 0)
    now = ports.clock()
    gated = _gated(prepared, figures, ports, session, now)
    rows, n_tests = compare(prepared, gated.rows, figures.effects)
    tables = publish(rows)
    progress("publish", 1, 1)
    progress("diagnose", 0, 0)
    tables["findings"] = findings_table(tables, evidence.city, indicators)
    for spec in RESULT_TABLES:
        check_table(spec, tables[spec.name])
    progress("diagnose", 1, 1)
    run = _run_record(prepared, ports, used_seed) | {"built_at": _moment(now)}
    run |= {"disclosure": dict(gated.record), "tests": n_tests}
    build = Build(city=evidence.city, tables=tables, run=run)
    return with_corrections(build, evidence.corrections) if evidence.corrections else build


def _gated(
    prepared: Prepared,
    figures: Figures,
    ports: AuditPorts,
    session: StoreSession | None,
    now: datetime,
) -> Gated:
    """Let through the gate what may be seen, and remember it before anybody can."""
    before, served = remembered(session), ports.served()
    gated = gate(prepared, figures.rows, earlier=before, served=served, day=now.date())
    if session is not None and ports.store is not None:
        remember(session, replace(gated.release, built=frozenset({_moment(now)})))
        keep_counts(session, prepared)
        keep_weeks(session, prepared)
        keep_study_counts(session, prepared, figures.rows["breaks"])
        keep_asked(session, prepared, figures.waves)
    return gated


def findings_table(
    tables: Mapping[str, pa.Table], city: City, indicators: tuple[Indicator, ...]
) -> pa.Table:
    """Return the findings as they follow from the published tables and the definitions alone."""
    rows = {spec.name: _decoded(spec, tables[spec.name]) for spec in RESULT_TABLES[:-1]}
    findings = build_findings(rows, city=city, indicators=indicators, fdr=FDR)
    return table_from_rows(FINDINGS, [_finding_row(i + 1, f) for i, f in enumerate(findings)])


def _decoded(spec: TableSpec, table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows with JSON columns as Python objects."""
    names = [column.name for column in spec.columns if column.kind is Kind.JSON]
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        row.update({name: json.loads(row[name]) for name in names if row[name] is not None})
    return rows


def _finding_row(rank: int, finding: Finding) -> dict[str, Any]:
    return {
        "rank": rank,
        "finding_id": finding.id,
        "code": finding.code,
        "params": dict(finding.params),
        "level": finding.level,
        "area_id": finding.area_id,
        "indicator_ids": list(finding.indicator_ids),
        "faces": [face.value for face in finding.faces],
        "verdict": finding.verdict.value,
        "certainty": finding.certainty.value,
        "p": finding.p,
        "q": finding.q,
        "caveats": list(finding.caveats),
        "evidence": [
            {"table": e.table, "query": e.query, "sources": list(e.sources), "n": e.n}
            for e in finding.evidence
        ],
    }


def _run_record(prepared: Prepared, ports: AuditPorts, seed: int) -> dict[str, Any]:
    """Return what makes the result repeatable: the same for two runs of one software."""
    return {
        "format": 1,
        "code_version": ports.version,
        "seed": seed,
        "fdr": FDR,
        "inputs": told_inputs(prepared),
        "definitions": [
            {"id": found.id, "version": found.version, "digest": found.digest}
            for found in prepared.indicators
        ],
        "parameters": parameters(prepared),
        "engine": prepared.tallies.engine,
        "parts": told_parts(prepared.tallies.record(), prepared.evidence.public_sources),
        "libraries": {name: _version_of(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def _moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


__all__ = ["AuditOutcome", "AuditPorts", "audit", "build_audit", "findings_table", "latest_day"]
