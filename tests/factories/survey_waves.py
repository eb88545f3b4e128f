"""Invented survey waves: areas with clusters of people, unequal weights, a panel if wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convive.core.evaluation import SurveyWave
from convive.core.survey import SurveyDesign


@dataclass(frozen=True, slots=True)
class WaveWorld:
    """A town in which the same question is asked twice."""

    n_treated: int = 10
    n_comparison: int = 10
    clusters: int = 4
    """In every area and wave."""
    people: int = 8
    """In every cluster."""
    share: float = 0.4
    clusters_vary: float = 0.3
    """Standard deviation of the logit between clusters."""
    areas_drift: float = 0.0
    """Standard deviation of the change of an area, as a share."""
    weights_vary: float = 0.3
    """Standard deviation of the logarithm of weights."""
    stays: float = 0.0
    """Share of people asked again, in the same clusters (0: others in other clusters)."""
    lasting: float = 0.8
    """Share of those asked again who answer as before, but for what changed."""
    level_apart: float = 0.0
    """By how much the share in treated areas is higher from the beginning."""

    @property
    def n_areas(self) -> int:
        """Return treated and comparison areas together."""
        return self.n_treated + self.n_comparison

    def waves(
        self, rng: np.random.Generator, effect: float = 0.0, common: float = 0.0
    ) -> tuple[SurveyWave, SurveyWave]:
        """Return both waves; `effect` and `common` are changes of shares."""
        area = np.repeat(np.arange(self.n_areas), self.clusters * self.people)
        cluster = np.repeat(np.arange(self.n_areas * self.clusters), self.people)
        treated = area < self.n_treated
        drift = rng.normal(0, self.areas_drift, self.n_areas)[area]
        level = self._levels(rng, cluster) + self.level_apart * treated
        again = rng.random(area.size) < self.stays
        second = level if self.stays else self._levels(rng, cluster) + self.level_apart * treated
        moved = second + common + effect * treated + drift
        weights = np.exp(rng.normal(0, self.weights_vary, area.size))
        chance = rng.random(area.size)
        keeps = again & (rng.random(area.size) < self.lasting)
        other = np.where(keeps, chance, rng.random(area.size))
        first = (chance < level).astype(float)
        later = (other < moved).astype(float)
        person = np.arange(area.size)
        return (
            self._wave(first, treated, weights, cluster, area, person),
            self._wave(
                later,
                treated,
                np.where(again, weights, rng.permutation(weights)),
                cluster if self.stays else cluster + cluster.max() + 1,
                area,
                np.where(again, person, person + person.size),
            ),
        )

    def chosen(
        self, rng: np.random.Generator, effect: float = 0.0
    ) -> tuple[SurveyWave, SurveyWave]:
        """Return waves in which the areas that stood worst (least yes) before are treated."""
        first, second = replace(self, n_treated=0, n_comparison=self.n_areas).waves(rng)
        area = np.asarray(first.area)
        level = np.bincount(area, np.asarray(first.answers)) / np.bincount(area)
        worst = np.argsort(level)[: self.n_treated]
        waves = []
        for wave in (first, second):
            treated = np.isin(np.asarray(wave.area), worst)
            answers = np.asarray(wave.answers, dtype=float)
            if wave is second:
                changes = treated & (answers == 0) & (rng.random(area.size) < effect / 0.6)
                answers = np.where(changes, 1.0, answers)
            design = SurveyDesign(wave.design.weights, treated.astype(int), wave.design.clusters)
            waves.append(replace(wave, answers=answers, treated=treated, design=design))
        return waves[0], waves[1]

    def _levels(self, rng: np.random.Generator, cluster: np.ndarray) -> np.ndarray:
        logit = np.log(self.share / (1 - self.share))
        apart = rng.normal(0, self.clusters_vary, cluster.max() + 1)[cluster]
        return 1 / (1 + np.exp(-logit - apart))

    def _wave(
        self,
        answers: np.ndarray,
        treated: np.ndarray,
        weights: np.ndarray,
        cluster: np.ndarray,
        area: np.ndarray,
        person: np.ndarray,
    ) -> SurveyWave:
        design = SurveyDesign(weights, treated.astype(int), cluster)
        return SurveyWave(
            answers,
            treated,
            design,
            person=person if self.stays else None,
            area=area,
            response=(0.4, 0.4),
        )
