"""Survey intervals cover, and tests keep their level, when neighbours answer alike."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pytest
from scipy.stats import binom

from calibration.conftest import ALARM, Recorder, tail_counts
from convive.core.survey import (
    SurveyDesign,
    SurveyEstimates,
    difference,
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


def _areas_against_the_rest(n_towns: int) -> np.ndarray:
    """Return p-values of 20 areas with ten clusters each, in towns where areas are alike."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(n_towns):
        clusters = np.repeat(np.arange(200), 10)
        shares = rng.beta(6, 14, 200)
        y = (rng.uniform(size=2000) < shares[clusters]).astype(float)
        design = SurveyDesign(rng.uniform(0.5, 2, 2000), clusters=clusters)
        found.append(difference_from_rest(design, y, clusters % 20).p)
    return np.concatenate(found)


def test_areas_like_the_rest_are_hardly_called_different() -> None:
    p = _areas_against_the_rest(25)
    assert np.isfinite(p).all()
    assert 0.005 < np.mean(p < 0.05) < 0.065


@pytest.mark.calibration
def test_areas_like_the_rest_keep_the_level_far_out(record: Recorder) -> None:
    p = _areas_against_the_rest(200)
    tails = tail_counts(p)
    record("survey_areas", {"n": p.size, "tails": tails})
    for alpha, n in tails.items():
        assert binom.sf(n - 1, p.size, float(alpha)) > ALARM, tails


@dataclass(frozen=True)
class Groups:
    """Two groups of the same share, met in the same clusters, with unequal weights."""

    share: float
    n_a: int
    n_b: int
    per_cluster: int
    spread: float
    """Standard deviation of the log share between clusters."""
    weights: float
    """Standard deviation of the log weights."""

    def p(self, rng: np.random.Generator) -> float:
        n = self.n_a + self.n_b
        n_clusters = n // self.per_cluster
        cluster = rng.integers(0, n_clusters, n)
        effect = rng.normal(0, self.spread, n_clusters) - self.spread**2 / 2
        share = np.minimum(self.share * np.exp(effect), 0.95)
        y = (rng.uniform(size=n) < share[cluster]).astype(float)
        design = SurveyDesign(np.exp(rng.normal(0, self.weights, n)), clusters=cluster)
        group = np.arange(n) < self.n_a
        return float(difference(design, y, group, ~group).p[0])


GROUPS = (
    Groups(0.01, 500, 2500, 5, 0.5, 0.3),
    Groups(0.03, 1500, 1500, 8, 0.6, 0.4),
    Groups(0.05, 130, 900, 4, 0.6, 0.4),
    Groups(0.05, 300, 300, 8, 0.6, 0.4),
    Groups(0.1, 60, 600, 8, 0.8, 0.6),
    Groups(0.1, 30, 1000, 4, 0.6, 0.4),
    Groups(0.3, 131, 869, 4, 0.5, 0.5),
)
N_PAIRS = 2500


@pytest.mark.calibration
@pytest.mark.parametrize("groups", GROUPS, ids=str)
def test_groups_with_the_same_share_keep_the_level_far_out(
    groups: Groups, record: Recorder
) -> None:
    """What is not tested counts as not found, as it does in an audit."""
    rng = np.random.default_rng(6)
    p = np.array([groups.p(rng) for _ in range(N_PAIRS)])
    tails = tail_counts(p)
    row = {**asdict(groups), "n": p.size, "n_tested": int(np.isfinite(p).sum()), "tails": tails}
    record(f"survey_groups_{GROUPS.index(groups)}", row)
    for alpha, n in tails.items():
        assert binom.sf(n - 1, p.size, float(alpha)) > ALARM, tails


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
