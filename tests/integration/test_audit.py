"""The audit from a pack to a build, and the build in a notebook."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import convive
from convive.app.audit import AuditPorts, audit
from convive.app.ports import Evidence, PackReading
from convive.catalogue import find
from convive.core.errors import ConflictError, NotFoundError, PackError, RequestError, StorageError
from convive.core.model import Place, Problem
from convive.store import FolderBuildStore, IbisAggregator
from factories.evidence import town

AGGREGATOR = IbisAggregator()


def ports(evidence: Evidence | None, **changes: Any) -> AuditPorts:
    """Return ports whose reader gives this evidence."""
    problem = Problem("BAD_DATE", Place("police.csv", row=2))

    def read(_pack: Path, **_: Any) -> PackReading:
        return PackReading(evidence, (problem,))

    given = AuditPorts(
        read_pack=read,
        catalogue=find,
        aggregator=lambda _city: AGGREGATOR,
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        version="test",
        store=FolderBuildStore(),
    )
    return replace(given, **changes)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a pack with a finished build."""
    folder = tmp_path_factory.mktemp("pack")
    audit(folder, ports=ports(town()))
    return folder


def test_a_pack_that_cannot_be_read_gives_all_problems_and_no_build(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="PACK_UNUSABLE") as caught:
        audit(tmp_path, ports=ports(None))
    assert [problem.code for problem in caught.value.problems] == ["BAD_DATE"]
    assert list(tmp_path.iterdir()) == []


def test_the_outcome_keeps_the_problems_of_a_usable_pack(tmp_path: Path) -> None:
    outcome = audit(tmp_path, ports=ports(town()))
    assert [problem.code for problem in outcome.problems] == ["BAD_DATE"]
    assert outcome.build.tables["estimates"].num_rows > 0


def test_the_same_evidence_twice_gives_the_same_bytes(pack: Path, tmp_path: Path) -> None:
    later = ports(town(), clock=lambda: datetime(2027, 5, 5, tzinfo=UTC))
    audit(tmp_path, ports=later)
    for path in sorted((pack / "build").glob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "build" / path.name).read_bytes(), path.name
    first, second = (
        json.loads((folder / "build" / "run.json").read_text("utf-8"))
        for folder in (pack, tmp_path)
    )
    assert first.pop("built_at") != second.pop("built_at")
    assert first == second


def test_the_run_record_names_all_that_the_result_depends_on(pack: Path) -> None:
    run = json.loads((pack / "build" / "run.json").read_text("utf-8"))
    assert run["seed"] == town().city.seed
    assert run["code_version"] == "test"
    assert {"id", "version", "digest"} == set(run["definitions"][0])
    assert run["parameters"]["numerator_source"]["burglary_rate"] == "police"
    for name, digest in run["tables"].items():
        content = (pack / "build" / f"{name}.parquet").read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


def test_a_store_that_fails_leaves_the_build_before(pack: Path) -> None:
    class Full(FolderBuildStore):
        def save(self, build: Any, folder: Path) -> None:  # noqa: ARG002
            raise StorageError("BUILD_NOT_WRITTEN", folder=folder.name, detail="full")

    before = {p.name: p.read_bytes() for p in (pack / "build").iterdir()}
    with pytest.raises(StorageError):
        audit(pack, ports=ports(town(incidents=[]), store=Full()))
    assert {p.name: p.read_bytes() for p in (pack / "build").iterdir()} == before


def test_a_second_audit_is_refused_before_it_computes(pack: Path) -> None:
    steps: list[str] = []
    with (
        FolderBuildStore().holding(pack / "build"),
        pytest.raises(ConflictError, match="BUILD_LOCKED"),
    ):
        audit(pack, ports=ports(town()), progress=lambda step, *_: steps.append(step))
    assert steps == []
    assert convive.open(pack).findings


def test_every_test_of_the_audit_is_adjusted_together(pack: Path) -> None:
    view = convive.open(pack)
    tests = view.run["tests"]
    p_and_q = [
        (row["p"], row["q"])
        for name in tests
        for row in view.table(name).to_pylist()
        if row["p"] is not None
    ]
    assert len(p_and_q) <= sum(tests.values())
    assert all(q is not None and q >= p - 1e-12 for p, q in p_and_q)


def test_felt_security_of_the_worse_district_is_clearly_worse(pack: Path) -> None:
    rows = convive.open(pack).table("faces").to_pylist()
    felt = {row["area_id"]: row["score"] for row in rows if row["face"] == "felt"}
    a, b = (
        [score for area, score in felt.items() if area[0] == district and score is not None]
        for district in "AB"
    )
    assert max(a) < min(b)


@pytest.mark.parametrize("family", ["incidents", "respondents", "statistics"])
def test_a_family_that_is_missing_is_a_gap_and_no_error(family: str, tmp_path: Path) -> None:
    changes: dict[str, Any] = {family: []}
    if family == "respondents":
        changes["answers"] = []
    outcome = audit(tmp_path, ports=ports(town(**changes), store=None))
    assert outcome.build.tables["missing"].num_rows > 0


def test_a_notebook_sees_what_the_pages_see(pack: Path) -> None:
    view = convive.open(pack / "build")
    assert view.city.name == "Testville"
    rates = view.estimates(indicator="burglary_rate", level="district")
    assert set(rates.column("level").to_pylist()) == {"district"}
    assert "Testville" in repr(view)
    assert "<ol>" in view._repr_html_()
    for found in view.findings:
        assert found.sentence("es")
        assert "{" not in found.sentence("en")
    with pytest.raises(RequestError, match="TABLE_UNKNOWN"):
        view.table("persons")


def test_findings_lead_back_to_rows_that_are_there(pack: Path) -> None:
    import duckdb

    view = convive.open(pack)
    engine = duckdb.connect()
    for name in view.tables:
        engine.register(name, view.table(name))
    for found in view.findings:
        for link in found.evidence:
            assert engine.sql(link["query"]).fetchall(), link["query"]


def test_nothing_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="BUILD_NOT_FOUND"):
        convive.open(tmp_path)


def test_the_public_names_are_sorted_and_all_there() -> None:
    assert list(convive.__all__) == sorted(convive.__all__)
    for name in convive.__all__:
        assert getattr(convive, name) is not None


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = (
        "import sys, convive; print([m for m in ('numpy', 'pandas', 'ibis') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
