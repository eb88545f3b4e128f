"""Observer effects against least squares, a dense mixed model, and R with Kenward and Roger."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from convive.core.mixed_model import fit_mixed_model
from convive.core.observers import area_means, rater_effects
from factories.oracle.observers import walk

R = json.loads((Path(__file__).parent / "r" / "observers.json").read_text("utf-8"))


def test_few_double_ratings_equal_r() -> None:
    """lme4 and pbkrtest: estimates, Kenward and Roger's standard errors, degrees of freedom."""
    w = walk()
    effects = rater_effects(w["y"], w["rater"], w["place"], areas=w["area"])
    assert effects.is_reference.all()
    raters = {name: np.array(values) for name, values in R["raters"].items()}
    # R's optimiser and ours stop at variance ratios that are equal to more than six digits.
    assert effects.effect == pytest.approx(raters["estimate"], rel=1e-6)
    assert effects.se == pytest.approx(raters["se"], rel=1e-6)
    t = np.abs(raters["estimate"] / raters["se"])
    assert effects.p == pytest.approx(2 * stats.t.sf(t, raters["df"]), rel=1e-6)
    means = area_means(w["y"], w["rater"], w["place"], w["area"])
    areas = {name: np.array(values) for name, values in R["areas"].items()}
    assert means.mean == pytest.approx(areas["estimate"], rel=1e-6)
    assert means.se == pytest.approx(areas["se"], rel=1e-6)
    half = stats.t.ppf(0.975, areas["df"]) * areas["se"]
    assert means.high - means.mean == pytest.approx(half, rel=1e-6)


def test_covariance_is_that_of_the_1997_paper(ratings: dict[str, np.ndarray]) -> None:
    """Kenward and Roger (1997), with every matrix written out."""
    x = np.column_stack([np.eye(6)[ratings["area"]], np.eye(5)[ratings["rater"]][:, 1:]])
    fit = fit_mixed_model(x, ratings["y"], ratings["place"], can_tell=True)
    z = np.eye(60)[ratings["place"]]
    parts = [np.eye(len(z)), z @ z.T]
    v = np.linalg.inv(fit.noise * (parts[0] + fit.ratio * parts[1]))
    phi = np.linalg.inv(x.T @ v @ x)
    inner = v - v @ x @ phi @ x.T @ v
    information = [[0.5 * np.trace(inner @ a @ inner @ b) for b in parts] for a in parts]
    w = np.linalg.inv(information)
    p = [-x.T @ v @ a @ v @ x for a in parts]
    lift = sum(
        w[i, j] * (x.T @ v @ parts[i] @ v @ parts[j] @ v @ x - p[i] @ phi @ p[j])
        for i in (0, 1)
        for j in (0, 1)
    )
    assert fit.covariance == pytest.approx(phi + 2 * phi @ lift @ phi, rel=1e-8)
    row = np.eye(10)[7]
    growth = np.array([-row @ phi @ a @ phi @ row for a in p])
    df = 2 * (row @ phi @ row) ** 2 / (growth @ w @ growth)
    assert fit.contrasts(row[None]).df == pytest.approx(df, rel=1e-8)


@pytest.fixture
def ratings() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    place = np.concatenate([np.repeat(np.arange(25), 2), np.arange(25, 60)])
    rater = np.array([*rng.permutation(np.arange(50) % 5), *rng.integers(0, 5, 35)])
    area = place % 6
    y = rng.normal(0, 0.7, 60)[place] + rng.normal(0, 0.4, place.size)
    return {"y": y, "place": place, "rater": rater, "area": area}


def _dense(r: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Mixed model with full covariance matrices, restricted likelihood by brute force."""
    x = np.column_stack([np.eye(6)[r["area"]], np.eye(5)[r["rater"]][:, 1:]])
    z = np.eye(60)[r["place"]]
    n, p = x.shape

    def pieces(ratio: float) -> tuple[np.ndarray, np.ndarray, float, float]:
        v = np.eye(n) + ratio * z @ z.T
        inverse = np.linalg.inv(v)
        information = x.T @ inverse @ x
        beta = np.linalg.solve(information, x.T @ inverse @ r["y"])
        rest = r["y"] - x @ beta
        noise = float(rest @ inverse @ rest) / (n - p)
        deviance = (
            (n - p) * np.log(noise) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
        )
        return beta, np.linalg.inv(information) * noise, noise, float(deviance)

    best = optimize.minimize_scalar(
        lambda u: pieces(np.exp(u))[3], bounds=(-6, 6), method="bounded"
    )
    ratio = float(np.exp(best.x))
    beta, covariance, noise, _ = pieces(ratio)
    place_effect = ratio * z.T @ np.linalg.inv(np.eye(n) + ratio * z @ z.T) @ (r["y"] - x @ beta)
    return beta, covariance, noise, place_effect


def test_mixed_model_is_that_of_the_textbook(ratings: dict[str, np.ndarray]) -> None:
    beta, _, _, place_effect = _dense(ratings)
    effects = rater_effects(ratings["y"], ratings["rater"], ratings["place"], areas=ratings["area"])
    assert effects.is_reference.all()
    raters = np.concatenate([[0.0], beta[6:]])
    contrast = np.eye(5) - (1 - np.eye(5)) / 4
    assert effects.effect == pytest.approx(contrast @ raters, abs=1e-4)
    first = effects.places.astype(int)
    expected = beta[first % 6] + raters.mean() + place_effect[first]
    assert effects.place_score == pytest.approx(expected, abs=1e-3)


def test_same_places_only_is_ordinary_two_way_least_squares(
    ratings: dict[str, np.ndarray],
) -> None:
    twice = ratings["place"] < 25
    y, place, rater = (ratings[k][twice] for k in ("y", "place", "rater"))
    effects = rater_effects(y, rater, place, areas=place)
    x = np.column_stack([np.eye(25)[place], np.eye(5)[rater][:, 1:]])
    beta, left, *_ = np.linalg.lstsq(x, y, rcond=None)
    df = y.size - x.shape[1]
    covariance = np.linalg.inv(x.T @ x) * float(left[0]) / df
    raters = np.concatenate([[0.0], beta[25:]])
    contrast = np.eye(5) - (1 - np.eye(5)) / 4
    se = np.sqrt(np.diag(contrast[:, 1:] @ covariance[25:, 25:] @ contrast[:, 1:].T))
    assert effects.effect == pytest.approx(contrast @ raters, abs=1e-9)
    assert effects.se == pytest.approx(se, rel=1e-9)
    assert effects.p == pytest.approx(2 * stats.t.sf(np.abs(contrast @ raters / se), df), rel=1e-7)


def test_uncorrected_means_are_plain_means_where_each_place_is_seen_once() -> None:
    rng = np.random.default_rng(2)
    y, area = rng.normal(size=30), np.arange(30) % 3
    means = area_means(y, None, np.arange(30), area)
    assert means.mean == pytest.approx([y[area == a].mean() for a in range(3)])
