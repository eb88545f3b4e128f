"""A started pack reads as a pack: only its files are missing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from convive.app.start_pack import start_pack
from convive.connectors.city_pack import read_pack
from convive.connectors.city_pack.family_schemas import FAMILIES
from convive.core.errors import ConflictError

ANSWERS = {
    "name": 'Sankt "Pölten"',
    "country": "at",
    "languages": ("de", "en"),
    "time_zone": "Europe/Vienna",
    "crs": "EPSG:31256",
    "base_year": 2023,
}


def test_only_the_area_files_are_missing(tmp_path: Path) -> None:
    start_pack(tmp_path / "new", ANSWERS)
    problems = read_pack(tmp_path / "new").problems
    assert {problem.code for problem in problems} == {"FILE_UNREADABLE"}
    assert len(problems) == 2


def test_every_example_fits_the_schema(tmp_path: Path) -> None:
    for path in start_pack(tmp_path, ANSWERS):
        if path.name.endswith(".toml.example"):
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            FAMILIES[path.parent.name].model_validate(raw)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ConflictError, match="PACK_EXISTS"):
        start_pack(tmp_path, ANSWERS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
