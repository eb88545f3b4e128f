"""One delay alone is a table of two by two."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, f

from convive.core.temporal import delay_change
from convive.core.temporal.delay_change import _within


def test_one_delay_is_pearsons_chi_square_over_its_dispersion() -> None:
    rng = np.random.default_rng(1)
    counts = np.column_stack([rng.poisson(70, 24), rng.poisson(30, 24)])
    recorded_in = np.arange(24) + 1  # month of recording of the second column
    early = recorded_in <= 17
    late = (recorded_in > 17) & (recorded_in <= 23)
    table = [counts[part].sum(axis=0) for part in (early, late)]
    chi_square = chi2_contingency(table, correction=False).statistic
    cells = [np.column_stack([np.zeros(24, bool), part]) for part in (early, late)]
    at_risk = np.cumsum(counts, axis=1).astype(float)
    dispersion, df = _within(counts.astype(float), at_risk, (cells[0], cells[1]))
    found = delay_change(counts)
    assert found.dispersion == dispersion
    assert df == 23 - 2
    assert found.p == pytest.approx(f.sf(chi_square / dispersion, 1, df), rel=1e-9)


def test_the_dispersion_is_that_of_each_stretch_month_by_month() -> None:
    rng = np.random.default_rng(2)
    counts = np.column_stack([rng.poisson(70, 24), rng.poisson(30 * rng.gamma(4, 0.25, 24))])
    total = 0.0
    for part in (slice(0, 17), slice(17, 23)):
        came, risk = counts[part, 1], counts[part].sum(axis=1)
        share = came.sum() / risk.sum()
        total += ((came - risk * share) ** 2 / (risk * share * (1 - share))).sum()
    assert delay_change(counts).dispersion == pytest.approx(max(1.0, total / 21), rel=1e-9)
