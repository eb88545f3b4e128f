"""Weighting, quantiles and replicates against numbers printed by R's survey 4.1-1 for its schools."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from convive.core.survey import (
    KnownTotal,
    Margin,
    SurveyDesign,
    calibrate,
    estimate_with_replicates,
    jackknife,
    mean_by_domain,
    post_stratify,
    quantile_by_domain,
    rake,
    total_by_domain,
)

PRINTED = 2e-8
TYPES = {"E": 4421.0, "H": 755.0, "M": 1018.0}


def _schools(folder: Path, name: str) -> dict[str, np.ndarray]:
    path = folder / "survey_estimator_oracle" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"real data absent: {path.name}")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


@pytest.fixture(scope="module")
def schools(real_data: Path) -> dict[str, np.ndarray]:
    return _schools(real_data, "apiclus1")


@pytest.fixture(scope="module")
def design(schools: dict[str, np.ndarray]) -> SurveyDesign:
    weights, sizes = schools["pw"].astype(float), schools["fpc"].astype(float)
    return SurveyDesign(weights, clusters=schools["dnum"], fpc=sizes)


def _is(schools: dict[str, np.ndarray], design: SurveyDesign, expected: list[float]) -> None:
    mean = mean_by_domain(design, schools["api00"].astype(float))
    total = total_by_domain(design, schools["enroll"].astype(float))
    found = [mean.value[0], mean.se[0], total.value[0], total.se[0]]
    assert found == pytest.approx(expected, rel=PRINTED)
    assert mean.df[0] == 14


def test_post_stratified_schools(schools: dict, design: SurveyDesign) -> None:
    weighted = post_stratify(design, Margin("type", schools["stype"], TYPES))
    _is(schools, weighted, [642.3107882, 23.920486, 3680892.945, 406292.64])


def test_generalised_regression(schools: dict, design: SurveyDesign) -> None:
    types = Margin("type", schools["stype"], TYPES)
    before = KnownTotal("api99", schools["api99"].astype(float), 3_914_069.0)
    linear = calibrate(design, [types, before], method="linear")
    _is(schools, linear, [665.3090712, 3.4417531, 3638487.204, 385524.43])
    for method, bounds, value, se in (
        ("raking", None, 665.393796, 3.4377535),
        ("logit", (0.2, 3.0), 665.381118, 3.4358069),
    ):
        weighted = calibrate(design, [types, before], method=method, bounds=bounds)  # type: ignore[arg-type]
        mean = mean_by_domain(weighted, schools["api00"].astype(float))
        assert (mean.value[0], mean.se[0]) == pytest.approx((value, se), rel=PRINTED)


def test_raked_schools(schools: dict, design: SurveyDesign) -> None:
    """R's rake had stopped at a distance of 1e-4 or so: we go on to 1e-10."""
    margins = [
        Margin("type", schools["stype"], TYPES),
        Margin("target met", schools["sch.wide"], {"No": 1072.0, "Yes": 5122.0}),
    ]
    mean = mean_by_domain(rake(design, margins), schools["api00"].astype(float))
    assert (mean.value[0], mean.se[0]) == pytest.approx((641.2302469, 23.703641), rel=2e-6)


def test_jackknifed_schools(schools: dict, design: SurveyDesign) -> None:
    y = schools["api00"].astype(float)
    found = estimate_with_replicates(jackknife(design), lambda w: np.average(y, weights=w))
    assert (found.value, found.se) == pytest.approx((644.1693989, 26.329361), rel=PRINTED)


def test_quartiles_of_stratified_schools(real_data: Path) -> None:
    s = _schools(real_data, "apistrat")
    design = SurveyDesign(s["pw"].astype(float), strata=s["stype"], fpc=s["fpc"].astype(float))
    for p, expected in ((0.25, (565, 535, 597)), (0.5, (668, 642, 694)), (0.75, (756, 726, 778))):
        found = quantile_by_domain(design, s["api00"].astype(float), p)
        assert (found.value[0], found.low[0], found.high[0]) == expected
