"""Cells of a table of counts that are no number: not known, and never none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convive.app.assess.numerators import counts_cubes
from convive.app.territory import build_territory
from convive.connectors.city_pack import read_pack
from factories.pack import write_pack

SOURCE = """
[source]
id = "atlas"
title = "T"
owner = "O"
licence = "L"
files = ["data.csv"]

[columns]
area = "area"
area_level = "area"
constant_year = 2022
"""
LONG = (
    SOURCE
    + 'category = "kind"\ncount = "n"\n[categories.map]\n"Raub" = "robbery"\n"Einbruch" = "burglary"\n'
)
WIDE = SOURCE + '[values]\n"Raub" = "robbery"\n"Einbruch" = "burglary"\n'
AREAS = ("A00", "A01", "A10", "A11")


def cube(folder: Path, mapping: str, data: str) -> tuple[np.ndarray, tuple[str, ...], set[str]]:
    """Return the counts by kind and area, the kinds, and the codes of all problems."""
    (write_pack(folder) / "police.toml").unlink()
    base = folder / "evidence" / "counts"
    base.mkdir(parents=True)
    (base / "source.toml").write_text(mapping)
    (base / "data.csv").write_text(data)
    reading = read_pack(folder)
    assert reading.evidence is not None, reading.problems
    evidence = reading.evidence
    [(_, found)] = counts_cubes(evidence.counts, build_territory(evidence.city, evidence.areas))
    codes = {problem.code for problem in reading.problems}
    return found.counts["area"][:, :, 0], found.categories, codes


@pytest.mark.parametrize("cell", ["<5", "x", "s", "3.5", "-2", "suppressed"])
@pytest.mark.parametrize("is_long", [True, False])
def test_a_cell_that_is_no_count_is_not_known(tmp_path: Path, cell: str, is_long: bool) -> None:
    if is_long:
        rows = [f"{a},{k},{n}" for a in AREAS for k, n in (("Raub", 7), ("Einbruch", 9))]
        rows[2] = f"A01,Raub,{cell}"
        data, mapping = "\n".join(["area,kind,n", *rows]) + "\n", LONG
    else:
        data = "area,Raub,Einbruch\nA00,7,9\nA01," + cell + ",9\nA10,7,9\nA11,7,9\n"
        mapping = WIDE
    counts, kinds, codes = cube(tmp_path, mapping, data)
    robbery, burglary = counts[kinds.index("robbery")], counts[kinds.index("burglary")]
    assert np.isnan(robbery[1]), "not known is not none"
    assert robbery[[0, 2, 3]].tolist() == [7, 7, 7]
    assert burglary.tolist() == [9, 9, 9, 9], "the area's other kinds stand"
    assert codes & {"BAD_NUMBER", "NEGATIVE_VALUE"}


def test_what_a_table_does_not_list_of_an_area_is_none(tmp_path: Path) -> None:
    data = "area,kind,n\nA00,Raub,7\nA00,Einbruch,9\nA01,Einbruch,9\nA10,Raub,1\nA10,Einbruch,9\n"
    counts, kinds, _ = cube(tmp_path, LONG, data)
    assert counts[kinds.index("robbery")][1] == 0


@pytest.mark.parametrize("sign", ["–", "-"])
@pytest.mark.parametrize("is_long", [True, False])
def test_a_sign_that_is_said_to_mean_none_is_none(tmp_path: Path, sign: str, is_long: bool) -> None:
    """The dash is none, the point beside it is still not known; a dash is no word of null then."""
    mapping = f'[format]\nnone = ["{sign}"]\n' + (LONG if is_long else WIDE)
    wide = [("A00", 7, 9), ("A01", sign, 9), ("A10", 7, "."), ("A11", 7, 9)]
    if is_long:
        long = [(a, k, n) for a, *ns in wide for k, n in zip(("Raub", "Einbruch"), ns, strict=True)]
        lines = ["area,kind,n", *(f"{a},{k},{n}" for a, k, n in long)]
    else:
        lines = ["area,Raub,Einbruch", *(f"{a},{r},{e}" for a, r, e in wide)]
    counts, kinds, codes = cube(tmp_path, mapping, "\n".join(lines) + "\n")
    assert counts[kinds.index("robbery")].tolist() == [7, 0, 7, 7]
    burglary = counts[kinds.index("burglary")]
    assert np.isnan(burglary[2])
    assert burglary[[0, 1, 3]].tolist() == [9, 9, 9]
    assert "BAD_NUMBER" in codes
