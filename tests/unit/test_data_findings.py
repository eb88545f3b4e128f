"""Which findings are about the data, and that each has a step in words."""

from __future__ import annotations

import pytest

from convive.catalogue.texts import has_text, texts_of
from convive.core.strategy.data_findings import DataStep, data_step


@pytest.mark.parametrize("step", list(DataStep))
def test_every_step_is_told_in_words(step: DataStep) -> None:
    assert has_text(f"plan.data_step.{step}")


@pytest.mark.parametrize(
    ("family", "step"),
    [("survey", DataStep.SURVEY), ("sex", DataStep.SURVEY), ("observations", DataStep.OBSERVE),
     ("notes", DataStep.LISTEN), ("interventions", DataStep.DECLARE),
     ("population", DataStep.SOURCE), ("something new", DataStep.SOURCE)],
)  # fmt: skip
def test_a_gap_is_closed_where_the_data_would_come_from(family: str, step: DataStep) -> None:
    assert data_step("data_gap", {"family": family}) is step


def test_every_code_that_speaks_of_the_data_has_a_step_and_no_other() -> None:
    codes = {
        key.split(".")[1] for key in texts_of("en") if key.startswith("finding.") and key.count(".") == 1
    }  # fmt: skip
    about_data = {code for code in codes if data_step(code, {}) is not None}
    assert about_data == {
        "data_gap", "quality_doubtful", "rates_differ", "rates_reproduced", "rater_bias",
        "recording_break_found", "recording_break_declared", "survey_is_reference",
        "denominator_matters", "cannot_tell", "intervention_cannot_tell",
    }  # fmt: skip
