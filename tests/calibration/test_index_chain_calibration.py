"""Intervals of the index chain cover; what is filled is as unsure as it says."""

import numpy as np
import pytest

from convive.core.index import (
    CountErrors,
    Plan,
    Recipe,
    SpreadOptions,
    SurveyErrors,
    chain_spread,
    fill_missing,
    fit_plan,
    sobol_indices,
    target_probability,
    tie_bands,
)

pytestmark = pytest.mark.calibration

RECIPES = (
    Recipe("unsafe", is_lower_better=True),
    Recipe("trust", is_lower_better=False),
    Recipe("theft", is_lower_better=True),
)
PLAN = Plan(RECIPES, {"unsafe": 1, "trust": 1, "theft": 1})


def _city(rng: np.random.Generator, correlation: float) -> tuple:
    """Return truth, seen figures, covariance of the survey items, counts and person-years."""
    n = 30
    truth = {
        "unsafe": rng.normal(0.3, 0.08, n),
        "trust": rng.normal(0.6, 0.08, n),
        "theft": rng.gamma(8, 0.002, n),
    }
    se = rng.uniform(0.02, 0.05, (n, 2))
    covariance = np.array([[1.0, correlation], [correlation, 1.0]]) * se[:, :, None] * se[:, None]
    moved = np.array([rng.multivariate_normal(np.zeros(2), c) for c in covariance])
    years = rng.uniform(800, 5000, n)
    counts = rng.poisson(truth["theft"] * years).astype(float)
    seen = {
        "unsafe": truth["unsafe"] + moved[:, 0],
        "trust": truth["trust"] + moved[:, 1],
        "theft": counts / years,
    }
    return truth, seen, covariance, counts, years


def _coverage(correlation: float, *, ignore: bool) -> tuple[float, float]:
    rng = np.random.default_rng(11)
    inside, ranks = [], []
    for _ in range(150):
        truth, seen, covariance, counts, years = _city(rng, correlation)
        used = covariance * np.eye(2) if ignore else covariance
        errors = [
            SurveyErrors(("unsafe", "trust"), used),
            CountErrors("theft", counts, years),
        ]
        fitted = fit_plan(PLAN, seen)
        found = chain_spread(fitted, seen, errors, rng=rng, options=SpreadOptions(n_draws=500))
        target = fitted.score(truth)
        inside.append(np.mean((found.low <= target) & (target <= found.high)))
        true_rank = 1 + np.argsort(np.argsort(-target))
        ranks.append(np.mean((found.rank_low <= true_rank) & (true_rank <= found.rank_high)))
    return float(np.mean(inside)), float(np.mean(ranks))


def test_intervals_cover_only_if_shared_respondents_are_allowed_for(record_table) -> None:
    rows = []
    for correlation in (-0.7, 0.0, 0.7):
        with_it, ranks = _coverage(correlation, ignore=False)
        without, _ = _coverage(correlation, ignore=True)
        rows.append([correlation, f"{with_it:.3f}", f"{without:.3f}", f"{ranks:.3f}"])
        assert with_it == pytest.approx(0.90, abs=0.02)
    record_table(
        "index_chain_intervals",
        title="Index: 90 % intervals through the whole chain",
        about="Two items of one survey (one better when low, one better when high) and a rate of "
        "recorded events; 30 areas, 150 simulated cities. Share of intervals that hold the truth.",
        head=[
            "Correlation of the survey errors",
            "Covariance given",
            "Covariance ignored",
            "Interval of the rank",
        ],
        rows=rows,
    )
    # A positive correlation cancels between opposite directions: ignoring it is too cautious.
    assert float(rows[2][2]) > 0.93
    assert float(rows[0][2]) < 0.87


