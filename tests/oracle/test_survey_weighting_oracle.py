"""Calibration, quantiles, replicates, trimming and plans against R's survey package on a made town.

The numbers are made by ``tools/oracle/survey.R`` from ``factories/oracle/survey.py``.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from convive.core.representativeness import r_indicator
from convive.core.survey import (
    Assumptions,
    KnownTotal,
    Margin,
    SurveyDesign,
    SurveyEstimates,
    balanced_repeated,
    calibrate,
    detectable_difference,
    difference,
    difference_from_rest,
    estimate_with_replicates,
    given_replicates,
    jackknife,
    mean_by_domain,
    post_stratify,
    quantile_by_domain,
    rake,
    ratio_by_domain,
    share_by_domain,
    total_by_domain,
    trim_weights,
)
from factories.oracle.survey import INCOME, POPULATION, inputs

EXACT = 1e-9
R = json.loads((Path(__file__).parent / "r" / "survey.json").read_text("utf-8"))
TABLES = inputs()
TOWN = {name: np.asarray(column) for name, column in TABLES["town"].items()}
DESIGNS = ("stratified", "clustered", "two_stage")
CALIBRATIONS = ("post", "raking", "linear", "cut", "logit")


def _margins() -> list[Margin]:
    return [Margin(name, TOWN[name], totals) for name, totals in POPULATION.items()]


def _design(name: str) -> SurveyDesign:
    if name == "stratified":
        return SurveyDesign(TOWN["weight"], strata=TOWN["stratum"])
    if name == "clustered":
        return SurveyDesign(TOWN["weight"], TOWN["stratum"], TOWN["cluster"], TOWN["fpc1"])
    return SurveyDesign(
        TOWN["weight"],
        strata=TOWN["stratum"],
        clusters=np.column_stack([TOWN["cluster"], TOWN["person"]]),
        fpc=np.column_stack([TOWN["fpc1"], TOWN["fpc2"]]),
    )


@cache
def _calibrated(design_name: str, method: str) -> SurveyDesign:
    design, income = _design(design_name), KnownTotal("income", TOWN["income"], INCOME)
    if method == "post":
        return post_stratify(design, _margins()[0])
    if method == "raking":
        return rake(design, _margins())
    if method == "linear":
        return calibrate(design, [*_margins(), income], method="linear")
    if method == "cut":
        return calibrate(design, _margins(), method="linear", bounds=(0.77, 1.64))
    return calibrate(design, [*_margins(), income], method="logit", bounds=(0.3, 4.0))


def _agrees(found: SurveyEstimates, expected: dict, *, rel: float = EXACT) -> None:
    assert found.value == pytest.approx(np.atleast_1d(expected["value"]), rel=rel)
    assert found.se == pytest.approx(np.atleast_1d(expected["se"]), rel=rel)


def _all_figures_agree(design: SurveyDesign, expected: dict) -> None:
    minutes, unsafe, income = TOWN["minutes"], TOWN["unsafe"].astype(float), TOWN["income"]
    assert design.weights[:20] == pytest.approx(expected["weights"], rel=EXACT)
    _agrees(mean_by_domain(design, minutes), expected["mean"])
    _agrees(share_by_domain(design, unsafe), expected["share"])
    _agrees(ratio_by_domain(design, minutes, income), expected["ratio"])
    total = total_by_domain(design, income)
    if expected["total"]["se"] > 1e-3:
        _agrees(total, expected["total"])
    else:  # a known total has no error: R's 1e-10 is rounding
        assert total.se[0] == 0
    areas = share_by_domain(design, unsafe, TOWN["area"])
    _agrees(areas, expected["areas"])
    assert areas.df.tolist() == expected["areas"]["df"]
    women = difference(design, unsafe + minutes * 0, TOWN["sex"] == "w", TOWN["sex"] == "m")
    rest = difference_from_rest(design, unsafe, TOWN["area"])
    assert women.difference[0] == pytest.approx(expected["difference"]["value"], rel=EXACT)
    assert women.se[0] == pytest.approx(expected["difference"]["se"], rel=EXACT)
    assert rest.difference[3] == pytest.approx(expected["against_rest"]["value"], rel=EXACT)
    assert rest.se[3] == pytest.approx(expected["against_rest"]["se"], rel=EXACT)
    median = quantile_by_domain(design, minutes)
    found = [median.value[0], median.low[0], median.high[0], median.se[0]]
    assert found == pytest.approx(expected["median"], rel=EXACT)


@pytest.mark.parametrize("name", DESIGNS)
def test_figures_of_every_design(name: str) -> None:
    _all_figures_agree(_design(name), R["uncalibrated"][name])


@pytest.mark.parametrize("method", CALIBRATIONS)
@pytest.mark.parametrize("name", DESIGNS)
def test_figures_after_every_calibration(name: str, method: str) -> None:
    """Values, residualised standard errors, and the areas' own degrees of freedom."""
    _all_figures_agree(_calibrated(name, method), R["calibrated"][name][method])


