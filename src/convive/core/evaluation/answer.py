"""What an evaluation says in the end: verdict, effect, what else could explain it, for whom, harms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from convive.core.evaluation.displacement_rings import RingsResult
from convive.core.evaluation.estimate import Design, Estimate
from convive.core.evaluation.study import FrozenStudy, Outcome, Split
from convive.core.model import Verdict


@dataclass(frozen=True, slots=True)
class Possible:
    """Whether a design can be used with this town's data, and why."""

    design: Design
    is_possible: bool
    reasons: tuple[tuple[str, Mapping[str, float | int | str | None]], ...]
    """Codes ``evaluation.chooser.<code>`` with values: what speaks for it, what is missing."""
    rank: int
    """1 is what the method guide would take first; a possible one before any that is not."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another explanation of what is seen; its sentence is ``evaluation.rival.<code>``."""

    code: str
    is_ruled_out: bool | None
    """None where nothing that the system holds can tell."""
    params: Mapping[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForWhom:
    """The effect for one group, part of the day or area."""

    split: Split
    value: str
    """``night``, a code of a group, or of an area."""
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """All that is said about one outcome."""

    outcome: Outcome
    main: Estimate
    others: tuple[Estimate, ...] = ()
    """By the other designs of the plan; they never replace the main one."""
    rings: RingsResult | None = None
    for_whom: tuple[ForWhom, ...] = ()
    source_ids: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    """First day after."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a frozen plan."""

    study: FrozenStudy
    outcomes: tuple[OutcomeAnswer, ...]
    """In the order of the plan."""
    verdict: Verdict
    """On the primary outcome; "cannot tell" also where the time has not come."""
    why: tuple[str, ...]
    """Codes ``evaluation.why.<code>``: what made the verdict what it is, the decisive first."""
    rivals: tuple[Rival, ...]
    harms: tuple[str, ...]
    """Indicators that got worse by more than chance, of those that must not."""
    look: int = 1
    """Which of the planned looks this is."""
    is_final: bool = True

    @property
    def primary(self) -> OutcomeAnswer | None:
        """What the verdict is about."""
        return next((one for one in self.outcomes if not one.outcome.is_harm), None)
