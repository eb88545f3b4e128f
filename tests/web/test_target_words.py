"""Figures beside targets: named by their source, each day once, changes with their unit."""

from __future__ import annotations

from datetime import date

import pytest

from convive.core.model import Status
from convive.core.strategy.model import Figure
from convive.web.workspace.presenters import targets
from convive.web.workspace.presenters.targets import present_figure, size_sentence


def figure(unit: str = "percent", **more: object) -> Figure:
    wanted = {
        "value": 57.0, "low": 42.3, "high": 70.5, "n": 110, "unit": unit, "status": Status.SHOWN,
        "period_start": date(2025, 10, 15), "period_end": date(2025, 10, 16),
        "source_ids": ("survey",),
    }  # fmt: skip
    return Figure(**wanted | more)


def test_a_survey_of_one_day_is_dated_once_and_its_source_has_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets, "source_titles", lambda ids, _: [f"The {one}" for one in ids])
    shown = present_figure(figure(), "en")
    assert shown["period"] == "15 October 2025"
    assert shown["sources"] == "The survey"


@pytest.mark.parametrize(
    ("unit", "said"),
    [("percent", " percentage points could"), ("per_1000", " per 1,000 could"), ("", " could")],
)
def test_the_smallest_change_has_a_unit_and_shares_change_by_points(unit: str, said: str) -> None:
    sentence = size_sentence(figure(unit), None, "down", "en")
    assert said in sentence
    assert "  " not in sentence
