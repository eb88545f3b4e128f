"""Weekdays and hours in the evidence room: agreed, of years that are over, and no deeper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from convive.web.audit_log.models import Event
from convive.web.rights import room
from convive.web.rights.models import RestrictedRead
from factories.web_objects import rights as made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
FIELDS = ["year", "kind", "daypart", "weekday", "hour"]


@pytest.fixture
def pack(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lay_protected: Any) -> Path:
    """A pack with counts by hour, protected already."""
    assert site
    monkeypatch.setattr(room, "pack_now", lambda: tmp_path)
    lay_protected(tmp_path, mean=15.0)
    return tmp_path


def look(question: str, kind: str = "", **terms: Any) -> Any:
    police = made.organisation()
    made.agreement(police, **({"fields": FIELDS, "levels": ["area"]} | terms))
    client = Client(headers={"host": "localhost"})
    client.force_login(made.partner_of(police))
    source = made.incident_source()
    client.post(f"/en/work/evidence/source/{source}/reason/",
                {"reason": "meeting", "reference": "2026-114"})  # fmt: skip
    tail = f"{kind}/" if kind else ""
    return client.get(f"/en/work/evidence/source/{source}/{tail}?{question}")


def test_hours_of_a_year_are_shown_and_the_look_is_kept() -> None:
    page = look("rows=hour&columns=weekday&only_year=2023").content.decode()
    assert "One year at a time: 2023." in page
    assert "08:00–09:00" in page
    assert "Mon" in page
    read = RestrictedRead.objects.get()
    assert read.fields == ["hour", "weekday", "year=2023"]
    assert Event.objects.get(verb="rights.evidence_read").facts["fields"] == read.fields


def test_without_a_year_it_is_the_latest_that_is_over() -> None:
    assert "One year at a time: 2024." in look("rows=weekday").content.decode()


def test_years_stand_side_by_side() -> None:
    page = look("rows=weekday&columns=year").content.decode()
    assert "One year at a time" not in page
    assert 'scope="col" class="r">2023' in page


def test_an_area_has_weekdays_and_no_hours() -> None:
    days = look("rows=area:area&columns=weekday&only_year=2024", "csv").content.decode("utf-8-sig")
    assert any(one.isdigit() for one in days.splitlines()[1].split(",")[1:])
    hours = look("rows=area:area&columns=hour", "csv").content.decode("utf-8-sig")
    assert "no hours: the counts are too small" in hours
    of_areas = hours.splitlines()[1:5]
    assert not any(one.isdigit() for line in of_areas for one in line.split(",")[1:])


def test_numbers_in_files_are_at_the_floor_or_above() -> None:
    answer = look("rows=hour&columns=weekday", "xlsx", floor=20)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    values = [cell for row in book["table"].iter_rows(values_only=True) for cell in row]
    numbers = [one for one in values if isinstance(one, int)]
    assert "not shown" in values
    assert not any(0 < one < 20 for one in numbers)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("rows=hour&columns=kind", "They do not go with kinds or months."),
        ("rows=hour&columns=daypart", "They do not go with kinds or months."),
        ("rows=weekday&only_kind=theft", "They do not go with kinds or months."),
    ],
)
def test_what_does_not_go_together_is_said(question: str, said: str) -> None:
    page = look(question).content.decode()
    assert said in page
    assert not RestrictedRead.objects.exists()


def test_hours_that_are_not_agreed_are_not_shown() -> None:
    page = look("rows=hour", fields=["year", "weekday"]).content.decode()
    assert "08:00–09:00" not in page
    assert not RestrictedRead.objects.filter(fields__icontains="hour").exists()


def test_a_source_without_hours_says_so(pack: Path) -> None:
    from convive import wiring

    source = made.incident_source()
    with wiring.restricted_store(pack).session(actor="test", purpose="test") as session:
        session.drop(f"room_week/{source}")
        session.commit()
    assert room.make(source_id=source)
    assert "no tables by weekday and hour" in look("rows=weekday").content.decode()
