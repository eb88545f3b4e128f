"""Survey estimates against numbers printed by R's survey package 4.1-1, and brute force."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from convive.core.survey import (
    SurveyDesign,
    difference,
    difference_by_domain,
    difference_from_rest,
    mean_by_domain,
    ratio_by_domain,
    share_by_domain,
    total_by_domain,
)

# R prints ten digits at most: half a unit of the last printed one is below 1e-8 relative.
PRINTED = 1e-8


def _columns(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        pytest.skip(f"real data absent: {path.name}")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _numbers(values: np.ndarray) -> np.ndarray:
    return np.array([float(v) if v not in {"", "NA"} else np.nan for v in values])


@pytest.fixture(scope="module")
def api(real_data: Path) -> Path:
    return real_data / "survey_estimator_oracle"


def test_stratified_schools(api: Path) -> None:
    s = _columns(api / "apistrat.csv")
    design = SurveyDesign(_numbers(s["pw"]), strata=s["stype"], fpc=_numbers(s["fpc"]))
    mean = mean_by_domain(design, _numbers(s["api00"]))
    assert mean.value[0] == pytest.approx(662.2873632, rel=PRINTED)
    assert mean.se[0] == pytest.approx(9.4089408, rel=PRINTED)
    assert (mean.low[0], mean.high[0]) == pytest.approx((643.7321883, 680.8425380), rel=PRINTED)
    assert mean.df[0] == 197
    assert mean.deff[0] == pytest.approx(1.204457269, rel=PRINTED)
    total = total_by_domain(design, _numbers(s["enroll"]))
    assert (total.value[0], total.se[0]) == pytest.approx((3687177.532, 114641.72), rel=1e-7)
    ratio = ratio_by_domain(design, _numbers(s["api.stu"]), _numbers(s["enroll"]))
    assert ratio.value[0] == pytest.approx(0.8369568869, rel=PRINTED)
    assert ratio.se[0] == pytest.approx(0.0077571032, rel=PRINTED)


def test_clustered_schools(api: Path) -> None:
    c = _columns(api / "apiclus1.csv")
    design = SurveyDesign(_numbers(c["pw"]), clusters=c["dnum"], fpc=_numbers(c["fpc"]))
    mean = mean_by_domain(design, _numbers(c["api00"]))
    assert (mean.value[0], mean.se[0]) == pytest.approx((644.1693989, 23.542241), rel=2e-8)
    assert (mean.low[0], mean.high[0]) == pytest.approx((593.6763145, 694.6624834), rel=PRINTED)
    assert (mean.df[0], mean.deff[0]) == (14, pytest.approx(9.345869451, rel=PRINTED))
    total = total_by_domain(design, _numbers(c["enroll"]))
    assert (total.value[0], total.se[0]) == pytest.approx((3404940.135, 932235.03), rel=1e-8)
    types = np.array([{"E": 0, "H": 1, "M": 2}[t] for t in c["stype"]])
    by_type = mean_by_domain(design, _numbers(c["api99"]), types)
    assert by_type.value == pytest.approx([607.7916667, 595.7142857, 608.6], rel=PRINTED)
    assert by_type.se == pytest.approx([22.81660038, 41.76400034, 32.56064135], rel=PRINTED)
    for code, share, se in (
        (0, 0.7868852459, 0.046336554),
        (1, 0.0765027322, 0.026810219),
        (2, 0.1366120219, 0.029649047),
    ):
        result = share_by_domain(design, (types == code).astype(float))
        assert (result.value[0], result.se[0]) == pytest.approx((share, se), rel=2e-8)


def test_rare_share_has_the_logit_interval(api: Path) -> None:
    c = _columns(api / "apiclus1.csv")
    design = SurveyDesign(_numbers(c["pw"]), clusters=c["dnum"], fpc=_numbers(c["fpc"]))
    rare = share_by_domain(design, (_numbers(c["ell"]) == 0).astype(float))
    assert rare.value[0] == pytest.approx(0.02185792, rel=2e-7)
    # printed to seven decimals
    assert (rare.low[0], rare.high[0]) == pytest.approx((0.0023047, 0.1777478), abs=5.1e-8)


def test_two_stages_of_sampling(api: Path) -> None:
    c = _columns(api / "apiclus2.csv")
    design = SurveyDesign(
        _numbers(c["pw"]),
        clusters=np.column_stack([c["dnum"], c["snum"]]),
        fpc=np.column_stack([_numbers(c["fpc1"]), _numbers(c["fpc2"])]),
    )
    mean = mean_by_domain(design, _numbers(c["api00"]))
    assert (mean.value[0], mean.se[0]) == pytest.approx((670.8118081, 30.099027), rel=2e-8)


def test_victims_of_the_british_crime_survey(real_data: Path) -> None:
    b = _columns(real_data / "bcs_2007_08_fear_of_crime" / "BCS0708_labels.csv.gz")
    weights = _numbers(b["tcindwt"])
    known = np.isfinite(weights)
    victim = np.where(b["bcsvictim"] == "victim of crime", 1.0, 0.0)[known]
    share = share_by_domain(SurveyDesign(weights[known]), victim)
    assert 100 * share.value[0] == pytest.approx(22.16, abs=0.005)
    assert share.low[0] < share.value[0] < share.high[0]


def _naive_variance(design: SurveyDesign, scores: np.ndarray) -> float:
    """The textbook formula, stratum by stratum and unit by unit, with replacement."""
    variance = 0.0
    for stratum in np.unique(design.stratum):
        units = np.unique(design.psu[design.stratum == stratum])
        sums = np.array([scores[design.psu == unit].sum() for unit in units])
        variance += units.size / (units.size - 1) * np.sum((sums - sums.mean()) ** 2)
    return variance


@pytest.fixture
def town() -> tuple[SurveyDesign, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(8)
    n = 600
    strata = rng.integers(0, 5, n)
    design = SurveyDesign(
        rng.uniform(0.5, 3, n), strata=strata, clusters=rng.integers(0, 8, n).astype(str)
    )
    return design, (rng.uniform(size=n) < 0.3).astype(float), rng.integers(-1, 12, n)


def test_fast_domains_are_the_textbook_formula(town: tuple) -> None:
    design, y, domains = town
    result = mean_by_domain(design, y, domains)
    for d in range(12):
        w = design.weights * (domains == d)
        mean = np.sum(w * y) / w.sum()
        se = np.sqrt(_naive_variance(design, w * (y - mean) / w.sum()))
        assert (result.value[d], result.se[d]) == pytest.approx((mean, se), rel=1e-10)


def test_differences_are_the_textbook_formula(town: tuple) -> None:
    design, y, domains = town
    first, second = y * 0 + (np.arange(600) % 2) == 0, np.arange(600) % 3 == 0
    both = difference_by_domain(design, y + np.arange(600), (first, second), domains)
    rest = difference_from_rest(design, y + np.arange(600), domains)
    value = y + np.arange(600)
    for d in range(12):
        for result, a, b in (
            (both, first & (domains == d), second & (domains == d)),
            (rest, domains == d, domains != d),
        ):
            wa, wb = design.weights * a, design.weights * b
            ma, mb = np.sum(wa * value) / wa.sum(), np.sum(wb * value) / wb.sum()
            scores = wa * (value - ma) / wa.sum() - wb * (value - mb) / wb.sum()
            assert result.difference[d] == pytest.approx(ma - mb, rel=1e-9)
            assert result.se[d] == pytest.approx(np.sqrt(_naive_variance(design, scores)))


def test_difference_is_the_slope_of_a_regression_on_the_group(town: tuple) -> None:
    """R's svyglm(y ~ group) has this slope and this standard error (sandwich, by hand)."""
    design, _, _ = town
    rng = np.random.default_rng(9)
    group = rng.uniform(size=600) < 0.4
    y = rng.normal(size=600) + group
    x = np.column_stack([np.ones(600), group])
    bread = np.linalg.inv(x.T @ (design.weights[:, None] * x))
    beta = bread @ x.T @ (design.weights * y)
    scores = (design.weights * (y - x @ beta))[:, None] * x @ bread
    result = difference(design, y, group, ~group)
    assert result.difference[0] == pytest.approx(beta[1])
    assert result.se[0] == pytest.approx(np.sqrt(_naive_variance(design, scores[:, 1])))
