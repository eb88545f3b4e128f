"""What a town can learn at less cost when the effect itself will not be told."""

from __future__ import annotations

from enum import StrEnum

from convive.core.evaluation import detectable as why
from convive.core.evaluation.detectable import Detectable

HOW_MANY = 3
_SOON = 36
_FEW_MORE = 3.0


class CheaperWay(StrEnum):
    """Something that can be learnt; its sentence is ``evaluation.cheaper.<value>``."""

    PROCESS_ONLY = "process_only"
    """Whether it was done as planned, and what hindered it."""
    SURVEY_BEFORE_AFTER = "survey_before_after"
    OBSERVATION_WALK = "observation_walk"
    LONGER_WINDOW = "longer_window"
    MORE_AREAS = "more_areas"
    POOLED_TOWNS = "pooled_towns"
    DOSE_DIARY = "dose_diary"


def cheaper_ways(found: Detectable, *, n_treated: int = 1) -> tuple[CheaperWay, ...]:
    """Return three things that can be learnt instead, those first that mend what is missing.

    Parameters
    ----------
    found : Detectable
        With its reason, and how many months and areas would be needed.
    n_treated : int
        Areas that are planned.

    Returns
    -------
    tuple of CheaperWay
        None where a useful fall will be found.

    Examples
    --------
    >>> from convive.core.evaluation.estimate import Design
    >>> nothing = Detectable(
    ...     Design.BEFORE_AFTER_CONTROL, None, 0.8, None, None, "detectable_few_incidents"
    ... )
    >>> [way.value for way in cheaper_ways(nothing)]
    ['survey_before_after', 'observation_walk', 'pooled_towns']
    """
    if found.is_enough:
        return ()
    ways: list[CheaperWay] = []
    if found.months_needed is not None and found.months_needed <= _SOON:
        ways.append(CheaperWay.LONGER_WINDOW)
    if found.areas_needed is not None and found.areas_needed <= _FEW_MORE * n_treated:
        ways.append(CheaperWay.MORE_AREAS)
    ways += _FIRST.get(found.reason, _ELSE)
    return tuple(dict.fromkeys([*ways, *_ELSE]))[:HOW_MANY]


_ELSE = [CheaperWay.SURVEY_BEFORE_AFTER, CheaperWay.DOSE_DIARY, CheaperWay.PROCESS_ONLY]
_FIRST: dict[str | None, list[CheaperWay]] = {
    why.FEW_INCIDENTS: [
        CheaperWay.SURVEY_BEFORE_AFTER,
        CheaperWay.OBSERVATION_WALK,
        CheaperWay.POOLED_TOWNS,
    ],
    why.NEVER: [
        CheaperWay.SURVEY_BEFORE_AFTER,
        CheaperWay.OBSERVATION_WALK,
        CheaperWay.POOLED_TOWNS,
    ],
    why.NO_COMPARISON: [CheaperWay.POOLED_TOWNS, CheaperWay.DOSE_DIARY],
    why.FEW_AREAS: [CheaperWay.POOLED_TOWNS, CheaperWay.DOSE_DIARY],
    why.SHORT_HISTORY: [
        CheaperWay.PROCESS_ONLY,
        CheaperWay.OBSERVATION_WALK,
        CheaperWay.SURVEY_BEFORE_AFTER,
    ],
    why.SHORT_AFTER: [CheaperWay.LONGER_WINDOW, CheaperWay.PROCESS_ONLY],
    why.NO_RING: [CheaperWay.OBSERVATION_WALK, CheaperWay.DOSE_DIARY],
}
