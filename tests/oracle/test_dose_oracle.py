"""The dose model against Poisson regression with every dummy written out, and by hand."""

import numpy as np
import pytest

from convive.core.evaluation import DosedAreas, dose_effect
from convive.core.evaluation.dose_model import DosePanel, fit_dose
from convive.core.temporal.quasi_poisson import fit_quasi_poisson

AREAS, MONTHS = 14, 30


def _panel(seed: int, *, holes: bool = False, groups: int = AREAS) -> DosePanel:
    rng = np.random.default_rng(seed)
    dose = rng.gamma(1.0, 1.0, (AREAS, MONTHS)) * (rng.random((AREAS, MONTHS)) < 0.4)
    dose[9:] = 0.0
    log_exposure = rng.normal(0, 0.1, dose.shape)
    mean = np.exp(rng.normal(2.0, 0.5, (AREAS, 1)) - 0.2 * dose + log_exposure)
    is_known = rng.random(dose.shape) > (0.1 if holes else -1.0)
    counts = np.where(is_known, rng.poisson(mean), 0.0)
    return DosePanel(counts, is_known, log_exposure, dose, np.arange(AREAS) % groups)


def _dummies(panel: DosePanel, columns: np.ndarray, rows: np.ndarray) -> tuple:
    """Iteratively reweighted least squares with a dummy per area and month."""
    n = rows.size
    area, month = np.meshgrid(np.arange(n), np.arange(MONTHS), indexing="ij")
    known = panel.is_known[rows]
    design = np.hstack(
        [
            np.eye(n)[area[known]],
            np.eye(MONTHS)[month[known]][:, 1:],
            columns[rows][known],
        ]
    )
    fit = fit_quasi_poisson(panel.counts[rows][known], design, panel.log_exposure[rows][known])
    return fit, design


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("holes", [False, True])
def test_effects_are_those_of_a_regression_with_all_dummies(seed: int, holes: bool) -> None:
    panel = _panel(seed, holes=holes)
    columns = np.stack([panel.dose, panel.dose**2], axis=2)
    found = fit_dose(panel, columns)
    plain, _ = _dummies(panel, columns, np.arange(AREAS))
    assert found.effects == pytest.approx(plain.coefficients[-2:], abs=1e-6)
    assert found.expected[panel.is_known] == pytest.approx(plain.expected, abs=1e-5)


def test_the_error_is_the_jackknife_of_the_weighted_regression() -> None:
    """At the fitted weights the working model is linear: areas are left out by brute force."""
    panel = _panel(4)
    found = fit_dose(panel, panel.dose[:, :, None])
    whole, _ = _dummies(panel, panel.dose[:, :, None], np.arange(AREAS))
    mean = whole.expected.reshape(AREAS, MONTHS)
    working = np.log(mean) + (panel.counts - mean) / mean
    left = []
    for area in range(AREAS):
        rows = np.delete(np.arange(AREAS), area)
        _, design = _dummies(panel, panel.dose[:, :, None], rows)
        root = np.sqrt(mean[rows].ravel())
        right = root * (working[rows] - panel.log_exposure[rows]).ravel()
        left.append(np.linalg.lstsq(design * root[:, None], right, rcond=None)[0][-1])
    assert found.left_out[:, 0] == pytest.approx(left, abs=1e-6)
    apart = np.array(left) - found.effects[0]
    variance = (AREAS - 1) / AREAS * apart @ apart
    poisson = whole.covariance[-1, -1]
    assert found.error**2 == pytest.approx(max(variance, poisson), rel=1e-4)


def test_the_error_is_near_that_of_refitting_without_each_group() -> None:
    panel = _panel(5, groups=7)
    found = fit_dose(panel, panel.dose[:, :, None])
    refitted = []
    for group in range(7):
        rows = np.flatnonzero(panel.group != group)
        refitted.append(_dummies(panel, panel.dose[:, :, None], rows)[0].coefficients[-1])
    assert found.left_out[:, 0] == pytest.approx(refitted, abs=0.01)


def test_equal_areas_leave_their_number_less_one_degrees_of_freedom() -> None:
    dose = np.zeros((8, 40))
    for area in range(8):
        dose[area, area::8] = 1.0
    panel = DosePanel(
        np.full((8, 40), 9.0), np.ones((8, 40), dtype=bool), 0 * dose, dose, np.arange(8)
    )
    assert fit_dose(panel, dose[:, :, None]).df == pytest.approx(7.0)


def test_two_by_two_is_the_ratio_of_ratios() -> None:
    """Half of the areas get one unit in the second half: difference in differences."""
    rng = np.random.default_rng(6)
    counts = rng.poisson(30, (12, 24))
    dose = np.zeros((12, 24))
    dose[:6, 12:] = 1.0
    found = dose_effect(DosedAreas(counts, dose))
    cells = [
        counts[a][:, t].sum() for a in (slice(6), slice(6, 12)) for t in (slice(12), slice(12, 24))
    ]
    ratio = cells[1] * cells[2] / (cells[0] * cells[3])
    assert found.per_unit == pytest.approx(100 * (ratio - 1), rel=1e-5)
    assert found.estimate.effect == pytest.approx(found.per_unit)
    assert found.estimate.avoided == pytest.approx(cells[1] / ratio - cells[1], rel=1e-5)
