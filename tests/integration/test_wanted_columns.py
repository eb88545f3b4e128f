"""Of files that carry types only the columns are read that a mapping names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from convive.connectors.city_pack import columnar_files, read_pack
from factories.pack import write_pack

N_OTHERS = 30
MAPPING = """
[source]
id = "census"
title = "Census"
owner = "O"
licence = "L"
files = ["d*"]
[columns]
area = "code"
area_level = "area"
constant_year = 2022
[[values]]
column = "Pop 2022"
statistic = "residents"
"""
COLUMNS = {
    "code": ["A00", "A01", None, "-", "A10"],
    " Pop\n2022 ": [1000, 900, None, None, 700],
    **{f"other {i}": ["x", "y", "z", None, "v"] for i in range(N_OTHERS)},
}
# The third row has something in other columns, the fourth nothing anywhere: "-" is nothing.


def options(**given: Any) -> Mapping[str, Any]:
    return {"kind": "parquet", "wanted": ["Code", "pop 2022"], "null": ["-"], **given}


@pytest.fixture(params=["parquet", "arrow"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"d.{request.param}"
    table = pa.table(COLUMNS)
    if request.param == "parquet":
        parquet.write_table(table, path, row_group_size=2)
    else:
        feather.write_feather(table, path, chunksize=2)
    return path


def test_stretches_hold_the_wanted_columns_and_name_them_all(file: Path) -> None:
    found = list(columnar_files.read_rows(file, options(kind=file.suffix[1:])))
    assert [table.num_columns for _, table in found] == [2, N_OTHERS + 2, 2]
    assert [meta["first_row"] for meta, _ in found] == [1, 3, 5]
    assert all(len(meta["found"]) == N_OTHERS + 2 for meta, _ in found)


def test_where_no_wanted_column_is_there_all_are_read(file: Path) -> None:
    given = options(kind=file.suffix[1:], wanted=["nothing like it"])
    assert next(columnar_files.read_rows(file, given))[1].num_columns == N_OTHERS + 2


def test_the_others_are_not_read_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "d.parquet"
    parquet.write_table(pa.table({"code": ["A00"] * 9, "other": ["x"] * 9}), path)
    asked: list[Any] = []
    plain = parquet.ParquetFile.iter_batches

    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(kwargs.get("columns"))
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", watched)
    list(columnar_files.read_rows(path, options(wanted=["code"])))
    assert asked == [["code"]]


@pytest.mark.parametrize("kind", ["parquet", "arrow", "csv"])
def test_statistics_are_the_same_from_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    pack = tmp_path / "pack"
    (write_pack(pack) / "police.toml").unlink()
    base = pack / "evidence/statistics"
    base.mkdir()
    (base / "census.toml").write_text(MAPPING)
    table = pa.table(COLUMNS)
    if kind == "parquet":
        parquet.write_table(table, base / "d.parquet", row_group_size=2)
    elif kind == "arrow":
        feather.write_feather(table, base / "d.arrow", chunksize=2)
    else:
        table.to_pandas().to_csv(base / "d.csv", index=False)
    reading = read_pack(pack)
    assert reading.evidence is not None, reading.problems
    rows = reading.evidence.statistics.to_pylist()
    assert [(row["area_id"], row["value"]) for row in rows] == [
        ("A00", 1000.0), ("A01", 900.0), ("A10", 700.0)
    ]  # fmt: skip
    # The row that has only other columns is said, the blank one is not.
    found = {(p.code, p.rows) for p in reading.problems}
    assert ("NO_AREA", 1) in found
