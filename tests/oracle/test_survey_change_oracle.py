"""Changes between waves against loops, the jackknife, paired differences and simple samples."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from convive.core.evaluation import (
    SurveyChangePlan,
    SurveyWave,
    survey_change,
    survey_change_by_group,
)
from convive.core.evaluation.survey_drift import drift_of
from convive.core.evaluation.survey_model import change_in, gap_variance, read_waves
from convive.core.survey import (
    Margin,
    SurveyDesign,
    difference,
    estimate_with_replicates,
    jackknife,
    post_stratify,
)
from factories.survey_waves import WaveWorld

WORLD = WaveWorld(4, 5, clusters=5, people=9, clusters_vary=0.8)


def _read(
    waves: tuple[SurveyWave, SurveyWave], *, same_clusters: bool = False, is_share: bool = True
):
    return read_waves(*waves, is_share=is_share, same_clusters=same_clusters)


def _mean(wave: SurveyWave, part: np.ndarray) -> float:
    return float(np.average(np.asarray(wave.answers)[part], weights=wave.design.weights[part]))


def _by_loops(wave: SurveyWave) -> tuple[float, float]:
    """Ultimate clusters, written out: treated less comparison, and its variance."""
    treated = np.asarray(wave.treated)
    weights, answers = wave.design.weights, np.asarray(wave.answers)
    size, scores = 0.0, np.zeros(weights.size)
    for part, sign in ((treated, 1.0), (~treated, -1.0)):
        mean = _mean(wave, part)
        size += sign * mean
        scores[part] = sign * weights[part] * (answers[part] - mean) / weights[part].sum()
    variance = 0.0
    clusters, strata = np.asarray(wave.design.clusters), np.asarray(wave.design.strata)
    for stratum in np.unique(strata):
        here = np.unique(clusters[strata == stratum])
        totals = np.array([scores[clusters == one].sum() for one in here])
        variance += here.size / (here.size - 1) * np.sum((totals - totals.mean()) ** 2)
    return size, variance


def test_independent_waves_are_those_of_loops() -> None:
    for seed in range(5):
        waves = WORLD.waves(np.random.default_rng(seed))
        found = change_in(_read(waves))
        first, second = (_by_loops(wave) for wave in waves)
        assert found.size == pytest.approx(second[0] - first[0], abs=1e-12)
        assert found.variance == pytest.approx(first[1] + second[1], rel=1e-9)


def test_calibrated_waves_are_two_differences_of_the_survey_methods() -> None:
    waves = []
    for wave in WORLD.waves(np.random.default_rng(9)):
        age = np.arange(wave.design.n_respondents) * 5 % 7 % 3
        margin = Margin("age", age, {0: 3000.0, 1: 2000.0, 2: 1500.0})
        waves.append(replace(wave, design=post_stratify(wave.design, margin)))
    found = change_in(_read((waves[0], waves[1])))
    apart = [
        difference(wave.design, wave.answers, wave.treated, ~np.asarray(wave.treated))
        for wave in waves
    ]
    floor = float(np.sum(found.cells.spread / found.cells.kish))
    variance = sum(float(one.se[0]) ** 2 for one in apart)
    assert found.size == pytest.approx(float(apart[1].difference[0] - apart[0].difference[0]))
    assert found.variance == pytest.approx(max(variance, floor), rel=1e-9)


def test_a_panel_in_the_same_clusters_is_that_of_the_jackknife() -> None:
    """One replicate for every cluster, with its answers of both waves left out."""
    waves = replace(WORLD, stays=0.7).waves(np.random.default_rng(3))
    read = _read(waves)
    found = change_in(read)
    n = waves[0].design.n_respondents
    answers = np.concatenate([wave.answers for wave in waves])
    treated = np.concatenate([wave.treated for wave in waves])
    later = np.arange(2 * n) >= n

    def change(weights: np.ndarray) -> float:
        means = [
            np.average(answers[part], weights=weights[part])
            for part in (treated & later, treated & ~later, ~treated & later, ~treated & ~later)
        ]
        return means[0] - means[1] - means[2] + means[3]

    knife = estimate_with_replicates(jackknife(read.stacked), change)
    assert found.size == pytest.approx(float(np.ravel(knife.value)[0]))
    assert np.sqrt(found.variance) == pytest.approx(float(np.ravel(knife.se)[0]), rel=0.05)
    apart = change_in(replace(read, stacked=None))
    assert found.variance < 0.8 * apart.variance  # the same people answer alike


def test_a_full_panel_drawn_singly_is_the_paired_difference() -> None:
    rng = np.random.default_rng(4)
    n = 300
    treated = np.arange(n) < 120
    first = rng.normal(5, 1, n)
    second = first + rng.normal(0.3, 0.5, n) + 0.4 * treated
    order = rng.permutation(n)
    design = SurveyDesign(np.ones(n), treated.astype(int))
    moved = SurveyDesign(np.ones(n), treated[order].astype(int))
    before = SurveyWave(first, treated, design, person=np.arange(n))
    after = SurveyWave(second[order], treated[order], moved, person=order)
    found = change_in(_read((before, after), is_share=False))
    change = second - first
    expected = change[treated].mean() - change[~treated].mean()
    variance = change[treated].var(ddof=1) / 120 + change[~treated].var(ddof=1) / 180
    assert found.size == pytest.approx(expected)
    assert found.variance == pytest.approx(variance, rel=1e-9)


def test_simple_samples_without_comparison_are_welch_with_the_drift_on_top() -> None:
    rng = np.random.default_rng(5)
    first, second = rng.uniform(0, 10, 90), rng.uniform(1, 10, 140)
    waves = [
        SurveyWave(one, np.ones(one.size, dtype=bool), SurveyDesign(np.ones(one.size)))
        for one in (first, second)
    ]
    plan = SurveyChangePlan(useful=0.5, scale=(0.0, 10.0), nothing_else=True)
    found = survey_change(*waves, plan)
    welch = stats.ttest_ind(second, first, equal_var=False)
    assert found.effect == pytest.approx(second.mean() - first.mean())
    half = (found.high - found.low) / 2
    sampling = first.var(ddof=1) / 90 + second.var(ddof=1) / 140
    variance = sampling + 0.2**2
    df = variance**2 / (sampling**2 / welch.df)
    assert half == pytest.approx(stats.t.ppf(0.975, df) * np.sqrt(variance), rel=1e-6)
    assert found.p == pytest.approx(2 * stats.t.sf(found.effect / np.sqrt(variance), df), rel=1e-6)


def test_the_drift_of_areas_is_that_of_dersimonian_and_laird() -> None:
    """One large simple sample an area: between-area variance by the textbook formula."""
    rng = np.random.default_rng(6)
    area = np.repeat(np.arange(8), 150)
    treated = area < 1
    shift = rng.normal(0, 0.08, 8)[area]
    waves = [
        SurveyWave(
            (rng.random(area.size) < 0.5 + move).astype(float),
            treated,
            SurveyDesign(np.ones(area.size)),
            area=area,
        )
        for move in (0.0, shift)
    ]
    found = drift_of(_read((waves[0], waves[1])), 1.0)
    change, own = [], []
    for one in range(1, 8):
        here = area == one
        shares = [np.asarray(wave.answers)[here].mean() for wave in waves]
        kept = [(150 * share + 1) / 152 for share in shares]
        n = area.size
        sampled = [share * (1 - share) / 150 * n / (n - 1) for share in shares]
        floor = [share * (1 - share) / 150 for share in kept]
        change.append(shares[1] - shares[0])
        own.append(sum(max(pair) for pair in zip(sampled, floor, strict=True)))
    weight = 1 / np.array(own)
    mean = np.average(change, weights=weight)
    q = np.sum(weight * (np.array(change) - mean) ** 2)
    between = (q - 6) / (weight.sum() - np.sum(weight**2) / weight.sum())
    assert between > 0
    assert found.variance == pytest.approx(between * (1 + 1 / 7), rel=1e-9)
    assert (found.df, found.n_areas) == (6.0, (1, 7))


def test_the_gap_between_groups_is_that_of_loops() -> None:
    waves = WORLD.waves(np.random.default_rng(8), 0.1)
    group = np.arange(waves[0].design.n_respondents) % 3
    read = _read(waves)
    parts = [change_in(read, (mask, mask)) for mask in (group == 0, group != 0)]
    variance = 0.0
    for wave, sign in zip(waves, (-1.0, 1.0), strict=True):
        scores = np.zeros(group.size)
        for mask, one in ((group == 0, 1.0), (group != 0, -1.0)):
            for side, way in ((np.asarray(wave.treated), 1.0), (~np.asarray(wave.treated), -1.0)):
                part = mask & side
                left = np.asarray(wave.answers)[part] - _mean(wave, part)
                weights = wave.design.weights[part]
                scores[part] = sign * one * way * weights * left / weights.sum()
        clusters, strata = np.asarray(wave.design.clusters), np.asarray(wave.design.strata)
        for stratum in np.unique(strata):
            here = np.unique(clusters[strata == stratum])
            totals = np.array([scores[clusters == unit].sum() for unit in here])
            variance += here.size / (here.size - 1) * np.sum((totals - totals.mean()) ** 2)
    floor = sum(np.sum(part.cells.spread / part.cells.kish) for part in parts)
    assert gap_variance(read, *parts) == pytest.approx(max(variance, floor), rel=1e-9)
    row = survey_change_by_group(*waves, (group, group))[0]
    assert row.gap == pytest.approx(100 * (parts[0].size - parts[1].size))
