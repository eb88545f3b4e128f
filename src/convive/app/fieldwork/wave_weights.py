"""Weights of a wave: of the draw, for who did not answer, and to known numbers of the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError, RequestError
from convive.core.survey import (
    Margin,
    SurveyDesign,
    WeightSpread,
    calibrate,
    trim_weights,
    weight_spread,
)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """What is known of a stratum after closing."""

    population: float
    """People that the frame's rows stand for."""
    invited: int
    not_eligible: int
    answered: int


@dataclass(frozen=True, slots=True, eq=False)
class WaveWeights:
    """Weights of the answers and what they cost; arrays of shape (n_answers,)."""

    design: FloatArray
    weight: FloatArray
    before: WeightSpread
    after: WeightSpread
    n_trimmed: int
    n_without: int
    """Answers that leave a margin's question open: they keep their part, not their category."""


def design_weights(
    strata: Sequence[str], counts: Mapping[str, StratumCount], *, hidden: str = ""
) -> FloatArray:
    """Return weights of the draw with nonresponse made up for within the strata.

    Parameters
    ----------
    strata : sequence of str, shape (n_answers,)
        As the answers carry them; `hidden` where an answer must not carry any.
    counts : mapping of stratum to StratumCount

    Returns
    -------
    ndarray of float, shape (n_answers,)
        Answers of a stratum stand for its eligible people in equal parts. Those without a
        stratum share equally what the others leave, so that the total is kept.

    Raises
    ------
    MethodError
        RESPONSE_BAD_COUNT where a stratum has more answers than people who used an invitation.
    """
    each = {
        name: one.population * (1 - one.not_eligible / one.invited) / one.answered
        for name, one in counts.items()
        if one.answered
    }
    if set(counts) == {hidden}:  # the frame has no strata
        return np.full(len(strata), each[hidden])
    found = np.array([0.0 if name == hidden else each[name] for name in strata])
    n_hidden = sum(1 for name in strata if name == hidden)
    if n_hidden:
        left = sum(each[name] * one.answered for name, one in counts.items() if one.answered)
        left -= float(found.sum())
        if left <= 0:
            raise MethodError("RESPONSE_BAD_COUNT")
        found[[name == hidden for name in strata]] = left / n_hidden
    return found


def weigh(
    design: FloatArray,
    margins: Mapping[str, Mapping[str, float]],
    labels: Mapping[str, Sequence[str | None]],
    *,
    limit: float | None = None,
) -> WaveWeights:
    """Return weights that meet known numbers of the population, by raking.

    Parameters
    ----------
    design : ndarray of float, shape (n_answers,)
        From `design_weights`.
    margins : mapping of variable to (category to people)
        May be empty: then the weights of the draw are kept.
    labels : mapping of variable to sequence, shape (n_answers,)
        Category of each answer; None where the question was left open.
    limit : float, optional
        Largest weight as a multiple of the median; what is cut goes to the others, and the
        margins are met again afterwards.

    Raises
    ------
    RequestError
        WEIGHTS_FEW_COMPLETE: hardly anybody answered the questions of the margins.
    MethodError
        As `convive.core.survey.calibrate` and `trim_weights`.
    """
    before = weight_spread(design)
    if not margins:
        return WaveWeights(design, design, before, before, 0, 0)
    whole = np.array([all(labels[v][k] is not None for v in margins) for k in range(design.size)])
    part = float(design[whole].sum() / design.sum())
    if part < 0.5:
        raise RequestError("WEIGHTS_FEW_COMPLETE", share=100 * part)
    total = sum(next(iter(margins.values())).values())
    wanted = [
        Margin(name, [str(x) for x, ok in zip(labels[name], whole, strict=True) if ok],
               {c: n * part for c, n in cells.items()})
        for name, cells in margins.items()
    ]  # fmt: skip
    raked = calibrate(SurveyDesign(design[whole]), wanted)
    n_trimmed = 0
    if limit is not None:
        trimmed = trim_weights(
            SurveyDesign(raked.weights), upper=limit * float(np.median(raked.weights))
        )
        n_trimmed = trimmed.n_trimmed
        raked = calibrate(trimmed.design, wanted)
    weight = design * (total / design.sum())
    weight[whole] = raked.weights
    return WaveWeights(
        design, weight, before, weight_spread(weight), n_trimmed, int((~whole).sum())
    )


def parse_margins(rows: Sequence[tuple[int, Sequence[str]]]) -> dict[str, dict[str, float]]:
    """Return margins of a table with the columns variable, category and population.

    Raises
    ------
    RequestError
        MARGINS_COLUMNS; MARGINS_ROW with the first row that is wrong; MARGINS_EMPTY.
    """
    if len(rows) < 2:
        raise RequestError("MARGINS_EMPTY")
    head = [cell.strip().casefold() for cell in rows[0][1]]
    if not {"variable", "category", "population"} <= set(head):
        raise RequestError("MARGINS_COLUMNS")
    at = {name: head.index(name) for name in ("variable", "category", "population")}
    found: dict[str, dict[str, float]] = {}
    for number, cells in rows[1:]:
        name, category, people = (
            cells[at[part]].strip() if at[part] < len(cells) else "" for part in at
        )
        size = _people(people)
        if not name or not category or size is None or category in found.get(name, {}):
            raise RequestError("MARGINS_ROW", row=number)
        found.setdefault(name, {})[category] = size
    return found


def _people(text: str) -> float | None:
    try:
        size = float(text.replace(" ", "").replace("\u202f", "").replace(",", "."))
    except ValueError:
        return None
    return size if 0 <= size < 1e11 else None
