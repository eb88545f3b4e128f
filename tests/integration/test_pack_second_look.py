"""A column is read by what all of a file says, wherever in the file that stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.connectors.city_pack import text_stretches
from factories.pack import INCIDENTS, write_pack
from factories.rows import read_with_rows

HEADER = "id,date,kind,lon,lat"


def read(folder: Path, lines: list[str], size: int, monkeypatch, encoding: str = "utf-8"):
    """Read a file of incidents in stretches of so many bytes."""
    monkeypatch.setattr(
        text_stretches.read_stretches, "__kwdefaults__", {"wanted": None, "size": size}
    )
    folder.mkdir()
    incidents = write_pack(folder, mapping=INCIDENTS)
    (incidents / "data.csv").write_bytes("\n".join([HEADER, *lines]).encode(encoding))
    reading = read_with_rows(folder)
    problems = [(p.code, p.place, p.severity, p.rows, p.examples, p.data) for p in reading.problems]
    rows = reading.evidence.incidents.rows.to_pylist() if reading.evidence else []
    return rows, sorted(problems, key=str)


def line(number: int, date: str, point: str = "13.1,52.1", kind: str = "Raub") -> str:
    return f"c{number},{date},{kind},{point}"


FILES = {
    "the order is settled at the end": [
        *(line(i, "03/04/2024") for i in range(200)),
        line(200, "31/12/2024"),
    ],
    "the order is unsettled at the end": [
        line(0, "31/12/2024"),
        *(line(i, "03/04/2024") for i in range(1, 200)),
        line(200, "12/31/2024"),
    ],
    "open cells only at the beginning": [
        *(line(i, "03/04/2024") for i in range(100)),
        *(line(i, "2024-05-31") for i in range(100, 200)),
        line(200, "12/31/2024"),
    ],
    "the decimal mark is settled at the end": [
        *(line(i, "2024-05-31", "13.1,52.1") for i in range(200)),
        line(200, "2024-05-31", '"13,1","52,1"'),
    ],
    "thousands at the end": [
        *(line(i, "2024-05-31", "13.100,52.100") for i in range(200)),
        line(200, "2024-05-31", '"1,234.5","52.1"'),
    ],
    "letters of another encoding at the end": [
        *(line(i, "2024-05-31") for i in range(200)),
        line(200, "2024-05-31", kind="Körperverletzung"),
    ],
    "half are no dates, all of them at the end": [
        *(line(i, "2024-05-31") for i in range(100)),
        *(line(i, "soon") for i in range(100, 200)),
    ],
    "blank rows at the end": [
        *(line(i, "2024-05-31") for i in range(60)),
        *[",,,,"] * 150,
        line(61, "x"),
    ],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [300, 1_500])
def test_stretches_give_what_the_whole_gives(tmp_path: Path, monkeypatch, name, size) -> None:
    encoding = "cp1252" if "encoding" in name else "utf-8"
    whole = read(tmp_path / "whole", FILES[name], 1 << 24, monkeypatch, encoding)
    assert len(whole[0]) + sum(rows for _, _, _, rows, _, _ in whole[1]) > 0
    assert read(tmp_path / "parts", FILES[name], size, monkeypatch, encoding) == whole


def test_metres_are_refused_once(tmp_path: Path, monkeypatch) -> None:
    lines = [line(i, "2024-05-31", "391000.5,5820000.5") for i in range(300)]
    _, problems = read(tmp_path / "parts", lines, 1_000, monkeypatch)
    assert [code for code, *_ in problems].count("COORDINATES_PROJECTED") == 1
