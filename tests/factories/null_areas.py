"""Invented areas in which no action does anything: the world in which methods must keep quiet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class NullWorld:
    """How restless the areas are."""

    areas: int
    months: int
    mean: float = 20.0
    drift: float = 0.1
    """Standard deviation of the log course of an area over two years (a random walk)."""
    noise: float = 0.1
    """Standard deviation of the log of a month beyond Poisson."""
    memory: float = 0.5
    """Correlation of that noise from month to month."""
    likeness: float = 0.0
    """Correlation of neighbours in drift and noise."""

    def counts(self, rng: np.random.Generator) -> np.ndarray:
        """Return counts, shape (areas, months): neighbours have neighbouring rows."""
        return rng.poisson(self.means(rng))

    def means(self, rng: np.random.Generator) -> np.ndarray:
        """Return expected counts: size, season and trend of all, noise and drift of each."""
        month = np.arange(self.months)
        course = np.exp(0.15 * np.sin(month / 6 * np.pi) + 0.003 * month)
        size = self.mean * np.exp(rng.normal(0, 0.5, (self.areas, 1)))
        noise = self._alike(rng)
        for t in range(1, self.months):
            noise[:, t] = self.memory * noise[:, t - 1] + np.sqrt(1 - self.memory**2) * noise[:, t]
        walk = np.cumsum(self._alike(rng), axis=1) * self.drift / np.sqrt(24.0)
        return size * course * np.exp(self.noise * noise + walk)

    def _alike(self, rng: np.random.Generator) -> np.ndarray:
        apart = np.abs(np.subtract.outer(np.arange(self.areas), np.arange(self.areas)))
        root = np.linalg.cholesky(float(self.likeness) ** apart)
        return root @ rng.normal(size=(self.areas, self.months))