def test_raking_by_scaling_and_by_newton_are_one() -> None:
    one, two = _calibrated("clustered", "raking"), calibrate(_design("clustered"), _margins())
    assert one.weights == pytest.approx(two.weights, rel=1e-9)


@pytest.mark.parametrize("name", ["stratified", "clustered"])
@pytest.mark.parametrize(("key", "p"), [("low", 0.25), ("half", 0.5), ("high", 0.9)])
def test_quantiles_by_area(name: str, key: str, p: float) -> None:
    expected, design = R["quantiles"][name][key], _design(name)
    for domains, rows in (
        (None, [expected["whole"]]),
        (TOWN["area"], expected["areas"]),
    ):
        found = quantile_by_domain(design, TOWN["minutes"], p, domains)
        for d, row in enumerate(rows):
            numbers = [np.nan if isinstance(x, str) else x for x in row]
            ours = [found.value[d], found.low[d], found.high[d], found.se[d]]
            assert ours == pytest.approx(numbers, rel=EXACT, nan_ok=True)


def _figure(weights: np.ndarray) -> list[float]:
    return [
        np.sum(weights * TOWN["minutes"]) / np.sum(weights * TOWN["income"]),
        np.sum(weights * TOWN["unsafe"]) / np.sum(weights),
    ]


def test_jackknives_also_calibrated_anew() -> None:
    plain = SurveyDesign(TOWN["weight"], clusters=TOWN["cluster"])
    for key, design in (
        ("jk1", plain),
        ("jkn", _design("clustered")),
        ("jkn_raked", _calibrated("clustered", "raking")),
    ):
        found = estimate_with_replicates(jackknife(design), _figure)
        expected = R["replicates"][key]
        assert found.value == pytest.approx(expected["value"], rel=EXACT)
        assert found.se == pytest.approx(expected["se"], rel=1e-8)


def test_balanced_replicates_give_the_variance_of_a_total() -> None:
    """Whatever the balanced matrix, a total's variance is the same; R takes another one."""
    design = SurveyDesign(TOWN["weight"], strata=TOWN["pair"], clusters=TOWN["cluster"])
    for key, fay in (("brr_total", 0.0), ("fay_total", 0.3)):
        weights = balanced_repeated(design, fay=fay)
        found = estimate_with_replicates(weights, lambda w: np.sum(w * TOWN["minutes"]))
        assert found.value == pytest.approx(R["replicates"][key]["value"], rel=EXACT)
        assert found.se == pytest.approx(R["replicates"][key]["se"], rel=EXACT)


def test_given_replicates() -> None:
    expected = R["replicates"]["fay"]
    table = np.array(expected["weights"])
    n, count = table.shape
    weights = given_replicates(TOWN["weight"][:n], table, scale=1 / (count * 0.7**2))

    def figure(w: np.ndarray) -> list[float]:
        padded = np.zeros(TOWN["weight"].size)
        padded[:n] = w
        return _figure(padded)

    found = estimate_with_replicates(weights, figure)
    assert found.value == pytest.approx(expected["figure"]["value"], rel=EXACT)
    assert found.se == pytest.approx(expected["figure"]["se"], rel=1e-7)


def test_trimmed_weights() -> None:
    trimmed = trim_weights(_design("stratified"), upper=75.0)
    assert trimmed.n_trimmed > 5
    assert trimmed.design.weights == pytest.approx(R["trimmed"], rel=1e-9)


@pytest.mark.parametrize("kind", ["plain", "weighted"])
def test_r_indicator(kind: str) -> None:
    people = {name: np.asarray(column) for name, column in TABLES["invited"].items()}
    known = {"age": people["age"], "area": people["area"]}
    weights = None if kind == "plain" else people["weight"]
    found, expected = (
        r_indicator(people["answered"] == 1, known, weights=weights),
        R["r_indicator"][kind],
    )
    for name in ("value", "se", "uncorrected"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=1e-8)
    age = found.partial[0]
    assert age.by_group == pytest.approx(expected["by_age"], rel=1e-8)
    assert (age.unconditional, age.conditional) == pytest.approx(
        (expected["age"], expected["age_given_area"]), rel=1e-8
    )


def test_detectable_differences_are_those_of_power_prop_test() -> None:
    plans = [(400, 0.3, 0.8), (350, 0.1, 0.9), (1200, 0.5, 0.8)]
    found = [
        float(detectable_difference(p, n, assumptions=Assumptions(power=power)))
        for n, p, power in plans
    ]
    assert found == pytest.approx(R["detectable"], rel=1e-8)
