"""Whom a change of answers reached: by group, and whether groups differ in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.evaluation.survey_change import (
    checked_plan,
    judge_with_drift,
    read_planned,
    reason_against,
)
from convive.core.evaluation.survey_checks import SurveyChangePlan
from convive.core.evaluation.survey_model import Changed, Read, SurveyWave, change_in, gap_variance
from convive.core.significance import holm, two_sided_t_p

Labels = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Change among people of one group, and how far it is from that of all the others."""

    group: str
    n_before: int
    """Answers in treated areas."""
    n_after: int
    reason: str | None
    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    """Holm over the groups."""
    gap: float | None
    """Effect among them less effect among the others."""
    gap_low: float | None
    gap_high: float | None
    gap_p: float | None
    gap_p_adjusted: float | None
    """Holm over the comparisons; with two groups there is but one."""


def survey_change_by_group(
    before: SurveyWave,
    after: SurveyWave,
    groups: tuple[ArrayLike, ArrayLike],
    plan: SurveyChangePlan | None = None,
    *,
    level: float = 0.95,
) -> tuple[GroupChange, ...]:
    """Return the change among people of each group, and whether groups differ in it.

    Use it to see whom an action reached: women and men, young and old. A change that is clear in
    one group and not in another is no difference between them; the gap and its p say that.

    Parameters
    ----------
    before, after, plan, level
        As for `survey_change`.
    groups : (array_like, array_like), shape (n_respondents,) of each wave
        Labels; None for who belongs to no group.

    Returns
    -------
    tuple of GroupChange
        In the order of the labels. The gap is against all other groups together.

    Raises
    ------
    MethodError
        As `survey_change`.

    Notes
    -----
    The gap is linearised as one estimate, because groups share clusters. Drift of areas is in
    the error of the effects, not in that of the gap: it hits all groups of an area.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure.
       Scandinavian Journal of Statistics 6(2), 65-70.
    """
    plan = checked_plan(plan or SurveyChangePlan())
    waves = read_planned(before, after, plan)
    labels = [_labels(one, size.size) for one, size in zip(groups, waves.answers, strict=True)]
    names = sorted({str(name) for one in labels for name in one if name is not None})
    rows = [_row(waves, labels, name, plan, level=level) for name in names]
    own, gaps = holm([row.p for row in rows]), [row.gap_p for row in rows]
    # Two groups have one gap between them, seen from either side.
    apart = np.array(gaps, dtype=np.float64) if len(rows) == 2 else holm(gaps)
    return tuple(
        replace(row, p_adjusted=_shown(first), gap_p_adjusted=_shown(second))
        for row, first, second in zip(rows, own, apart, strict=True)
    )


def _labels(labels: ArrayLike, size: int) -> Labels:
    """Return the labels of groups as words, None where there is none."""
    given = np.asarray(labels, dtype=object)
    if given.shape != (size,):
        raise MethodError("SURVEY_SHAPE", expected=(size,), given=given.shape)
    found = np.empty(size, dtype=object)
    found[:] = [None if one is None or one != one else str(one) for one in given]  # noqa: PLR0124
    return found


def _row(
    waves: Read, labels: list[Labels], name: str, plan: SurveyChangePlan, *, level: float
) -> GroupChange:
    """Return the change of one group and its gap from the others, not yet adjusted."""
    ours, theirs = (
        change_in(waves, (_part(labels[0], name, is_in), _part(labels[1], name, is_in)))
        for is_in in (True, False)
    )
    reason = reason_against(waves, ours)
    n = (0, 0) if ours is None else (int(ours.cells.n[0]), int(ours.cells.n[1]))
    row = GroupChange(name, *n, reason, *(None,) * 10)
    if ours is None or reason is not None:
        return row
    found, unit = judge_with_drift(waves, ours, plan, level), plan.per_unit
    row = replace(
        row,
        effect=unit * ours.size,
        low=unit * (ours.size - found.reach),
        high=unit * (ours.size + found.reach),
        p=found.p,
    )
    if theirs is None or reason_against(waves, theirs) is not None:
        return row
    gap, error, df = _gap(waves, ours, theirs)
    reach = float(stdtrit(df, 0.5 + level / 2.0)) * error
    return replace(
        row,
        gap=unit * gap,
        gap_low=unit * (gap - reach),
        gap_high=unit * (gap + reach),
        gap_p=float(two_sided_t_p(gap / error, df)),
    )


def _part(labels: Labels, name: str, is_in: bool) -> NDArray[np.bool_]:  # noqa: FBT001
    """Return who is of a group, or of any of the others."""
    return np.array([one is not None and (one == name) == is_in for one in labels], dtype=bool)


def _gap(waves: Read, ours: Changed, theirs: Changed) -> tuple[float, float, float]:
    """Return the gap between two groups, its standard error and degrees of freedom."""
    apart = ours.variance + theirs.variance
    df = apart**2 / (ours.variance**2 / ours.df + theirs.variance**2 / theirs.df)
    return ours.size - theirs.size, float(np.sqrt(gap_variance(waves, ours, theirs))), df


def _shown(p: float) -> float | None:
    """Return a p-value, or None where there is none."""
    return None if np.isnan(p) else float(p)
