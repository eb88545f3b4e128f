"""A later delivery is compared with the layout that its mapping remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.connectors.city_pack import read_pack
from convive.connectors.city_pack.layout import likely_renamed
from convive.connectors.city_pack.wizard import open_session, save_mapping
from convive.core.model import Problem, Severity
from factories.pack import INCIDENTS, as_csv, incident_rows, write_pack


def mapped_pack(folder: Path) -> Path:
    """Return the folder of incidents of a pack whose first file the wizard has mapped."""
    incidents = write_pack(folder)
    (incidents / "police.toml").unlink()
    (incidents / "data-2024-01.csv").write_text(as_csv(incident_rows(30)), encoding="utf-8")
    session = open_session(incidents / "data-2024-01.csv", pack=folder)
    save_mapping(session.text("en", owner="Police", licence="CC0"), session.target())
    return incidents


def problems_after(folder: Path, rows: list[list[str]], mark: str = ",") -> dict[str, Problem]:
    """Return the problems of the second month, by code."""
    incidents = mapped_pack(folder)
    (incidents / "data-2024-02.csv").write_text(as_csv(rows, mark), encoding="utf-8")
    found = read_pack(folder).problems
    return {p.code: p for p in found if p.place.file.endswith("02.csv")}


def test_a_delivery_like_the_first_is_not_spoken_of(tmp_path: Path) -> None:
    rows = incident_rows(40)
    found = problems_after(tmp_path / "town", [rows[0], *([f"n{r[0]}", *r[1:]] for r in rows[1:])])
    assert "LAYOUT_CHANGED" not in found
    assert "NEW_WORDS" not in found


def test_columns_gone_new_and_moved_are_named(tmp_path: Path) -> None:
    rows = [[r[1], r[0], *r[2:], "x"] for r in incident_rows(20)]
    rows[0][-1] = "ward"
    found = problems_after(tmp_path / "a", rows)
    assert found["LAYOUT_CHANGED"].severity is Severity.WARNING
    assert found["LAYOUT_CHANGED"].data["changes"] == "+ “ward”"
    moved = [[r[1], r[0], *r[2:]] for r in incident_rows(20)]
    assert problems_after(tmp_path / "b", moved)["LAYOUT_CHANGED"].data["changes"].startswith("⇅")


def test_a_renamed_column_is_an_error_with_its_likely_new_name(tmp_path: Path) -> None:
    rows = incident_rows(20)
    rows[0][2] = "kind of crime"
    found = problems_after(tmp_path / "town", rows)
    assert found["COLUMN_MISSING"].severity is Severity.ERROR
    assert "“kind” → “kind of crime”" in found["LAYOUT_CHANGED"].data["changes"]


def test_another_delimiter_is_noted(tmp_path: Path) -> None:
    found = problems_after(tmp_path / "town", incident_rows(20), ";")
    assert found["LAYOUT_CHANGED"].data["changes"] == "delimiter “,” → “;”"


def test_another_order_of_day_and_month_is_noted(tmp_path: Path) -> None:
    def with_dates(rows: list[list[str]], *, day_first: bool) -> list[list[str]]:
        done = [rows[0]]
        for row in rows[1:]:
            year, month, day = row[1].split("-")
            parts = (day, month, year) if day_first else (month, day, year)
            done.append([row[0], "/".join(parts), *row[2:]])
        return done

    folder = tmp_path / "town"
    incidents = write_pack(folder)
    (incidents / "police.toml").unlink()
    first = with_dates(incident_rows(30), day_first=True)
    (incidents / "data-2024-01.csv").write_text(as_csv(first), encoding="utf-8")
    session = open_session(incidents / "data-2024-01.csv", pack=folder)
    save_mapping(session.text("en"), session.target())
    second = with_dates(incident_rows(30), day_first=False)
    (incidents / "data-2024-02.csv").write_text(as_csv(second), encoding="utf-8")
    changes = [p.data["changes"] for p in read_pack(folder).problems if p.code == "LAYOUT_CHANGED"]
    assert changes == ["day_first true → false"]


def test_words_that_were_not_there_before_are_counted(tmp_path: Path) -> None:
    rows = incident_rows(20)
    for row in rows[1:4]:
        row[2] = "Cyberbetrug"
    found = problems_after(tmp_path / "town", rows)
    assert found["NEW_WORDS"].data == {"words": "Cyberbetrug", "n_words": 1, "n_rows": 3}
    assert found["NEW_WORDS"].place.column == "kind"


def test_words_that_have_their_category_are_no_news(tmp_path: Path) -> None:
    mapping = (
        INCIDENTS
        + '[layout]\ncolumns = ["id", "date", "kind", "lon", "lat"]\nwords = ["Einbruch"]\n'
    )
    incidents = write_pack(tmp_path, mapping=mapping)
    rows = incident_rows(20)
    rows[3][2] = "Cyberbetrug"
    (incidents / "data.csv").write_text(as_csv(rows), encoding="utf-8")
    found = {problem.code: problem for problem in read_pack(tmp_path).problems}
    assert found["NEW_WORDS"].data == {"words": "Cyberbetrug", "n_words": 1, "n_rows": 1}


@pytest.mark.parametrize(
    ("gone", "new", "renamed"),
    [
        (["Datum"], ["Tatdatum"], {"Datum": "Tatdatum"}),
        (["offence_type", "lat"], ["latitude", "offence type name"], {"offence_type": "offence type name"}),
        (["a", "b"], ["zzzz"], {}),
    ],
)  # fmt: skip
def test_only_names_that_are_alike_are_taken_for_renamed(
    gone: list[str], new: list[str], renamed: dict[str, str]
) -> None:
    found = likely_renamed(gone, new)
    assert {k: v for k, v in found.items() if k in renamed} == renamed
    assert set(found) >= set(renamed)
