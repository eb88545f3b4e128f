"""Place or people: what planted differences of areas and of groups are called."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.multilevel import Lever, fit_multilevel, split_variance


def _people(sd: float, woman: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    area = rng.integers(0, 40, n)
    groups = np.column_stack([rng.integers(0, 2, n), rng.random(n) < 0.3]).astype(float)
    latent = groups @ [woman, 0.0] + rng.normal(0, sd, 40)[area] + rng.logistic(size=n)
    return (latent > 0.5).astype(int), groups, area


@pytest.mark.parametrize(
    ("sd", "woman", "lever"),
    [
        (1.0, 0.0, Lever.PLACES),
        (0.0, 1.4, Lever.PEOPLE),
        (1.0, 1.4, Lever.BOTH),
        (0.0, 0.0, Lever.NEITHER),
    ],
)
def test_the_lever_that_fits(sd: float, woman: float, lever: Lever) -> None:
    found = split_variance(*_people(sd, woman), np.random.default_rng(1))
    assert found.lever is lever
    for part in (found.areas, found.groups):
        assert 0 <= part.low <= part.share <= part.high <= 1


def test_few_people_and_a_middling_difference_cannot_be_told() -> None:
    answers, groups, area = _people(0.45, 0.5, n=600)
    assert (
        split_variance(answers, groups, area, np.random.default_rng(1)).lever is Lever.CANNOT_TELL
    )


def test_areas_that_only_differ_by_who_lives_there_are_told_as_composition() -> None:
    rng = np.random.default_rng(4)
    area = rng.integers(0, 40, 6000)
    old = (rng.random(6000) < np.linspace(0.05, 0.95, 40)[area]).astype(float)[:, None]
    answers = (1.6 * old[:, 0] + rng.logistic(size=6000) > 0.8).astype(int)
    found = split_variance(answers, old, area, rng)
    assert found.composition > 0.9
    assert found.lever is Lever.PEOPLE


def test_no_difference_between_areas_has_a_lower_end_of_nothing() -> None:
    fit = fit_multilevel(*_people(0.0, 0.5))
    assert fit.sd_low == 0.0
    assert fit.sd_high < 0.25


def test_weights_count_as_people_and_only_their_proportions_matter() -> None:
    answers, groups, area = _people(0.6, 0.5, n=1500)
    weights = np.random.default_rng(0).integers(1, 3, 1500)
    one = fit_multilevel(answers, groups, area, weights=weights)
    other = fit_multilevel(answers, groups, area, weights=weights * 7.0)
    assert one.sd == pytest.approx(other.sd, rel=1e-9)
    again = fit_multilevel(*(np.repeat(v, weights, axis=0) for v in (answers, groups, area)))
    np.testing.assert_allclose(one.coefficients, again.coefficients, atol=0.05)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("MULTILEVEL_ANSWERS", lambda y, x, a: (y * 2, x, a)),
        ("MULTILEVEL_TOO_FEW", lambda y, x, a: (y, x, a % 5)),
        ("MULTILEVEL_COVARIATE", lambda y, x, a: (y, x[:, [0, 0]], a)),
        ("MULTILEVEL_SHAPE", lambda y, x, a: (y[:-1], x, a)),
        ("MULTILEVEL_SHAPE", lambda y, x, a: (y, x[:, :0], a)),
    ],
)
def test_what_is_refused(code: str, change) -> None:
    with pytest.raises(MethodError, match=code):
        split_variance(*change(*_people(0.5, 0.5, n=400)), np.random.default_rng(1))
