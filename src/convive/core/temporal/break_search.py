"""The search for one jump among all months: its statistic, and what it is without a jump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.temporal.memory import correlations, memory_weights
from convive.core.temporal.season import step_columns

Floats = NDArray[np.float64]

_RHO = np.linspace(0.0, 0.9, 10)


@dataclass(frozen=True, slots=True)
class BreakSearch:
    """Everything about the search that does not depend on the noise; one entry per memory.

    The statistic is twice the log likelihood ratio with and without a jump, the memory of the
    noise chosen anew on either side: a series that wanders is told from one that jumps.
    """

    roots: Floats
    """(n_rho, n, n): Cholesky factors of the correlation."""
    whiten: Floats
    """(n_rho, n, n): noise to independent noise, the model without a jump taken out."""
    steps: Floats
    """(n_rho, n, n_candidates): unit vectors of the jump columns beyond that model."""
    log_root: Floats
    """(n_rho,): half the log determinants of the restricted likelihood."""
    df: int
    """Degrees of freedom of the model without a jump."""

    @classmethod
    def prepare(
        cls, half: Floats, root: Floats, candidates: NDArray[np.int64], lasting: float
    ) -> BreakSearch:
        """Return the search for a model.

        Parameters
        ----------
        half : ndarray, shape (n, k)
            Columns of the model times the root of the fitted means.
        root : ndarray, shape (n,)
            Root of the fitted means.
        candidates : ndarray of int
            Months at which a jump may start.
        lasting : float
            Share of the noise that may have memory.
        """
        n, k = half.shape
        roots = np.asarray(np.linalg.cholesky(correlations(n, lasting, _RHO)))
        inverse = np.linalg.inv(roots)
        basis, upper = np.linalg.qr(inverse @ half)
        jumps = inverse @ (step_columns(n, candidates.tolist()) * root[:, None])
        jumps = jumps - basis @ (basis.transpose(0, 2, 1) @ jumps)
        length = np.linalg.norm(jumps, axis=1, keepdims=True)
        logs = _log_diagonals(roots) + _log_diagonals(np.asarray(upper))
        whiten = inverse - basis @ (basis.transpose(0, 2, 1) @ inverse)
        return cls(roots, whiten, jumps / np.maximum(length, 1e-9), logs, n - k)

    def f_statistics(self, noise: Floats) -> Floats:
        """Return the F statistic of a jump at each candidate, taking the noise as independent."""
        rest = noise @ self.whiten[0].T
        gain = (rest @ self.steps[0]) ** 2
        total = np.sum(rest**2, axis=-1, keepdims=True)
        return np.asarray(gain / np.maximum(total - gain, 1e-12 * total) * (self.df - 1))

    def statistics(self, noise: Floats) -> Floats:
        """Return twice the log likelihood ratio of a jump at each candidate; noise is (..., n)."""
        with_jump, without = np.array(-np.inf), np.array(-np.inf)
        for whiten, steps, log_root in zip(self.whiten, self.steps, self.log_root, strict=True):
            rest = noise @ whiten.T
            total = np.sum(rest**2, axis=-1, keepdims=True)
            left = np.maximum(total - (rest @ steps) ** 2, 1e-12 * total)
            without = np.maximum(without, -log_root - 0.5 * self.df * np.log(total))
            with_jump = np.maximum(with_jump, -log_root - 0.5 * self.df * np.log(left))
        return np.asarray(2.0 * (with_jump - without))

    def memory(self, noise: Floats) -> Floats:
        """Return how likely each memory is where there is no jump; noise is (n,)."""
        total = np.sum((self.whiten @ noise) ** 2, axis=1)
        return memory_weights(-self.log_root - 0.5 * self.df * np.log(total), _RHO)

    def simulate(self, weight: Floats, rng: np.random.Generator, n_replicates: int) -> Floats:
        """Return the largest statistic of series without a jump, their memory drawn by weight."""
        noise = rng.standard_normal((n_replicates, self.roots.shape[1]))
        drawn = rng.choice(_RHO.size, n_replicates, p=weight)
        for at in np.unique(drawn):
            noise[drawn == at] = noise[drawn == at] @ self.roots[at].T
        return np.asarray(self.statistics(noise).max(axis=1))


def _log_diagonals(matrices: Floats) -> Floats:
    """Return the log of the absolute determinant of triangular matrices."""
    diagonals = np.abs(np.diagonal(matrices, axis1=1, axis2=2))
    return np.asarray(np.log(np.maximum(diagonals, 1e-300)).sum(axis=1))
