"""The audit tells places from people, in whole towns; and names pairs only where all disagree."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from convive.app.assess.adjust import adjust
from convive.app.audit import AuditPorts, build_audit
from convive.catalogue import find
from convive.catalogue.splits import composition_sentence, split_sentence
from convive.catalogue.texts import languages
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, survey_rows, town

AGGREGATOR = IbisAggregator()
PORTS = AuditPorts(
    read_pack=lambda *_args, **_: None,  # type: ignore[arg-type,return-value]
    catalogue=find,
    aggregator=lambda _city: AGGREGATOR,
    clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    version="test",
)
Row = dict[str, Any]


def asked(n: int, by_area: bool, by_sex: bool) -> tuple[list[Row], list[Row]]:
    """Return people of ten areas; areas and sexes differ by much or not at all."""
    rng = np.random.default_rng(5)
    people, answers = [], []
    for number in range(n):
        area = NEIGHBOURHOODS[number % 10]
        sex = "female" if rng.random() < 0.5 else "male"
        key = {"source_id": "survey", "wave": "2024", "wave_date": date(2024, 10, 1),
               "respondent": number}  # fmt: skip
        people.append(key | {"weight": 1.0, "area_level": "neighbourhood", "area_id": area,
                             "sex": sex, "age_group": None})  # fmt: skip
        tilt = 1.6 * by_area * (-1 if number % 2 else 1) + 1.6 * by_sex * (sex == "female")
        unsafe = rng.random() < 1 / (1 + np.exp(0.8 - tilt))
        answers.append(key | {"item": "feel_safe_dark",
                              "answer": "very_unsafe" if unsafe else "very_safe"})  # fmt: skip
    return people, answers


def splits(people: list[Row], answers: list[Row]) -> list[Row]:
    build = build_audit(town(respondents=people, answers=answers), ports=PORTS)
    return build.tables["variance_splits"].to_pylist()


@pytest.mark.parametrize(
    ("by_area", "by_sex", "lever"),
    [(True, False, "places"), (False, True, "people"), (True, True, "both"), (False, False, "neither")],
)  # fmt: skip
def test_what_was_planted_comes_out(by_area: bool, by_sex: bool, lever: str) -> None:
    (row,) = splits(*asked(2500, by_area, by_sex))
    assert (row["lever"], row["status"], row["n"], row["n_areas"]) == (lever, "shown", 2500, 10)
    assert row["dimensions"] == '["sex"]'
    for part in ("areas", "groups"):
        assert 0 <= row[f"{part}_low"] <= row[f"{part}_share"] <= row[f"{part}_high"] <= 1


def test_too_few_people_are_refused_in_words() -> None:
    (row,) = splits(*asked(150, by_area=True, by_sex=True))
    assert (row["status"], row["reason"]) == ("unavailable", "multilevel_too_few")
    assert (row["lever"], row["areas_share"], row["n"]) == ("cannot_tell", None, None)


def test_without_groups_nothing_is_compared() -> None:
    people, answers = asked(400, by_area=True, by_sex=False)
    (row,) = splits([one | {"sex": None} for one in people], answers)
    assert (row["status"], row["reason"]) == ("unavailable", "no_groups")


def test_small_groups_and_people_who_did_not_say_do_not_break_it() -> None:
    people, answers = asked(600, by_area=True, by_sex=True)
    told = [one | {"sex": "other" if i < 3 else None if i < 6 else one["sex"]}
            for i, one in enumerate(people)]  # fmt: skip
    (row,) = splits(told, answers)
    assert (row["status"], row["n"]) == ("shown", 594)


@pytest.mark.parametrize("rows", [([], []), survey_rows(level=None)])
def test_without_a_survey_or_its_areas_there_is_no_row(rows: tuple[list[Row], list[Row]]) -> None:
    assert splits(*rows) == []


def test_a_pair_is_clear_only_where_all_faces_disagree() -> None:
    def pair(joint_q: float | None) -> Row:
        return {"difference": 2.0, "low": 1.0, "high": 3.0, "p": 1e-6, "joint_q": joint_q}

    gaps = [pair(0.01), pair(0.2), pair(None)]
    empty: dict[str, list[Row]] = {
        name: [] for name in ("trends", "faces", "contrasts", "raters", "breaks", "effects")
    }
    adjust({**empty, "gaps": gaps}, {})
    assert [row["verdict"] for row in gaps] == ["clearly_above", "cannot_tell", "cannot_tell"]


@pytest.mark.parametrize("language", languages())
def test_every_split_is_a_sentence(language: str) -> None:
    row: Row = {"areas_low": 0.02, "composition": 0.31}
    levers = ("places", "people", "both", "neither")
    assert len({split_sentence({"lever": one}, language) for one in levers}) == len(levers)
    parts = {"yes": (0.06, 0.2), "no": (0.0, 0.04), "unknown": (0.01, 0.09)}
    told = set()
    for areas in parts.values():
        for groups in parts.values():
            shares = {"areas_share": 0.06, "areas_low": areas[0], "areas_high": areas[1],
                      "groups_share": 0.05, "groups_low": groups[0], "groups_high": groups[1]}  # fmt: skip
            told.add(split_sentence({"lever": "cannot_tell", **shares}, language))
    assert len(told) == len(parts) ** 2
    assert "31" in composition_sentence(row, language)
    assert composition_sentence(row | {"composition": -0.1}, language)
    assert composition_sentence(row | {"areas_low": 0.0}, language) == ""
    assert composition_sentence(row | {"composition": None}, language) == ""
