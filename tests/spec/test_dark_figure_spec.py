"""Reporting rate and dark figure: readable cases, and when nothing is told."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.dark_figure import dark_figure
from convive.core.errors import MethodError


def test_thirty_recorded_of_a_hundred_experienced() -> None:
    found = dark_figure(
        [30, 120], ([0.02, 0.02], [0.002, 0.002]), [5000, 5000], reported_share=[0.5, 0.5]
    )
    np.testing.assert_allclose(found.experienced, [100, 100])
    np.testing.assert_allclose(found.recorded_share, [0.3, 1.2])
    np.testing.assert_allclose(found.dark_share, [0.7, 0.0])
    np.testing.assert_allclose(found.expected_share, 0.5)
    # By hand: errors of the logs are 10 % and 1/sqrt(30) = 18.26 %, together 20.82 %.
    np.testing.assert_allclose(found.high[0], 0.3 * np.exp(1.959964 * 0.208167), rtol=1e-5)
    np.testing.assert_allclose(found.low[0], 0.3 / np.exp(1.959964 * 0.208167), rtol=1e-5)


def test_an_imprecise_survey_and_no_records_tell_nothing() -> None:
    found = dark_figure([30, 0, 10], ([0.02, 0.02, 0.0], [0.011, 0.002, 0.0]), [5000] * 3)
    assert found.is_told.tolist() == [False, False, False]
    assert np.isnan(found.recorded_share).all()


def test_overdispersed_records_widen_the_interval() -> None:
    plain = dark_figure([30], ([0.02], [0.002]), [5000])
    wide = dark_figure([30], ([0.02], [0.002]), [5000], dispersion=3.0)
    assert wide.low < plain.low < plain.high < wide.high


def test_what_is_refused() -> None:
    with pytest.raises(MethodError, match="DARK_FIGURE_SHAPE"):
        dark_figure([1, 2], ([0.1], [0.1]), [10, 10])
    with pytest.raises(MethodError, match="DARK_FIGURE_NEGATIVE"):
        dark_figure([-1], ([0.1], [0.01]), [10])
