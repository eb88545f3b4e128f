"""The same audit counted by DuckDB and by Spark gives the same build, cell by cell."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from examples.demo_city.city import build_city
from examples.demo_city.write import write_pack as write_demo

from convive.app.audit import AuditPorts, audit
from convive.app.counting import FactRows
from convive.app.row_sets import RowSet
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.connectors.city_pack import read_pack
from convive.core.errors import StorageError
from convive.core.model import EngineChoice
from convive.store import FolderRestrictedStore, lake_engines, open_aggregator
from factories.pack import as_csv, incident_rows, write_pack

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark is not set up: make spark (needs Java 17)",
)


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def tables_by(engine: str, pack: Path, store: Path) -> dict[str, pa.Table]:
    """Return the tables of an audit that an engine has counted."""
    aggregator = open_aggregator(EngineChoice(engine, threads=2), store)  # type: ignore[arg-type]
    ports = AuditPorts(
        read_pack=read_pack,
        catalogue=find,
        aggregator=lambda _city: aggregator,
        clock=clock,
        version="test",
        restricted=lambda _pack: FolderRestrictedStore(store, clock=clock),
    )
    build = audit(pack, ports=ports).build
    assert build.run["engine"] == engine
    return dict(build.tables)


def assert_same(pack: Path, folder: Path) -> None:
    duck, spark = (tables_by(name, pack, folder / name) for name in ("duckdb", "spark"))
    assert duck.keys() == spark.keys()
    assert duck["estimates"].num_rows > 0
    for name, table in duck.items():
        assert table.equals(spark[name]), name


@needs_spark
@pytest.mark.filterwarnings("ignore")
def test_a_small_pack_is_the_same_on_both_engines(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    folder = write_pack(pack)
    rows = incident_rows(300)
    (folder / "data.csv").write_text(as_csv(rows))
    # Some rows come again in another file: the engines must drop the same ones.
    (folder / "data-more.csv").write_text(as_csv([rows[0], *rows[200:], *incident_rows(20)[1:]]))
    assert_same(pack, tmp_path)


@needs_spark
@pytest.mark.filterwarnings("ignore")
def test_the_demo_city_is_the_same_on_both_engines(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    write_demo(build_city(5, scale=0.05), pack)
    assert_same(pack, tmp_path)


def facts(**columns: list[int | None]) -> pa.Table:
    n = len(next(iter(columns.values())))
    starts = pa.array([datetime(2024, 1, 1 + i) for i in range(n)], pa.timestamp("us"))  # noqa: DTZ001
    number = pa.array(range(n), pa.int32())
    row = pa.array(range(2, n + 2), pa.int32())
    given = {name: pa.array(values, pa.int64()) for name, values in columns.items()}
    return pa.table({"number": number, "row": row, "starts": starts, **given})


def test_counts_are_sorted_and_leave_out_what_is_dropped(tmp_path: Path) -> None:
    engine = open_aggregator(EngineChoice(), tmp_path)
    rows = FactRows(facts(kind=[2, 1, 2, 2]), dropped=RowSet.of([3], 4))
    found = engine.count(rows, ["kind"]).to_pylist()
    day = (datetime(2024, 1, 1) - datetime(1970, 1, 1)).days  # noqa: DTZ001
    assert found == [
        {"kind": 1, "n": 1, "first_day": day + 1, "last_day": day + 1},
        {"kind": 2, "n": 2, "first_day": day, "last_day": day + 2},
    ]
    few = engine.count(rows, ["kind"], at_least={"kind": 2})
    assert few["n"].to_pylist() == [2]


@pytest.mark.parametrize("dropped", [[], [1], [0, 2, 3], [0, 1, 2, 3]])
def test_few_or_most_rows_may_be_dropped(tmp_path: Path, dropped: list[int]) -> None:
    engine = open_aggregator(EngineChoice(), tmp_path)
    rows = FactRows(facts(kind=[2, 1, 2, 2]), dropped=RowSet.of(dropped, 4))
    kept = [kind for i, kind in enumerate([2, 1, 2, 2]) if i not in dropped]
    found = {row["kind"]: row["n"] for row in engine.count(rows, ["kind"]).to_pylist()}
    assert found == {kind: kept.count(kind) for kind in kept}


def test_a_repeat_is_the_same_target_within_the_days(tmp_path: Path) -> None:
    engine = open_aggregator(EngineChoice(), tmp_path)
    table = facts(target_hash=[5, 6, 5, None, 6, 5], at_city=[0] * 6)
    found = engine.repeats([FactRows(table)], ["at_city"], days=2)
    # 5 comes on day 1, 3 and 6; 6 on day 2 and 5: only the second 5 is near enough.
    assert found.to_pylist() == [{"at_city": 0, "n": 5, "n_repeats": 1}]


def test_an_engine_reads_nothing_but_the_store(tmp_path: Path) -> None:
    inside, outside = tmp_path / "store", tmp_path / "outside.parquet"
    inside.mkdir()
    pa.parquet.write_table(facts(kind=[1]), inside / "part.parquet")
    pa.parquet.write_table(facts(kind=[1]), outside)
    engine = open_aggregator(EngineChoice(), inside)
    assert engine.count(FactRows(inside / "part.parquet"), ["kind"]).num_rows == 1
    with pytest.raises(Exception, match="disabled by configuration"):
        engine.count(FactRows(outside), ["kind"])


def test_spark_that_is_not_set_up_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_engines.shutil, "which", lambda _name: None)
    engine = open_aggregator(replace(EngineChoice(), name="spark"), tmp_path)
    with pytest.raises(StorageError, match="ENGINE_MISSING") as caught:
        engine.count(FactRows(facts(kind=[1])), ["kind"])
    assert "make spark" in say("error.ENGINE_MISSING", "en", **caught.value.data)
