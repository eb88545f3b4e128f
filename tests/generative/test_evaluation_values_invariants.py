"""What is kept of plans and answers is read back as it was, and damaged values are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.errors import RequestError
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.study import Change, FrozenStudy, Looks, Outcome, Split, Study
from convive.core.evaluation.values import from_values, to_values
from factories.web_objects import evaluation as made

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
CODES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
STUDIES = st.builds(
    Study, action=CODES, level=CODES, starts_on=DAYS, note=CODES,
    outcomes=st.lists(st.builds(Outcome, CODES, st.floats(-90, 90), st.booleans())).map(tuple),
    designs=st.lists(st.sampled_from(Design)).map(tuple),
    treated=st.lists(CODES).map(tuple), comparison=st.lists(CODES).map(tuple),
    starts_later=st.dictionaries(CODES, DAYS),
    chosen_months=st.none() | st.integers(0, 60),
    looks=st.none() | st.builds(Looks, st.lists(DAYS, min_size=1).map(tuple)),
    splits=st.lists(st.sampled_from(Split)).map(tuple),
)  # fmt: skip


@given(STUDIES)
def test_a_plan_is_read_back_as_it_was_kept(study: Study) -> None:
    kept = json.loads(json.dumps(to_values(study)))
    assert from_values(Study, kept) == study
    assert from_values(Study, kept).digest == study.digest


@given(STUDIES, STUDIES, CODES)
def test_an_answer_is_read_back_as_it_was_kept(first: Study, now: Study, reason: str) -> None:
    outcomes = (Outcome("burglary_rate"), Outcome("violence_rate", is_harm=True))
    at = datetime(2026, 1, 2, tzinfo=UTC)
    change = Change(at, "comparison", ["n01"], [], reason, after_data=True)
    frozen = FrozenStudy(first, at, (change,), replace(now, outcomes=outcomes))
    answer = made.answer(frozen)
    assert from_values(Answer, json.loads(json.dumps(to_values(answer)))) == answer


def test_a_count_that_the_gate_withheld_stays_withheld() -> None:
    kept = to_values(made.estimate().seen) | {"n_before": None}
    assert from_values(type(made.estimate().seen), kept).n_before is None


@pytest.mark.parametrize(
    "wrong",
    [{"treated": "n01"}, {"starts_on": "soon"}, {"months_after": "12"}, {"designs": ["guess"]},
     {"invented": 1}, {"chosen_months": True}],
)  # fmt: skip
def test_damaged_values_are_refused(wrong: dict[str, Any]) -> None:
    study = Study("action:a", (), (), "n", ("n01",), (), date(2026, 1, 1))
    with pytest.raises(RequestError, match="EVALUATION_UNREADABLE"):
        from_values(Study, to_values(study) | wrong)
