"""Whether an entry of the shelf fits a problem and a town: reasons for and against, no score.

A fit is told as reasons. Entries are put into three bands by what the reasons are, never by a
number; how they stand within a band is told in `convive.core.shelf.fitting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from convive.core.model import Face
from convive.core.shelf.entry import Entry
from convive.core.strategy.practice import Setting
from convive.core.strategy.vocabulary import (
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)


@dataclass(frozen=True, slots=True)
class Need:
    """What a finding, a challenge or an objective is about; empty where it says nothing of it."""

    topics: frozenset[Topic]
    faces: frozenset[Face] = frozenset()
    groups: frozenset[TargetGroup] = frozenset()
    times: frozenset[TimeOfDay] = frozenset()
    settings: frozenset[Setting] = frozenset()
    levels: frozenset[PreventionLevel] = frozenset()
    pillars_missing: frozenset[Pillar] = frozenset()
    """Pillars that the plan has nothing of for this problem."""
    is_about_data: bool = False
    """The finding is about the evidence itself: candidates are ways to learn, not to act."""


@dataclass(frozen=True, slots=True)
class TownProfile:
    """What a town has to work with; None and empty mean that it is not known."""

    residents: int | None = None
    sectors: frozenset[Sector] = frozenset()
    """Partners at hand."""
    budget: Decimal | None = None
    """What could be spent on it in a year."""
    currency: str = ""
    country: str = ""
    """ISO 3166 alpha-2."""
    faces: frozenset[Face] = frozenset()
    """Which faces of security the town measures: without them an effect cannot be seen."""


class Side(StrEnum):
    """On which side a reason stands."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"
    """The source does not tell, or the town's profile does not."""


class FitBand(StrEnum):
    """How an entry stands to a problem as a whole, in words."""

    SPEAKS_TO_IT = "speaks_to_it"
    """Same problem, and nothing that is known stands against it."""
    WITH_CARE = "with_care"
    """Same problem, but something stands against it or much is not known."""
    NEARBY = "nearby"
    """A neighbouring problem, or a part of it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; its sentence is ``shelf.fit.<code>`` with `params`."""

    code: str
    side: Side
    params: Mapping[str, str | int | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """How an entry stands to a need in a town."""

    entry: Entry
    band: FitBand
    reasons: tuple[Reason, ...]
    checklist: tuple[Reason, ...]
    """What must be true here for it to work as there: of the context, the issue, the practice."""
    questions: tuple[Reason, ...]
    """What to ask the town that did it."""
    went_wrong: tuple[str, ...]
    """What failed elsewhere, in the words of the sources."""
