"""A method card: how to do something that the field does, on one page."""

from __future__ import annotations

from dataclasses import dataclass

from convive.core.model import Text
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import PracticeCategory, PracticeSource


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes, as a range; None where it depends too much to say."""

    weeks_from: int | None
    weeks_to: int | None
    people: Text
    """Who is needed: ``one coordinator, three partners for half a day each``."""


@dataclass(frozen=True, slots=True)
class MethodCard:
    """How to do something: a safety audit, an exploratory walk, a charter, a local council."""

    id: str
    version: int
    status: str
    """``draft``, ``checked`` (read against the sources by us) or ``reviewed`` (by somebody else)."""
    title: Text
    summary: Text
    """What it is, in at most 40 words."""
    when: Text
    """For which question or situation it is the right thing."""
    not_when: Text
    """When to leave it, or what to do instead."""
    steps: tuple[Text, ...]
    """Four to seven, each one sentence or two."""
    pitfalls: tuple[Text, ...]
    """Two to four, from what went wrong elsewhere where the sources tell it."""
    fairness: Text
    """How gender, age, day and night and those seldom heard are part of it."""
    rights: Text
    """What it must not do to persons; the legal ground it needs."""
    effort: Effort
    category: PracticeCategory
    topics: tuple[vocabulary.Topic, ...]
    kinds: tuple[vocabulary.ActionKind, ...]
    pillars: tuple[vocabulary.Pillar, ...]
    levels: tuple[vocabulary.PreventionLevel, ...]
    sectors: tuple[vocabulary.Sector, ...]
    instruments: tuple[str, ...]
    """Names of instruments of the catalogue that serve it."""
    practices: tuple[str, ...]
    """Practices of the catalogue in which it was used."""
    cards: tuple[str, ...]
    """Cards that come before or after it."""
    convive: Text
    """Where Convive does this job; ``not yet`` where it does not."""
    sources: tuple[PracticeSource, ...]
