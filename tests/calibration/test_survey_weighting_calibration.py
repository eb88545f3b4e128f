"""Calibrated surveys cover, know their own error, and R-indicators come back to the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from calibration.conftest import TableRecorder
from convive.core.representativeness import r_indicator
from convive.core.survey import (
    Margin,
    SurveyDesign,
    SurveyEstimates,
    allocate,
    bootstrap,
    calibrate,
    detectable_difference,
    difference,
    estimate_with_replicates,
    jackknife,
    mean_by_domain,
    plan_survey,
    quantile_by_domain,
    rake,
    share_by_domain,
)

AREAS = np.array([900, 700, 500, 300, 200, 150, 100, 60]) * 20
AGES, SEXES = 4, 2


@dataclass(frozen=True)
class Town:
    """58,200 people in 8 areas whose answers depend on age, sex and area; sampled by area."""

    area: np.ndarray
    age: np.ndarray
    sex: np.ndarray
    yes: np.ndarray
    minutes: np.ndarray

    @classmethod
    def make(cls, seed: int = 1) -> Town:
        rng = np.random.default_rng(seed)
        area = np.repeat(np.arange(AREAS.size), AREAS)
        age = rng.choice(AGES, area.size, p=[0.2, 0.35, 0.25, 0.2])
        sex = rng.integers(0, SEXES, area.size)
        chance = 1 / (1 + np.exp(2.2 - 0.7 * age - 0.6 * sex - 0.1 * (area % 3)))
        yes = (rng.uniform(size=area.size) < chance).astype(float)
        return cls(area, age, sex, yes, np.exp(rng.normal(3 + 0.4 * age, 0.6)))

    def margins(self, rows: np.ndarray) -> list[Margin]:
        known = {"area": self.area, "age": self.age, "sex": self.sex}
        return [
            Margin(name, codes[rows], dict(enumerate(np.bincount(codes).astype(float))))
            for name, codes in known.items()
        ]

    def sample(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, SurveyDesign]:
        """Draw by area, equally many in each; the young answer half as often as the old."""
        rows, sizes = [], []
        for a in range(AREAS.size):
            people = np.flatnonzero(self.area == a)
            drawn = rng.choice(people, n // AREAS.size, replace=False)
            kept = drawn[rng.uniform(size=drawn.size) < 0.4 + 0.13 * self.age[drawn]]
            rows.append(kept)
            sizes.append(np.full(kept.size, people.size / kept.size))
        chosen = np.concatenate(rows)
        return chosen, SurveyDesign(np.concatenate(sizes), strata=self.area[chosen])


@dataclass
class Runs:
    """What was found, run by run."""

    values: list[np.ndarray]
    errors: list[np.ndarray]
    hits: list[np.ndarray]

    def add(self, found: SurveyEstimates, truth: np.ndarray) -> None:
        self.values.append(found.value)
        self.errors.append(found.se)
        self.hits.append((found.low <= truth) & (found.high >= truth))

    @property
    def ratio(self) -> np.ndarray:
        """Mean of the standard errors ÷ spread of the values."""
        return np.mean(self.errors, axis=0) / np.std(self.values, axis=0)


def _simulate(n_runs: int, n: int) -> dict[str, Runs]:
    town, rng = Town.make(), np.random.default_rng(2)
    truth = np.array([town.yes[town.area == a].mean() for a in range(AREAS.size)])
    whole, middle = np.array([town.yes.mean()]), np.array([np.quantile(town.minutes, 0.5)])
    names = ("town raked", "town as if not raked", "town not raked", "areas raked", "median raked")
    found = {name: Runs([], [], []) for name in names}
    for _ in range(n_runs):
        rows, design = town.sample(rng, n)
        raked, yes = rake(design, town.margins(rows)), town.yes[rows]
        alone = SurveyDesign(raked.weights, strata=design.stratum)
        found["town raked"].add(share_by_domain(raked, yes), whole)
        found["town as if not raked"].add(share_by_domain(alone, yes), whole)
        found["town not raked"].add(share_by_domain(design, yes), whole)
        areas = share_by_domain(raked, yes, town.area[rows], n_domains=AREAS.size)
        found["areas raked"].add(areas, truth)
        found["median raked"].add(quantile_by_domain(raked, town.minutes[rows]), middle)
    return found


def test_raked_shares_cover_and_know_their_error() -> None:
    found = _simulate(150, 1000)
    assert 0.9 < np.mean(found["town raked"].hits) < 0.99
    assert 0.92 < np.mean(found["areas raked"].hits) < 0.985
    assert found["town raked"].ratio == pytest.approx(1.0, abs=0.15)
    # The young answer less and are less afraid: unweighted figures miss the truth.
    assert np.mean(found["town not raked"].hits) < 0.9


@pytest.mark.calibration
def test_raked_figures_cover_over_many_samples(record_table: TableRecorder) -> None:
    rows = []
    for n in (400, 1600):
        found = _simulate(1200, n)
        for name, runs in found.items():
            covered = np.mean(runs.hits, axis=0)
            rows.append(
                [
                    n,
                    name,
                    f"{100 * covered.mean():.1f} %",
                    f"{100 * covered.min():.1f} %",
                    f"{runs.ratio.mean():.3f}",
                ]
            )
        least = 0.92 if n == 400 else 0.93
        assert np.all(np.mean(found["areas raked"].hits, axis=0) > least)
        assert 0.935 < np.mean(found["town raked"].hits) < 0.965
        assert found["town raked"].ratio == pytest.approx(1.0, abs=0.06)
        assert found["town as if not raked"].ratio > 1.03
        assert 0.93 < np.mean(found["median raked"].hits) < 0.97
    record_table(
        "survey_weighting",
        title="Raked surveys: do intervals cover, do standard errors tell the spread?",
        about=(
            "A town of 58,200 people in 8 areas, asked equally many in each; the young answer half "
            "as often as the old; raked to area, age and sex. 1,200 samples each. Intervals are "
            "meant to cover 95 %; standard error ÷ spread of the values should be 1. “As if not "
            "raked” takes the raked weights as given, as weights from elsewhere must be."
        ),
        head=["Invited", "Figure", "Covered", "Covered, worst area", "Standard error ÷ spread"],
        rows=rows,
    )


@pytest.mark.calibration
def test_replicates_tell_the_error_of_raked_ratios(record_table: TableRecorder) -> None:
    town, rng = Town.make(), np.random.default_rng(4)
    values, errors = [], {"linearised": [], "jackknife": [], "bootstrap": []}
    for _ in range(250):
        rows, design = town.sample(rng, 240)
        yes = town.yes[rows]
        margins = [m for m in town.margins(rows) if m.name == "sex"]
        raked = rake(design, margins)
        linear = mean_by_domain(raked, yes)
        values.append(linear.value[0])
        errors["linearised"].append(linear.se[0])
        for name, weights in (
            ("jackknife", jackknife(raked)),
            ("bootstrap", bootstrap(raked, n_replicates=150, rng=rng)),
        ):
            again = estimate_with_replicates(weights, lambda w, y=yes: np.average(y, weights=w))
            errors[name].append(float(again.se))
    spread = np.std(values)
    rows = [[name, f"{np.mean(found) / spread:.3f}"] for name, found in errors.items()]
    record_table(
        "survey_replicates",
        title="Replicate weights, raked anew each time",
        about="Share of the town above, 240 invited, raked to sex, 250 samples.",
        head=["Standard error", "÷ spread of the values"],
        rows=rows,
    )
    assert all(0.88 < np.mean(found) / spread < 1.12 for found in errors.values())


def _response(rng: np.random.Generator, slope: float, n: int) -> tuple[np.ndarray, dict, float]:
    """Return who answered, the groups, and the true R-indicator of their chances."""
    age, area = rng.integers(0, 4, n), rng.integers(0, 5, n)

    def chance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(0.4 - slope * (a - 1.5) - 0.5 * slope * (b == 2))))

    every = chance(*np.meshgrid(np.arange(4), np.arange(5)))
    truth = 1 - 2 * float(np.std(every))
    return rng.uniform(size=n) < chance(age, area), {"age": age, "area": area}, truth


def test_r_indicator_comes_back_to_the_truth() -> None:
    rng = np.random.default_rng(5)
    runs = [_response(rng, 0.4, 800) for _ in range(150)]
    found = [r_indicator(answered, known) for answered, known, _ in runs]
    truth = runs[0][2]
    assert np.mean([f.value for f in found]) == pytest.approx(truth, abs=0.01)
    assert np.mean([f.uncorrected for f in found]) < truth
    assert 0.88 < np.mean([f.low <= truth <= f.high for f in found]) < 0.99


@pytest.mark.calibration
def test_r_indicator_over_many_samples(record_table: TableRecorder) -> None:
    rng, rows = np.random.default_rng(6), []
    for slope in (0.0, 0.15, 0.4):
        for n in (500, 2000):
            runs = [_response(rng, slope, n) for _ in range(900)]
            truth = runs[0][2]
            found = [r_indicator(answered, known) for answered, known, _ in runs]
            value, plain = (
                np.mean([getattr(f, k) for f in found]) for k in ("value", "uncorrected")
            )
            covered = np.mean([f.low <= truth <= f.high for f in found])
            numbers = (truth, value, plain)
            rows.append([n, *(f"{x:.3f}" for x in numbers), f"{100 * covered:.1f} %"])
            assert abs(value - truth) < abs(plain - truth)
            assert covered > 0.9
    record_table(
        "survey_r_indicator",
        title="R-indicator: is it found again, and does its interval cover?",
        about="Response depends on age; age (4) and area (5) are known. 900 surveys each.",
        head=["Invited", "True R", "Mean, corrected", "Mean, uncorrected", "Covered (95 %)"],
        rows=rows,
    )


@pytest.mark.calibration
def test_planned_differences_are_found_as_often_as_planned(record_table: TableRecorder) -> None:
    rng, rows = np.random.default_rng(7), []
    for share, n in ((0.3, 200), (0.3, 800), (0.1, 400)):
        rise = float(detectable_difference(share, n))
        group = np.arange(2 * n) < n
        chance = np.where(group, share + rise, share)
        design = SurveyDesign(np.ones(2 * n))
        found = np.mean(
            [
                difference(design, (rng.uniform(size=2 * n) < chance) * 1.0, group, ~group).p[0]
                < 0.05
                for _ in range(1500)
            ]
        )
        rows.append([n, f"{100 * share:.0f} %", f"{100 * rise:.1f}", f"{100 * found:.1f} %"])
        assert 0.72 < found < 0.84
    people = AREAS.astype(float)
    plan = plan_survey(allocate(1600, people, minimum=100), people, 0.3)
    assert plan.areas_that_detect(0.2) == 8
    record_table(
        "survey_plan",
        title="Planned surveys: is the smallest detectable rise found four times in five?",
        about="Two waves, each with this number of interviews, tested as an audit does; planned: 80 %.",
        head=["Interviews", "Share before", "Rise in points", "Found"],
        rows=rows,
    )


@pytest.mark.calibration
def test_bounded_calibration_keeps_its_coverage() -> None:
    town, rng = Town.make(), np.random.default_rng(8)
    truth, hits = town.yes.mean(), []
    for _ in range(600):
        rows, design = town.sample(rng, 800)
        tied = calibrate(design, town.margins(rows), method="logit", bounds=(0.3, 3.0))
        found = share_by_domain(tied, town.yes[rows])
        hits.append(found.low[0] <= truth <= found.high[0])
    assert 0.925 < np.mean(hits) < 0.975
