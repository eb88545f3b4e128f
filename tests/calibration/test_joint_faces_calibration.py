"""False alarms of joint gaps and of correlations over areas; coverage of the recorded share."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from convive.core.dark_figure import dark_figure
from convive.core.gap import FaceScores
from convive.core.joint_gap import joint_gaps
from convive.core.spatial.correlation import spatial_correlation

pytestmark = pytest.mark.calibration


def _face(scores: np.ndarray, errors: np.ndarray) -> FaceScores:
    return FaceScores(None, scores, errors, scores, scores, scores, scores, 1.0, 0.0, 0.0)


def test_joint_gaps_under_agreement(record_table) -> None:
    rng = np.random.default_rng(3)
    rows = []
    for apart in (0.0, 0.25, 0.5):
        n, level = 20_000, rng.normal(size=20_000)
        faces = {}
        for k, name in enumerate(("recorded", "experienced", "felt", "observed")):
            errors = rng.uniform(0.1, 0.8, n)
            truth = level + (apart if k % 2 else 0.0)
            faces[name] = _face(rng.normal(truth, errors), errors)
        alarms = float(np.mean(joint_gaps(faces).p < 0.05))
        rows.append([apart, f"{100 * alarms:.2f} %"])
        assert alarms <= 0.05
    record_table(
        "joint_gap",
        title="Four faces together, where they agree up to the margin",
        about="20,000 areas, errors of 0.1 to 0.8 standard deviations of areas; share of p < 0.05.",
        head=["faces truly apart by", "false alarms"],
        rows=rows,
    )


def test_correlations_between_fields_that_have_nothing_to_do_with_each_other(record_table) -> None:
    rng = np.random.default_rng(4)
    rows = []
    for n in (20, 40, 100):
        for length in (0.0, 0.15, 0.3, 0.6):
            alarms = plain = 0
            for _ in range(500):
                points = rng.random((n, 2))
                away = np.linalg.norm(points[:, None] - points[None], axis=2)
                covariance = np.exp(-away / length) if length else np.eye(n)
                root = np.linalg.cholesky(covariance + 1e-9 * np.eye(n))
                x, y = root @ rng.normal(size=n), root @ rng.normal(size=n)
                alarms += spatial_correlation(x, y, points).p < 0.05
                plain += stats.pearsonr(x, y)[1] < 0.05
            rows.append([n, length, f"{alarms / 5:.1f} %", f"{plain / 5:.1f} %"])
            assert alarms / 500 <= 0.085
    record_table(
        "spatial_correlation",
        title="Correlation over areas, where there is none",
        about="500 pairs of fields each; the length says how far neighbours are alike (side of the "
        "city = 1). Share of p < 0.05, and that of the plain test.",
        head=["areas", "length", "false alarms", "plain test"],
        rows=rows,
    )


def test_coverage_of_the_recorded_share(record_table) -> None:
    rng = np.random.default_rng(5)
    rows = []
    for expected, relative in ((10, 0.1), (30, 0.2), (100, 0.3), (100, 0.05)):
        count = rng.poisson(expected, 20_000)
        mean = rng.gamma(1 / relative**2, 0.02 * relative**2, 20_000)
        found = dark_figure(count, (mean, relative * mean), np.full(20_000, 5000.0))
        hit = (found.low <= expected / 100) & (expected / 100 <= found.high)
        coverage = float(hit[found.is_told].mean())
        rows.append([expected, f"{100 * relative:g} %", f"{100 * coverage:.1f} %"])
        assert 0.93 <= coverage <= 0.985
    record_table(
        "dark_figure",
        title="Share of residents' incidents that is recorded",
        about="20,000 areas each, 95 % intervals.",
        head=["recorded incidents", "relative error of the survey", "coverage"],
        rows=rows,
    )
