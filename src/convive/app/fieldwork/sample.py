"""Plans and draws a sample from a frame: how many where, what it will tell, who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from convive.core.errors import MethodError
from convive.core.survey import Assumptions, allocate, plan_survey
from convive.core.survey.planning import Rule

Cell = tuple[str, str]
Key = TypeVar("Key")
WIDE = 0.1
"""Half of an interval above which an area's share says next to nothing."""
CHANGE = 0.1
"""Rise between two waves that a town would want to notice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is planned.

    Parameters
    ----------
    n : int
        Invitations.
    rule : str
        Of `convive.core.survey.allocate`, between strata.
    response : float, in (0, 1]
        Part of the invited that is expected to answer.
    share : float, in (0, 1)
        Expected share of the most important question.
    deff : float
        Design effect of weights.
    minimum : int
        Invitations that every stratum gets at least.
    """

    n: int
    rule: Rule = "proportional"
    response: float = 0.3
    share: float = 0.5
    deff: float = 1.3
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class AreaOutlook:
    """What a plan will tell of an area; `area` empty: of the whole frame."""

    area: str
    population: float
    invited: float
    answers: float
    margin: float | None
    """Half of the interval of a share; None where hardly anybody will answer."""
    detectable: float | None
    """Smallest rise to the next wave that will be found; None where none will."""

    @property
    def margin_points(self) -> float | None:
        """`margin` in percentage points."""
        return None if self.margin is None else 100 * self.margin

    @property
    def rise_points(self) -> float | None:
        """`detectable` in percentage points."""
        return None if self.detectable is None else 100 * self.detectable

    @property
    def verdict(self) -> str:
        """``cannot_tell``, ``only_level`` or ``can_tell``."""
        if self.margin is None or self.margin > WIDE:
            return "cannot_tell"
        if self.detectable is None or self.detectable > CHANGE:
            return "only_level"
        return "can_tell"


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """Invitations by stratum, and what they will tell."""

    strata: Mapping[str, int]
    whole: AreaOutlook
    areas: tuple[AreaOutlook, ...]


def plan_sample(cells: Mapping[Cell, tuple[int, float]], wish: Wish) -> SamplePlan:
    """Return how many to invite in each stratum and what can be told of each area.

    Parameters
    ----------
    cells : mapping of (stratum, area) to (rows, people)
        Of the frame.

    Raises
    ------
    MethodError
        As `convive.core.survey.allocate` and `plan_survey`.
    """
    strata = sorted({stratum for stratum, _ in cells})
    rows = [sum(n for (s, _), (n, _) in cells.items() if s == one) for one in strata]
    if wish.n < 1:
        raise MethodError("PLAN_SIZE")
    counts = allocate(wish.n, rows, rule=wish.rule, minimum=wish.minimum)
    by_stratum = {one: int(n) for one, n in zip(strata, counts, strict=True)}
    part = {one: by_stratum[one] / n for one, n in zip(strata, rows, strict=True)}
    areas = sorted({area for _, area in cells if area})
    outlooks = tuple(_outlook(area, cells, part, wish) for area in areas)
    return SamplePlan(by_stratum, _outlook("", cells, part, wish), outlooks)


def draw(
    people: Mapping[str, Sequence[Key]], strata: Mapping[str, int], rng: np.random.Generator
) -> list[Key]:
    """Return who is drawn, stratum by stratum without replacement, in random order.

    Parameters
    ----------
    people : mapping of stratum to sequence
        Everybody in the frame, in an order that the same frame always has.
    strata : mapping of stratum to int
        How many of each.
    """
    chosen: list[Key] = []
    for stratum in sorted(strata):
        at = rng.choice(len(people[stratum]), size=strata[stratum], replace=False)
        chosen += [people[stratum][int(k)] for k in at]
    return [chosen[int(k)] for k in rng.permutation(len(chosen))]


def _outlook(
    area: str, cells: Mapping[Cell, tuple[int, float]], part: Mapping[str, float], wish: Wish
) -> AreaOutlook:
    found = {cell: n for cell, n in cells.items() if not area or cell[1] == area}
    invited = sum(n * part[stratum] for (stratum, _), (n, _) in found.items())
    people = sum(size for _, size in found.values())
    answers = invited * wish.response
    whole = min(int(answers), int(people))
    if whole < 1:
        return AreaOutlook(area, people, invited, answers, None, None)
    plan = plan_survey([whole], [people], wish.share, assumptions=Assumptions(deff=wish.deff))
    rise = float(plan.detectable[0])
    return AreaOutlook(
        area, people, invited, answers, float(plan.margin[0]), None if np.isnan(rise) else rise
    )
