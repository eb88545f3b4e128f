"""What is known of the population about each respondent, and how calibration used it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Auxiliaries:
    """The non-zero entries of a table of respondents by known columns (categories, numbers)."""

    respondent: IntArray
    column: IntArray
    value: FloatArray
    n_respondents: int
    n_columns: int

    def sums(
        self, factor: FloatArray, group: IntArray | None = None, n_groups: int = 1
    ) -> FloatArray:
        """Return Σ factor × row over respondents by group, shape (n_groups, n_columns)."""
        weights = factor[self.respondent] * self.value
        key = self.column
        if group is not None:
            of_row = group[self.respondent]
            inside = of_row >= 0
            key = of_row[inside] * self.n_columns + key[inside]
            weights = weights[inside]
        flat = np.bincount(key, weights=weights, minlength=n_groups * self.n_columns)
        return np.asarray(flat.reshape(n_groups, self.n_columns), dtype=np.float64)

    def times(self, coefficients: FloatArray) -> FloatArray:
        """Return each respondent's row times the coefficients, shape (n_respondents,)."""
        product = self.value * coefficients[self.column]
        flat = np.bincount(self.respondent, weights=product, minlength=self.n_respondents)
        return np.asarray(flat, dtype=np.float64)

    def gram(self, weights: FloatArray) -> FloatArray:
        """Return Σ weight × row' row, shape (n_columns, n_columns)."""
        shape = (self.n_respondents, self.n_columns)
        table = sparse.csr_array((self.value, (self.respondent, self.column)), shape=shape)
        return np.asarray((table.T @ sparse.diags_array(weights) @ table).toarray())


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How weights were made to meet known totals; part of the design, read by every variance.

    `inverse` is the (generalised) inverse of the Gram matrix of the auxiliaries under the
    weights before calibration; `again` calibrates other starting weights to the same totals.
    """

    auxiliaries: Auxiliaries
    base_weights: FloatArray
    inverse: FloatArray
    again: Callable[[FloatArray], FloatArray]


def generalised_inverse(gram: FloatArray) -> FloatArray:
    """Return the inverse of a Gram matrix whose columns may depend on one another.

    Columns are scaled to length 1 first, so that a number in thousands counts like a category.
    """
    length = np.sqrt(np.diag(gram))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    both = np.outer(scale, scale)
    return np.asarray(linalg.pinvh(gram * both, rtol=1e-11) * both)
