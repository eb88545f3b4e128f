"""Areas and groups against R's lme4 and ordinal, and against plain integration."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy import integrate, special

from convive.core.multilevel import fit_multilevel
from convive.core.multilevel.cumulative_logit import Cells, Likelihood, Parameters
from factories.oracle.multilevel import people

KEPT = json.loads((Path(__file__).parent / "r" / "multilevel.json").read_text("utf-8"))
PEOPLE = people()
X = np.column_stack([PEOPLE["woman"], PEOPLE["old"]]).astype(float)


def test_yes_or_no_as_lme4_has_it() -> None:
    kept, found = KEPT["binary"], fit_multilevel(PEOPLE["yes"], X, PEOPLE["area"])
    np.testing.assert_allclose(found.sd, kept["sd"], rtol=1e-6)
    np.testing.assert_allclose(found.coefficients, kept["beta"][1:], rtol=1e-6)
    np.testing.assert_allclose(-found.thresholds[0], kept["beta"][0], rtol=1e-6)
    # lme4 lets the areas' spread vary in its curvature; ours is held at its estimate.
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), kept["se"][1:], rtol=3e-3)


def test_four_steps_as_ordinal_has_them() -> None:
    kept, found = KEPT["steps"], fit_multilevel(PEOPLE["step"], X, PEOPLE["area"])
    # clmm stops a little before the top: our likelihood is higher in the tenth digit.
    assert found.log_likelihood >= kept["logLik"] - 1e-6
    np.testing.assert_allclose(found.log_likelihood, kept["logLik"], rtol=1e-9)
    np.testing.assert_allclose(found.sd, kept["sd"], rtol=1e-5)
    np.testing.assert_allclose(found.coefficients, kept["beta"], rtol=1e-4)
    np.testing.assert_allclose(found.thresholds, kept["thresholds"], rtol=1e-4)


def test_the_likelihood_of_one_area_by_plain_integration() -> None:
    answer = np.array([0, 1, 2, 1])
    x = np.array([[0.0], [1.0], [1.0], [0.0]])
    weight = np.array([3.0, 2.0, 5.0, 1.0])
    cells = Cells(answer, x, np.zeros(4, dtype=np.int64), weight, 1, 3)
    thresholds, beta, sd = np.array([-0.5, 0.8]), np.array([0.4]), 1.3

    def part(u: float) -> float:
        edges = np.array([-np.inf, *thresholds, np.inf])
        at = x[:, 0] * beta[0] + sd * u
        p = special.expit(edges[answer + 1] - at) - special.expit(edges[answer] - at)
        return float(np.prod(p**weight) * np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi))

    total, _ = integrate.quad(part, -8, 8, epsabs=1e-14)
    found = Likelihood.of(cells).value_and_slopes(Parameters(thresholds, beta, sd))[0]
    np.testing.assert_allclose(found, np.log(total), rtol=1e-7)
