"""The cumulative logit model with an effect of each area, for answers of two or more steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
N_NODES = 15
"""Nodes of Gauss and Hermite, moved and scaled to each area (adaptive)."""
_MAX_STEPS = 60


@dataclass(frozen=True, slots=True)
class Cells:
    """People with the same area, group and answer, counted (or weighted) together."""

    answer: Integers
    """Shape (n_cells,), 0 … n_answers - 1."""
    x: Floats
    """Covariates without a constant, shape (n_cells, n_covariates)."""
    area: Integers
    """Rises: the cells of an area stand together."""
    weight: Floats
    n_areas: int
    n_answers: int

    @property
    def n_thresholds(self) -> int:
        """Number of steps between answers."""
        return self.n_answers - 1

    @property
    def first(self) -> Integers:
        """Where the cells of each area begin."""
        return np.searchsorted(self.area, np.arange(self.n_areas))


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds that rise, coefficients, and the standard deviation of areas' effects."""

    thresholds: Floats
    coefficients: Floats
    sd: float

    @classmethod
    def unpack(cls, given: Floats, n_thresholds: int, sd: float | None = None) -> Parameters:
        """Return parameters from an unbounded vector: first threshold, logs of gaps, …, log sd."""
        gaps = np.exp(given[1:n_thresholds])
        thresholds = given[0] + np.concatenate([[0.0], np.cumsum(gaps)])
        own = given if sd is not None else given[:-1]
        spread = sd if sd is not None else float(np.exp(given[-1]))
        return cls(thresholds, own[n_thresholds:], spread)


def _cumulative(cells: Cells, at: Floats, bounds: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log probability of the answer, and upper and lower logistic density over it.

    `at` is the linear predictor, shape (n_cells, …); an answer lies between two thresholds.
    """
    shape = (-1,) + (1,) * (at.ndim - 1)
    upper = bounds[cells.answer + 1].reshape(shape) - at
    lower = bounds[cells.answer].reshape(shape) - at
    # Differences of tails are exact on the side where both are small.
    flip = lower > 0
    high, low = np.where(flip, -lower, upper), np.where(flip, -upper, lower)
    p = np.maximum(special.expit(high) - special.expit(low), 1e-300)
    density = special.expit(upper) * special.expit(-upper)
    density_low = special.expit(lower) * special.expit(-lower)
    return np.log(p), density / p, density_low / p


@dataclass(slots=True)
class Likelihood:
    """Log likelihood and its gradient; areas' modes are kept from one call to the next."""

    cells: Cells
    modes: Floats
    """Standardised effect at which each area's part is highest, shape (n_areas,)."""

    @classmethod
    def of(cls, cells: Cells) -> Likelihood:
        """Return the likelihood before any step."""
        return cls(cells, np.zeros(cells.n_areas))

    def _sum(self, values: Floats) -> Floats:
        """Sum over the cells of each area, shape (n_areas, …)."""
        return np.asarray(np.add.reduceat(values, self.cells.first, axis=0))

    def _find_modes(self, fixed: Floats, sd: float, bounds: Floats) -> Floats:
        """Move the modes to where they belong and return the curvature there (negative)."""
        cells, u = self.cells, self.modes
        for _ in range(_MAX_STEPS):
            _, upper, lower = _cumulative(cells, fixed + sd * u[cells.area], bounds)
            slope = self._sum(cells.weight * (lower - upper)) * sd - u
            curvature = self._curvature(fixed + sd * u[cells.area], sd, bounds)
            step = np.clip(slope / -curvature, -2.0, 2.0)
            u = u + step
            if np.max(np.abs(step), initial=0.0) < 1e-10:
                break
        self.modes = u
        return self._curvature(fixed + sd * u[cells.area], sd, bounds)

    def _curvature(self, at: Floats, sd: float, bounds: Floats) -> Floats:
        """Return the second derivative of each area's part in its standardised effect."""
        cells = self.cells
        _, upper, lower = _cumulative(cells, at, bounds)
        tail_up = 1 - 2 * special.expit(bounds[cells.answer + 1] - at)
        tail_low = 1 - 2 * special.expit(bounds[cells.answer] - at)
        second = upper * tail_up - lower * tail_low - (upper - lower) ** 2
        return np.asarray(self._sum(cells.weight * second) * sd**2 - 1.0)

    def value_and_slopes(self, parameters: Parameters) -> tuple[float, Floats, Floats, float]:
        """Return the log likelihood and its slopes in thresholds, coefficients and sd."""
        cells = self.cells
        bounds = np.concatenate([[-np.inf], parameters.thresholds, [np.inf]])
        fixed = cells.x @ parameters.coefficients
        curvature = self._find_modes(fixed, parameters.sd, bounds)
        nodes, weights = special.roots_hermite(N_NODES)
        scale = np.sqrt(2.0 / -curvature)
        u = self.modes[:, None] + scale[:, None] * nodes
        at = fixed[:, None] + parameters.sd * u[cells.area]
        logs, upper, lower = _cumulative(cells, at, bounds)
        whole = self._sum(cells.weight[:, None] * logs) - 0.5 * u**2
        terms = whole + nodes**2 + np.log(weights * scale[:, None] / np.sqrt(2 * np.pi))
        top = special.logsumexp(terms, axis=1)
        share = np.exp(terms - top[:, None])[cells.area] * cells.weight[:, None]
        pull = share * (lower - upper)
        d_sd = float(np.sum(pull * u[cells.area]))
        d_beta = cells.x.T @ pull.sum(axis=1)
        size = cells.n_answers + 1
        gained = np.bincount(cells.answer + 1, np.sum(share * upper, axis=1), size)
        lost = np.bincount(cells.answer, np.sum(share * lower, axis=1), size)
        d_threshold = np.asarray(gained - lost, dtype=float)
        return float(top.sum()), d_threshold[1:-1], d_beta, d_sd


def objective(cells: Cells, sd: float | None = None) -> Callable[[Floats], tuple[float, Floats]]:
    """Return minus the log likelihood with its gradient, over the unbounded vector.

    With `sd` the standard deviation of areas is held there.
    """
    likelihood, k = Likelihood.of(cells), cells.n_thresholds

    def value(given: Floats) -> tuple[float, Floats]:
        parameters = Parameters.unpack(given, k, sd)
        total, d_threshold, d_beta, d_sd = likelihood.value_and_slopes(parameters)
        # The first threshold moves all; each gap moves its own and those above.
        above = np.cumsum(d_threshold[::-1])[::-1]
        gaps = above[1:] * np.exp(given[1:k])
        parts = [above[:1], gaps, d_beta]
        if sd is None:
            parts.append(np.array([d_sd * parameters.sd]))
        return -total, -np.concatenate(parts)

    return value