def test_filled_figures_are_as_unsure_as_they_say(record_table) -> None:
    rng = np.random.default_rng(12)
    rows = []
    for way in ("group_mean", "regression", "nearest", "em"):
        inside, off = [], []
        for _ in range(300):
            group = np.arange(60) % 4
            common = rng.normal(size=60) + 0.8 * group
            x = {k: common + rng.normal(0, 0.6, 60) for k in "abc"}
            truth, lost = x["a"].copy(), rng.choice(60, 6, replace=False)
            x["a"] = x["a"].copy()
            x["a"][lost] = np.nan
            ways = {"a": way, "b": "refuse", "c": "refuse"}
            found = fill_missing(x, ways, groups=group)
            apart = found.values["a"][lost] - truth[lost]
            inside.append(np.mean(np.abs(apart) <= 1.645 * found.errors["a"][lost]))
            off.append(np.sqrt(np.mean(apart**2)))
        rows.append([way, f"{np.mean(inside):.3f}", f"{np.mean(off):.2f}"])
        assert np.mean(inside) == pytest.approx(0.90, abs=0.025)
    record_table(
        "index_filled",
        title="Index: 90 % intervals of filled figures",
        about="One indicator of three missing at random in 6 of 60 areas; 300 simulated tables.",
        head=["Way of filling", "Share that holds the truth", "Typical error"],
        rows=rows,
    )


def test_sobol_intervals_cover_the_exact_indices(record_table) -> None:
    exact = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}

    def ishigami(u: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * u - 1)
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    inside: dict[str, list] = {"first": [], "total": []}
    for seed in range(150):
        rng = np.random.default_rng(seed)
        found = sobol_indices(ishigami, ["x1", "x2", "x3"], rng=rng, log2_n=9)
        for kind, truth in exact.items():
            low = getattr(found, f"{kind}_low")[:, 0]
            high = getattr(found, f"{kind}_high")[:, 0]
            inside[kind].append((low <= truth) & (truth <= high))
    shares = {kind: np.mean(hits, axis=0) for kind, hits in inside.items()}
    record_table(
        "index_sobol",
        title="Sensitivity of the index: 95 % intervals of Sobol indices",
        about="Ishigami function, 512 base points, 150 scrambled sequences. Share of intervals "
        "that hold the exact index.",
        head=["Input", "First order", "Total"],
        rows=[
            [f"x{k + 1}", f"{shares['first'][k]:.3f}", f"{shares['total'][k]:.3f}"]
            for k in range(3)
        ],
    )
    assert min(shares["first"].min(), shares["total"].min()) >= 0.90


def test_bands_hold_their_promise(record_table) -> None:
    rng = np.random.default_rng(13)
    rows = []
    for n_areas in (5, 20, 71, 300):
        errors = rng.uniform(0.5, 3.0, (1000, n_areas))
        one = np.mean([tie_bands(rng.normal(100, row), row).max() == 1 for row in errors])
        sizes = [n_areas // 5, n_areas - 2 * (n_areas // 5), n_areas // 5]
        truth = np.repeat([115.0, 100.0, 85.0], sizes)
        seen = [tie_bands(rng.normal(truth, 2.0), np.full(n_areas, 2.0)) for _ in range(300)]
        three = np.mean([bands.max() == 3 for bands in seen])
        groups = np.repeat([1, 2, 3], sizes)
        right = np.mean([(bands == groups).mean() for bands in seen])
        rows.append([n_areas, f"{one:.3f}", f"{three:.3f}", f"{right:.3f}"])
        assert one >= 0.935
        assert right >= 0.90
    record_table(
        "index_tie_bands",
        title="Tie bands: one band where nothing differs, three where three were planted",
        about="Equal true values with unequal errors (1,000 cities); groups at 115, 100 and 85 "
        "with an error of 2 points (300 cities).",
        head=["Areas", "One band if all equal", "Three bands if three", "Areas in their band"],
        rows=rows,
    )


def test_target_probabilities_mean_what_they_say() -> None:
    rng = np.random.default_rng(14)
    truth = rng.uniform(5, 15, 200_000)
    se = rng.uniform(0.5, 2.0, truth.size)
    chance = target_probability(rng.normal(truth, se), se, 10.0, is_lower_better=True)
    for low, high in [(0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.95)]:
        inside = (low < chance) & (chance <= high)
        assert np.mean(truth[inside] <= 10.0) == pytest.approx(chance[inside].mean(), abs=0.015)
