"""Survey intervals cover, and tests keep their level, when neighbours answer alike."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.survey import (
    SurveyDesign,
    SurveyEstimates,
    difference_between_waves,
    difference_from_rest,
    share_by_domain,
)

STRATA, CLUSTERS, PEOPLE = 6, 10, 12


class Town:
    """A city of many clusters with their own shares; a sample is drawn two-stage, unequally."""

    def __init__(self, rng: np.random.Generator, share: float, spread: float) -> None:
        logit = np.log(share / (1 - share))
        effect = rng.normal(0, spread, (STRATA, 400)) + rng.normal(0, 0.2, (STRATA, 1))
        self.cluster_share = 1 / (1 + np.exp(-(logit + effect)))
        self.sizes = np.linspace(1, 3, STRATA)  # people per stratum differ

    @property
    def truth(self) -> float:
        return float(np.average(self.cluster_share.mean(axis=1), weights=self.sizes))

    def sample(self, rng: np.random.Generator) -> tuple[SurveyDesign, np.ndarray]:
        chosen = np.stack([rng.choice(400, CLUSTERS, replace=False) for _ in range(STRATA)])
        shares = np.take_along_axis(self.cluster_share, chosen, axis=1)
        y = rng.uniform(size=(STRATA, CLUSTERS, PEOPLE)) < shares[..., None]
        weights = np.broadcast_to(self.sizes[:, None, None], y.shape)
        strata, clusters = np.indices(y.shape)[:2]
        design = SurveyDesign(weights.ravel(), strata.ravel(), clusters.ravel())
        return design, y.ravel().astype(float)


def _covers(result: SurveyEstimates, truth: float) -> bool:
    return bool(result.low[0] <= truth <= result.high[0])


@pytest.mark.parametrize(("share", "spread"), [(0.3, 0.7), (0.05, 0.5), (0.5, 0.0)])
def test_interval_of_a_share_covers(share: float, spread: float) -> None:
    rng = np.random.default_rng(1)
    town = Town(rng, share, spread)
    hits, naive = [], []
    for _ in range(150):
        design, y = town.sample(rng)
        hits.append(_covers(share_by_domain(design, y), town.truth))
        alone = SurveyDesign(design.weights)
        naive.append(_covers(share_by_domain(alone, y), town.truth))
    assert 0.9 < np.mean(hits) < 0.995  # 150 samples: 0.95 ± 2.5 errors
    if spread > 0.6:
        assert np.mean(naive) < 0.93  # what leaving the clusters out would do


@pytest.mark.calibration
@pytest.mark.parametrize(("share", "spread"), [(0.3, 0.7), (0.05, 0.5), (0.5, 0.0)])
def test_interval_of_a_share_covers_over_many_samples(share: float, spread: float) -> None:
    rng = np.random.default_rng(2)
    town = Town(rng, share, spread)
    hits = [
        _covers(share_by_domain(design, y), town.truth)
        for design, y in (town.sample(rng) for _ in range(10_000))
    ]
    assert 0.94 < np.mean(hits) < 0.962


def test_areas_like_the_rest_are_called_different_five_times_in_a_hundred() -> None:
    rng = np.random.default_rng(3)
    alarms = []
    for _ in range(25):
        clusters = np.repeat(np.arange(200), 10)
        shares = rng.beta(6, 14, 200)
        y = (rng.uniform(size=2000) < shares[clusters]).astype(float)
        design = SurveyDesign(rng.uniform(0.5, 2, 2000), clusters=clusters)
        result = difference_from_rest(design, y, clusters % 20)
        alarms.append(np.mean(result.p < 0.05))
    # Ten clusters an area: linearised variances are a little small, a known limit.
    assert 0.03 < np.mean(alarms) < 0.12


def test_no_change_between_waves_is_called_change_five_times_in_a_hundred() -> None:
    rng = np.random.default_rng(4)
    town = Town(rng, 0.25, 0.5)
    alarms = []
    for _ in range(150):
        earlier, later = (share_by_domain(*town.sample(rng)) for _ in range(2))
        alarms.append(difference_between_waves(later, earlier).p[0] < 0.05)
    assert 0.005 < np.mean(alarms) < 0.1


def test_rare_shares_in_small_areas_still_cover() -> None:
    """Thirty respondents and a share of 3 %: four samples in ten hold nobody who says yes."""
    rng = np.random.default_rng(5)
    areas = np.repeat(np.arange(400), 30)
    y = (rng.uniform(size=areas.size) < 0.03).astype(float)
    result = share_by_domain(SurveyDesign(np.ones(areas.size)), y, areas)
    covered = (result.low <= 0.03) & (result.high >= 0.03)
    assert np.mean(result.value == 0) > 0.3
    assert np.mean(covered) > 0.925  # counts of so few are coarse: exactly 0.94 is expected
