"""Who took part against who lives there; and samples that must not be put together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convive.core import representativeness
from convive.core.errors import MethodError
from convive.core.representativeness import (
    ConvenienceSample,
    ProbabilitySample,
    compare_with_population,
    pool,
    r_indicator,
    what_weighting_changes,
)
from convive.core.survey import Margin, SurveyDesign, mean_by_domain, post_stratify

LABELS = np.repeat(["16-29", "30-64", "65+"], [10, 50, 40])
TOWN = {"16-29": 2000.0, "30-64": 5000.0, "65+": 2500.0, "other": 500.0}
DRAWN = ProbabilitySample("drawn", SurveyDesign(np.ones(100)))
CAME = ConvenienceSample("came", 100)


def test_groups_against_the_town_by_hand() -> None:
    found = compare_with_population(DRAWN, Margin("age", LABELS, TOWN))
    assert found.groups == ("16-29", "30-64", "65+", "other")
    assert found.n.tolist() == [10, 50, 40, 0]
    assert found.difference == pytest.approx([-0.1, 0.0, 0.15, -0.05])
    assert found.low[2] > 0  # more old people than chance explains
    assert found.low[1] < 0 < found.high[1]
    assert found.high[3] < 0.0  # nobody came: that is a finding, with its upper limit


def test_people_who_came_by_themselves_have_no_interval() -> None:
    found = compare_with_population(CAME, Margin("age", LABELS, TOWN))
    assert found.difference == pytest.approx([-0.1, 0.0, 0.15, -0.05])
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()


def test_calibrated_samples_are_not_compared_with_what_they_were_calibrated_to() -> None:
    margin = Margin("age", LABELS, {"16-29": 2.0, "30-64": 5.0, "65+": 3.0})
    weighted = ProbabilitySample("weighted", post_stratify(DRAWN.design, margin))
    with pytest.raises(MethodError, match="WEIGHTING_ALREADY_CALIBRATED"):
        compare_with_population(weighted, margin)
    with pytest.raises(MethodError, match="WEIGHTING_ALREADY_CALIBRATED"):
        pool(weighted, DRAWN)


def test_what_weighting_changes_by_hand() -> None:
    """Only the old are afraid: 40 % of those asked, 25 % once the town's ages are met."""
    margin = Margin("age", LABELS, {"16-29": 2500.0, "30-64": 5000.0, "65+": 2500.0})
    afraid = (LABELS == "65+").astype(float)
    (found,) = what_weighting_changes(DRAWN.design, [margin], {"afraid": afraid})
    assert (found.before, found.after) == pytest.approx((0.4, 0.25))
    assert found.change == pytest.approx(-0.15)
    assert found.se_after == pytest.approx(0.0, abs=1e-9)
    assert found.deff > 1


def test_samples_of_one_kind_are_pooled() -> None:
    other = ProbabilitySample("other", SurveyDesign(np.full(300, 2.0), strata=np.arange(300) % 3))
    both = pool(DRAWN, other)
    assert both.n_respondents == 400
    assert both.design.weights[[0, 399]] == pytest.approx([0.25, 1.5])
    assert np.unique(both.design.stratum).size == 4
    y = np.arange(400.0)
    assert mean_by_domain(both.design, y).df[0] == 396
    assert pool(CAME, ConvenienceSample("more", 20)).n_respondents == 120


@pytest.mark.parametrize("pair", [(DRAWN, CAME), (CAME, DRAWN)])
def test_people_drawn_and_people_who_came_are_never_pooled(pair: tuple) -> None:
    with pytest.raises(MethodError, match="SURVEY_POOLED"):
        pool(*pair)


SNIPPET = """
from convive.core.representativeness import ConvenienceSample, ProbabilitySample, pool

def fine(one: ProbabilitySample, other: ProbabilitySample) -> ProbabilitySample:
    return pool(one, other)

def also_fine(one: ConvenienceSample, other: ConvenienceSample) -> ConvenienceSample:
    return pool(one, other)

def mixed(drawn: ProbabilitySample, came: ConvenienceSample) -> None:
    pool(drawn, came)

def no_design(came: ConvenienceSample) -> object:
    return came.design
"""


def test_a_type_checker_refuses_it_too(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    source = Path(representativeness.__file__).parents[2]
    # Only the module itself is followed: what it imports does not matter here and takes long.
    cache = Path(__file__).parents[2] / "var" / "mypy"
    options = ["--follow-imports=skip", "--ignore-missing-imports", "--explicit-package-bases"]
    command = [sys.executable, "-m", "mypy", *options, f"--cache-dir={cache}", "--config-file="]
    files = [str(representativeness.__file__), str(snippet)]
    environment = {"MYPYPATH": str(source), "PATH": ""}
    found = subprocess.run(
        [*command, *files], capture_output=True, text=True, check=False, env=environment
    )
    lines = [line for line in found.stdout.splitlines() if "snippet.py" in line]
    assert len(lines) == 2, found.stdout + found.stderr
    assert "snippet.py:11: error" in lines[0]
    assert '"Sample" of "pool"' in lines[0]
    assert "[attr-defined]" in lines[1]


def test_nobody_came() -> None:
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        ConvenienceSample("nobody", 0)


def test_equal_response_is_called_equal() -> None:
    """Exactly half of each group answered: no spread at all."""
    answered = np.tile([True, False], 200)
    found = r_indicator(answered, {"area": np.repeat([0, 1], 200)})
    assert (found.value, found.uncorrected, found.response_rate) == pytest.approx((1, 1, 0.5))
    assert np.isnan(found.se)
    assert found.low < 1.0


def test_unequal_response_by_hand() -> None:
    """80 % here and 40 % there: propensities spread by 0.2, so R is 0.6 before correction."""
    area = np.repeat(["near", "far"], 500)
    answered = np.concatenate([np.arange(500) < 400, np.arange(500) < 200])
    found = r_indicator(answered, {"area": area, "half": np.arange(1000) % 2})
    assert found.uncorrected == pytest.approx(0.6, abs=1e-6)
    assert found.low < found.value < found.high
    assert 0.6 <= found.value < 0.61
    near_far = found.partial[0]
    assert near_far.groups == ("far", "near")
    assert near_far.by_group == pytest.approx([-np.sqrt(0.5) * 0.2, np.sqrt(0.5) * 0.2])
    assert near_far.unconditional == pytest.approx(0.2)
    assert near_far.conditional == pytest.approx(0.2)
    assert found.partial[1].unconditional == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("answered", "known", "code"),
    [
        ([True, True], {"a": [0, 1]}, "RESPONSE_ALL_ALIKE"),
        ([True, False, True], {"a": ["x", "x", "y"]}, "RESPONSE_SEPARATED"),
        ([1, 0], {"a": [0, 1]}, "RESPONSE_SHAPE"),
        ([True, False], {}, "RESPONSE_SHAPE"),
        ([True, False], {"a": [1]}, "RESPONSE_SHAPE"),
        ([True, False], {"a": ["x", None]}, "SURVEY_MISSING_LABEL"),
    ],
)
def test_response_that_cannot_be_compared_says_why(answered: list, known: dict, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        r_indicator(answered, known)


def test_weights_of_the_invited_must_be_above_nothing() -> None:
    with pytest.raises(MethodError, match="SURVEY_BAD_WEIGHT"):
        r_indicator([True, False], {"a": [0, 0]}, weights=[1.0, 0.0])
    with pytest.raises(MethodError, match="RESPONSE_SHAPE"):
        r_indicator([True, False], {"a": [0, 0]}, weights=[1.0])
