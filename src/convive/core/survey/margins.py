"""Known numbers of the population that a survey's weights are to meet, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.survey.auxiliaries import Auxiliaries

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

AGREEMENT = 1e-6
"""Relative difference between the totals of two margins that rounding explains."""


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """The population by the categories of one variable.

    Parameters
    ----------
    name : str
        Of the variable, for messages: "age group".
    labels : array_like, shape (n_respondents,)
        Category of each respondent.
    totals : mapping of category to float
        People in the population, every category that occurs, in their natural order (messages
        propose neighbours for collapsing). Write the categories of a cross-classification as
        one label, such as "women 16-24".
    """

    name: str
    labels: ArrayLike
    totals: Mapping[Hashable, float]

    @property
    def total(self) -> float:
        """People in the population, over all categories."""
        return float(sum(self.totals.values()))

    def scaled_to(self, total: float) -> Margin:
        """Return the margin with its shares kept and this total: a decision, hence explicit."""
        if not self.total > 0:
            raise MethodError("WEIGHTING_BAD_TOTAL", margin=self.name, cell="–")
        factor = total / self.total
        return Margin(self.name, self.labels, {c: n * factor for c, n in self.totals.items()})


@dataclass(frozen=True, slots=True, eq=False)
class KnownTotal:
    """The population's total of a number that each respondent gave (dwellings, people at home).

    Parameters
    ----------
    name : str
        Of the variable, for messages.
    values : array_like of float, shape (n_respondents,)
        Known for every respondent.
    total : float
        Sum over the population.
    """

    name: str
    values: ArrayLike
    total: float


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Columns of known variables with their totals and what to call them."""

    auxiliaries: Auxiliaries
    totals: FloatArray
    names: tuple[tuple[str, str], ...]
    """Margin and cell of each column."""
    groups: tuple[IntArray, ...]
    """Column of each respondent, margin by margin; empty for numbers."""

    def neighbour(self, column: int) -> str:
        """Return the cell next to this one in its margin: what to collapse it with."""
        margin = self.names[column][0]
        same = [k for k, (name, _) in enumerate(self.names) if name == margin]
        place = same.index(column)
        near = same[place - 1 : place] + same[place + 1 : place + 2]
        return self.names[min(near, key=lambda k: self.totals[k])][1] if near else "–"


def targets_of(
    margins: Sequence[Margin | KnownTotal], weights: FloatArray, *, empty: bool = False
) -> Targets:
    """Return the columns of all margins, or say which margin and cell cannot be met.

    Parameters
    ----------
    margins
        Margins and known totals, at least one.
    weights : array of float, shape (n_respondents,)
        Weights to start from; who has 0 fills no cell.
    empty : bool
        Let cells be empty: for comparing only.

    Raises
    ------
    MethodError
        WEIGHTING_NO_MARGIN, WEIGHTING_UNKNOWN_CELL, WEIGHTING_BAD_TOTAL,
        WEIGHTING_EMPTY_CELL, WEIGHTING_MARGINS_DISAGREE, SURVEY_SHAPE, SURVEY_MISSING_LABEL.
    """
    if not margins or not all(m.totals for m in margins if isinstance(m, Margin)):
        raise MethodError("WEIGHTING_NO_MARGIN")
    _refuse_disagreement([m for m in margins if isinstance(m, Margin)])
    parts = [_columns(margin, weights.size) for margin in margins]
    first = np.cumsum([0] + [len(part[2]) for part in parts])
    people = np.arange(weights.size, dtype=np.int64)
    found = Targets(
        Auxiliaries(
            respondent=np.tile(people, len(parts)),
            column=np.concatenate([p[0] + k for p, k in zip(parts, first, strict=False)]),
            value=np.concatenate([part[1] for part in parts]),
            n_respondents=weights.size,
            n_columns=int(first[-1]),
        ),
        totals=np.array([total for part in parts for _, total in part[2]], dtype=float),
        names=tuple(
            (m.name, cell) for m, part in zip(margins, parts, strict=True) for cell, _ in part[2]
        ),
        groups=tuple(
            part[0] + k if isinstance(m, Margin) else np.zeros(0, dtype=np.int64)
            for m, part, k in zip(margins, parts, first, strict=False)
        ),
    )
    if not empty:
        refuse_empty_cells(found, weights)
    return found


def refuse_empty_cells(targets: Targets, weights: FloatArray) -> None:
    """Raise for a cell that the population has and respondents with weight do not."""
    met = targets.auxiliaries.sums((weights > 0).astype(float))[0] != 0
    for column in np.flatnonzero(~met & (targets.totals != 0)):
        margin, cell = targets.names[column]
        raise MethodError(
            "WEIGHTING_EMPTY_CELL",
            margin=margin,
            cell=cell,
            population=float(targets.totals[column]),
            neighbour=targets.neighbour(int(column)),
        )


def _refuse_disagreement(margins: Sequence[Margin]) -> None:
    """Raise where two margins add up to different populations: neither is rescaled silently."""
    for other in margins[1:]:
        first = margins[0]
        if abs(other.total - first.total) > AGREEMENT * abs(first.total):
            raise MethodError(
                "WEIGHTING_MARGINS_DISAGREE",
                margin=first.name,
                total=first.total,
                other=other.name,
                other_total=other.total,
            )


Part = tuple[IntArray, FloatArray, list[tuple[str, float]]]


def _columns(margin: Margin | KnownTotal, n: int) -> Part:
    """Return column and value of each respondent, and the margin's cells with their totals."""
    if isinstance(margin, Margin):
        return _categories(margin, n)
    values = np.asarray(margin.values, dtype=float)
    if values.shape != (n,):
        raise MethodError("SURVEY_SHAPE", expected=(n,), given=values.shape)
    if not (np.all(np.isfinite(values)) and np.isfinite(margin.total)):
        raise MethodError("WEIGHTING_BAD_TOTAL", margin=margin.name, cell=margin.name)
    return np.zeros(n, dtype=np.int64), values, [(margin.name, float(margin.total))]


def _categories(margin: Margin, n: int) -> Part:
    """Return the category of each respondent as a number in the order of the totals."""
    labels = np.asarray(margin.labels)
    if labels.shape != (n,):
        raise MethodError("SURVEY_SHAPE", expected=(n,), given=labels.shape)
    is_missing = labels == None if labels.dtype == object else labels != labels  # noqa: E711, PLR0124
    if np.any(is_missing):
        raise MethodError("SURVEY_MISSING_LABEL", n=int(np.sum(is_missing)))
    for cell, total in margin.totals.items():
        if not (np.isfinite(total) and total >= 0):
            raise MethodError("WEIGHTING_BAD_TOTAL", margin=margin.name, cell=str(cell))
    number = {str(cell): k for k, cell in enumerate(margin.totals)}
    values, code = np.unique(
        labels.astype(str) if labels.dtype == object else labels, return_inverse=True
    )
    of_value = np.array([number.get(str(value), -1) for value in values], dtype=np.int64)
    column = of_value[code]
    totals = np.array(list(margin.totals.values()), dtype=float)
    # A cell with people in the sample and none in the population is as unknown as one not listed.
    unknown = (column < 0) | (totals[column] == 0)
    if np.any(unknown):
        value = str(values[code[np.argmax(unknown)]])
        at = int(np.sum(unknown & (code == code[np.argmax(unknown)])))
        raise MethodError("WEIGHTING_UNKNOWN_CELL", margin=margin.name, cell=value, n=at)
    return column, np.ones(n), [(str(c), float(t)) for c, t in margin.totals.items()]
