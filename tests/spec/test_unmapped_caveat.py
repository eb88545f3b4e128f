"""A total says when a marked share of its source has no category."""

from __future__ import annotations

import pytest

from convive.catalogue import find
from convive.core.diagnosis.facts import Facts
from factories.evidence import make_city


def caveats(indicator_id: str, share: float, left: float = 0.0) -> tuple[str, ...]:
    estimate = {
        "indicator_id": indicator_id, "level": "city", "area_id": "testville",
        "dimension": "all", "group": "all", "source_ids": ["police"], "status": "shown",
    }  # fmt: skip
    checks = [
        {"source_id": "police", "code": code, "share": one}
        for code, one in (("unmapped_category", share), ("left_without_kind", left))
    ]
    tables = {"estimates": [estimate], "quality": checks}
    known = {found.id: found for found in find.indicators()}
    return Facts(tables, make_city(), known).caveats(indicator_id)


@pytest.mark.parametrize(("share", "is_said"), [(0.0, False), (0.049, False), (0.05, True)])
def test_from_one_in_twenty_on_the_total_says_so(share: float, is_said: bool) -> None:
    assert ("unmapped_in_total" in caveats("recorded_total_rate", share)) is is_said


def test_an_indicator_of_named_kinds_does_not() -> None:
    assert "unmapped_in_total" not in caveats("burglary_rate", 0.5)


def test_what_is_left_without_a_kind_on_purpose_counts_too() -> None:
    assert "unmapped_in_total" in caveats("recorded_total_rate", 0.03, left=0.03)
    assert "unmapped_in_total" not in caveats("recorded_total_rate", 0.02, left=0.02)
