"""What pages say about kinds, their ICCS codes, the weights and the share without a category."""

from __future__ import annotations

from typing import Any

from convive.catalogue import find
from convive.web.observatory.presenters.classification import iccs_text, present_kinds
from convive.web.observatory.presenters.sources import mapped_lines

TEXT = {"en": "points"}
HARM = {
    "id": "ours", "version": 3, "unit": TEXT, "author": "The council", "dated": "2024-03-12",
    "source": "A vote", "cannot_show": {"en": "Nothing about costs."}, "is_invented": True,
    "weights": {"burglary": 20.0, "nuisance": 0.5},
}  # fmt: skip
RUN = {
    "parameters": {
        "harm": HARM,
        "numerator_source": {"burglary_rate": "police", "recorded_total_rate": "police"},
    }
}


def check(share: float) -> list[dict[str, Any]]:
    return [{"source_id": "police", "code": "unmapped_category", "share": share, "base": 1000}]


def test_codes_are_named_with_what_the_kind_is_to_them() -> None:
    assert iccs_text(("0501",), "exact", "en") == "the same as 0501 Burglary"
    assert iccs_text(("0502",), "narrower", "fr") == "une partie de 0502 Vol"
    assert iccs_text((), None, "en") == "outside ICCS"


def test_a_share_of_nothing_is_said_and_the_crosswalk_with_its_version() -> None:
    assert mapped_lines(check(0.0), "data_police_uk@2", "en") == [
        "Not mapped to a kind: 0.0% of 1,000 incidents.",
        "Words mapped by data_police_uk@2.",
    ]


def test_what_is_left_without_a_kind_on_purpose_is_said_beside() -> None:
    left = {"source_id": "police", "code": "left_without_kind", "share": 0.046, "base": 1000}
    assert mapped_lines([left, *check(0.0)], None, "en") == [
        "Not mapped to a kind: 0.0% of 1,000 incidents.",
        "Left without a kind on purpose: 4.6% of 1,000 incidents.",
    ]


def test_an_indicator_lists_its_kinds_and_the_share_of_its_source() -> None:
    found = present_kinds(find.indicator("burglary_rate"), RUN, check(0.071), "en")
    assert [row["label"] for row in found["rows"]] == ["Burglary"]
    assert found["lines"] == ["Not mapped to a kind: 7.1% of 1,000 incidents."]
    assert not found["has_weights"]


def test_harm_shows_its_weights_whose_they_are_and_that_they_are_invented() -> None:
    found = present_kinds(find.indicator("recorded_harm_rate"), RUN, check(0.0), "en")
    assert [row["weight"] for row in found["rows"]] == ["20", "0.5"]
    words = " ".join(found["lines"])
    assert "invented for a demonstration" in words
    assert "chosen by The council, 2024-03-12" in words
    assert "Nothing about costs." in words


def test_an_indicator_that_counts_no_incidents_has_no_kinds() -> None:
    found = present_kinds(find.indicator("victim_share"), RUN, check(0.5), "en")
    assert found == {"rows": [], "lines": [], "has_weights": False}
