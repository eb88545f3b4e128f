"""Answers of a wave as sums: nobody's row, and all that the change of answers is worked out from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.survey_model import SurveyWave
from convive.core.survey import SurveyDesign

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Labels = NDArray[np.object_]

NOWHERE = -1
"""Area of those who did not answer, or who live where too few did."""
SINGLY = -1
"""Cluster of people who were drawn one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class AnswerSums:
    """One line for all who live in one area, are of one group, and answered alike; by place drawn.

    Attributes
    ----------
    area : array of int, shape (n_lines,)
        Row of the area; `NOWHERE` for those who do not count but were drawn.
    group : array of object, shape (n_lines,)
        Label of the group; None where nobody knows, or where groups are not told apart.
    answer : array of float, shape (n_lines,)
        1 yes, 0 no, NaN in lines of those who do not count.
    stratum, cluster : array of int, shape (n_lines,)
        Numbers that mean nothing outside the wave; cluster is `SINGLY` without clusters.
    n : array of int, shape (n_lines,), unit: people
    weight, square : array of float, shape (n_lines,)
        Sum of their weights, and of the squares of these.
    """

    area: Ints
    group: Labels
    answer: Floats
    stratum: Ints
    cluster: Ints
    n: Ints
    weight: Floats
    square: Floats


def sum_answers(
    answers: ArrayLike,
    area: ArrayLike,
    design: SurveyDesign,
    group: ArrayLike | None = None,
    *,
    fewest: int = 1,
) -> AnswerSums:
    """Return the sums of a wave from its people; who cannot be told stays as "was drawn".

    Use it once, when a wave is read; what is kept holds no row of anybody.

    Parameters
    ----------
    answers : array_like of float, shape (n_respondents,)
        1 yes, 0 no, NaN not answered.
    area : array_like of int, shape (n_respondents,)
        Row of the area; negative where nobody knows.
    design : SurveyDesign
        Of one stage; neither corrected nor calibrated by ourselves.
    group : array_like of object, shape (n_respondents,), optional
        Labels; None where there is none.
    fewest : int, unit: people
        Areas in which fewer answered are not told apart. With groups, neither is an area in
        which any group is smaller: what is left of an area would tell that group.

    Raises
    ------
    MethodError
        SURVEY_SHAPE; SURVEY_NOT_BINARY.
    """
    said, place = np.array(answers, dtype=np.float64), np.array(area, dtype=np.int64)
    weights = design.weights
    if said.shape != weights.shape or place.shape != weights.shape:
        raise MethodError("SURVEY_SHAPE", weights=weights.shape, y=said.shape, area=place.shape)
    known = said[np.isfinite(said)]
    if not np.all((known == 0) | (known == 1)):
        raise MethodError("SURVEY_NOT_BINARY")
    names, code = _groups(group, weights.size)
    counts = np.isfinite(said) & (weights > 0) & (place >= 0)
    counts &= _are_enough(place, code, counts, fewest)
    cluster = np.full(weights.size, SINGLY) if design.clusters is None else design.psu
    keys = np.stack(
        [
            np.where(counts, place, NOWHERE),
            np.where(counts, code, -1),
            np.where(counts, np.nan_to_num(said), -1).astype(np.int64),
            design.stratum,
            cluster,
        ]
    )
    lines, at = np.unique(keys, axis=1, return_inverse=True)
    at = at.reshape(-1)
    return AnswerSums(
        area=lines[0],
        group=np.array([*names, None], dtype=object)[lines[1]],
        answer=np.where(lines[2] < 0, np.nan, lines[2].astype(np.float64)),
        stratum=lines[3],
        cluster=lines[4],
        n=np.bincount(at, minlength=lines.shape[1]),
        weight=np.bincount(at, weights, lines.shape[1]).astype(np.float64),
        square=np.bincount(at, weights**2, lines.shape[1]).astype(np.float64),
    )


def wave_of(
    sums: AnswerSums, treated: ArrayLike, comparison: ArrayLike
) -> tuple[SurveyWave, Labels]:
    """Return people with these sums, as a wave and their groups.

    They are nobody: of each line all but one have the same weight, and the last has what makes
    sum and sum of squares right. Every mean, number after weighting, and linearised variance of
    `survey_change` and `survey_change_by_group` is that of the people who answered, because it
    depends on these sums alone.

    Parameters
    ----------
    treated, comparison : array_like of int
        Rows of areas. Answers from other areas do not count; who was drawn there still does.

    Examples
    --------
    >>> from convive.core.survey import SurveyDesign
    >>> design = SurveyDesign(np.array([1.0, 2.0, 3.0]))
    >>> sums = sum_answers([1, 1, 0], [0, 0, 1], design)
    >>> wave, _ = wave_of(sums, [0], [1])
    >>> [round(float(x), 3) for x in sorted(wave.design.weights)]
    [1.0, 2.0, 3.0]
    """
    sides = np.asarray(treated, dtype=np.int64), np.asarray(comparison, dtype=np.int64)
    line = np.repeat(np.arange(sums.n.size), sums.n)
    is_met = np.isin(sums.area, np.concatenate(sides)) & (sums.area >= 0)
    wave = SurveyWave(
        answers=np.where(is_met, sums.answer, np.nan)[line],
        treated=np.isin(sums.area, sides[0])[line] & is_met[line],
        design=SurveyDesign(
            _weights(sums, line),
            strata=sums.stratum[line],
            clusters=None if (sums.cluster == SINGLY).all() else sums.cluster[line],
        ),
        area=sums.area[line],
    )
    return wave, sums.group[line]


def areas_met(sums: AnswerSums) -> frozenset[int]:
    """Return the rows of areas that are told apart."""
    return frozenset(int(one) for one in np.unique(sums.area[sums.area >= 0]))


def _groups(group: ArrayLike | None, size: int) -> tuple[list[str], Ints]:
    """Return the labels, and the number of everybody's; -1 for none."""
    if group is None:
        return [], np.full(size, -1)
    given = np.asarray(group, dtype=object)
    if given.shape != (size,):
        raise MethodError("SURVEY_SHAPE", expected=(size,), given=given.shape)
    names = sorted({str(one) for one in given if one is not None})
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([-1 if one is None else place[str(one)] for one in given], np.int64)


def _are_enough(
    place: Ints, code: Ints, counts: NDArray[np.bool_], fewest: int
) -> NDArray[np.bool_]:
    """Tell who lives where enough answered, in each group that is met there."""
    n_areas, n_groups = int(place.max(initial=-1)) + 1, int(code.max(initial=-1)) + 2
    found = np.zeros((n_areas, n_groups), dtype=np.int64)
    np.add.at(found, (place[counts], code[counts]), 1)  # -1: the last column, without a group
    is_fine = ((found == 0) | (found >= fewest)).all(axis=1)
    return np.asarray((place >= 0) & is_fine[np.maximum(place, 0)]) if n_areas else counts


def _weights(sums: AnswerSums, line: Ints) -> Floats:
    """Return weights that have the sum and the sum of squares of each line."""
    mean = sums.weight / np.maximum(sums.n, 1)
    spread = np.maximum(sums.square / np.maximum(sums.n, 1) - mean**2, 0.0)
    others = np.maximum(sums.n - 1, 1)
    usual = np.where(sums.n > 1, mean - np.sqrt(spread / others), mean)
    last = np.where(sums.n > 1, mean + np.sqrt(spread * others), mean)
    weights = np.maximum(usual, 0.0)[line]
    weights[np.cumsum(sums.n)[sums.n > 0] - 1] = last[sums.n > 0]
    return np.asarray(weights)
