"""Outbreak detectors against R `surveillance`."""

import json
from pathlib import Path

import numpy as np
import pytest

from convive.core.temporal.farrington import IMPROVED, ORIGINAL, Reference, farrington
from factories.oracle.time import weekly

R = json.loads((Path(__file__).parent / "r" / "time.json").read_text("utf-8"))
WEEKS = range(489, 520)


def _table(name: str, what: str) -> np.ndarray:
    return np.array(R[name][what], dtype=float)  # null becomes NaN


def test_the_flexible_bound_equals_r_farrington_flexible() -> None:
    reference = Reference(outlier=None)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="power")
    # R lets the standard error use a dispersion below 1.
    wide = _table("flexible_plain", "dispersion") > 1
    upper = _table("flexible_plain", "upper")
    assert np.isfinite(upper[wide]).sum() > 100
    assert found.upper[wide] == pytest.approx(upper[wide], rel=1e-6, nan_ok=True)
    np.testing.assert_array_equal(found.is_alarm, _table("flexible_plain", "alarm"))


def test_the_improved_bound_equals_r_with_groups_of_the_year_and_reweighting() -> None:
    found = farrington(weekly(), WEEKS, reference=IMPROVED)
    known = np.isfinite(_table("improved", "upper"))
    assert known.sum() > 100
    np.testing.assert_array_equal(found.upper, _table("improved", "upper"))
    np.testing.assert_array_equal(found.is_alarm, _table("improved", "alarm"))
    expected = _table("improved", "expected")
    assert found.expectation.expected[known] == pytest.approx(expected[known], rel=1e-6)
    assert found.expectation.dispersion == pytest.approx(_table("improved", "dispersion"), rel=1e-6)


def test_the_bound_at_the_upper_limit_of_the_mean_equals_r() -> None:
    reference = Reference(n_groups=10, left_out=26, line_p=1.0, outlier=None)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="uncertain_mean")
    np.testing.assert_array_equal(found.upper, _table("uncertain", "upper"))


def test_the_original_bound_equals_r_farrington() -> None:
    # R takes alpha two-sided.
    reference = Reference(years=4, outlier=ORIGINAL.outlier)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="power", alpha=0.005)
    upper = np.nan_to_num(found.upper)
    assert upper == pytest.approx(_table("classic", "upper"), rel=1e-6)
    np.testing.assert_array_equal(found.is_alarm, _table("classic", "alarm"))
