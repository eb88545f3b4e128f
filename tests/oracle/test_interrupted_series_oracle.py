"""The British seat-belt law by R's numbers; the share model by brute force."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from convive.core.evaluation import SeriesPlan, interrupted_series
from convive.core.evaluation.interrupted_series import _read
from convive.core.evaluation.series_model import change_columns, course_columns, judge_change
from factories.published_series import DRIVERS, SEAT_BELT_MONTH

LAW = SeriesPlan(start=SEAT_BELT_MONTH)


def test_the_seat_belt_law_is_that_of_r() -> None:
    """R 4.2.2: glm(drivers ~ month + trend + law, quasipoisson)."""
    found = judge_change(_read(DRIVERS, LAW, (None, None, None)), level=0.95)
    assert found.log_ratio == pytest.approx(-0.162005085103, abs=1e-9)
    _, poisson = found.fit.contrast(np.eye(found.fit.design.shape[1])[-1])
    error = np.sqrt(poisson * found.fit.dispersion)
    assert error == pytest.approx(0.0260366449823, rel=1e-7)


def test_with_the_oil_crisis_known_the_interval_holds_what_others_found() -> None:
    """R: -0.1620 quasi-Poisson, -0.1640 Newey-West, -0.2411 ARIMA (1,0,0)(1,0,0)12 with a step."""
    found = interrupted_series(DRIVERS, replace(LAW, breaks=(58,)))
    low, high = np.log1p([found.low / 100, found.high / 100])
    assert low < -0.2411
    assert high > -0.1620
    assert high < 0.02
    assert found.verdict.value == "cannot_tell"  # the course before still bends


def test_the_law_is_not_believed_while_the_oil_crisis_is_unknown() -> None:
    """The crisis of 1973-74 bends the course before; once known the law stands."""
    assert interrupted_series(DRIVERS, LAW).verdict.value == "cannot_tell"
    recent = interrupted_series(DRIVERS[84:], SeriesPlan(start=SEAT_BELT_MONTH - 84))
    assert recent.p < 0.01
    assert recent.effect < -10.0


def test_the_share_model_maximises_the_likelihood() -> None:
    rng = np.random.default_rng(3)
    ours, others = rng.poisson(30, 60), rng.poisson(90, 60)
    series = _read(ours, SeriesPlan(start=40), (others, None, None))
    design = np.hstack([course_columns(series), change_columns(60, series.plan)])

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta = design @ beta
        total = ours + others
        gradient = design.T @ (total / (1 + np.exp(-eta)) - ours)
        return float(total @ np.logaddexp(0, eta) - ours @ eta), gradient

    best = minimize(
        loss, np.zeros(design.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-8}
    )
    found = judge_change(series, level=0.95)
    assert found.log_ratio == pytest.approx(best.x[-1], abs=1e-6)


def test_a_missing_month_is_as_if_it_had_never_been() -> None:
    """Quasi-Poisson on the other months alone, by its score equations."""
    rng = np.random.default_rng(4)
    counts = rng.poisson(25, 66).astype(float)
    counts[[7, 50]] = np.nan
    series = _read(counts, SeriesPlan(start=44), (None, None, None))
    found = judge_change(series, level=0.95)
    kept = ~np.isnan(counts)
    left = (counts - found.fit.expected)[kept]
    plain = found.fit.design[kept][:, np.ptp(found.fit.design[kept], axis=0) > 0]
    assert np.abs(plain.T @ left).max() < 1e-4
    assert found.fit.memory.df == kept.sum() - (plain.shape[1] + 1)
