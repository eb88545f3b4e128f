"""What an entry of the shelf can be used for: to act, to learn, to read, or not at all."""

from __future__ import annotations

from enum import StrEnum

from convive.core.shelf.entry import Entry
from convive.core.strategy.practice import Approach, Practice, PracticeCategory, PracticeKind
from convive.core.strategy.vocabulary import ActionKind, Sector

EUROPE = "EU"


class Use(StrEnum):
    """What a town can do with an entry."""

    TO_DO = "to_do"
    """Something that a town can do itself: to act on a problem, or to learn about it."""
    PERSONS = "persons"
    """It scores or flags persons: shown with a warning, never offered."""
    NETWORK = "network"
    """A network to join or to ask."""
    GUIDE = "guide"
    """Something to read and to choose from."""
    PROJECT = "project"
    """Money or research of others: what came of it can be read."""


def use_of(entry: Entry) -> Use:
    """Return what an entry can be used for.

    A project or programme that gives knowledge only and was research, European money or both
    counts as `Use.PROJECT`: its funding cannot be repeated by a town, what it found can be read.
    """
    practice = entry.practice
    if practice.person_risk:
        return Use.PERSONS
    if practice.kind is PracticeKind.NETWORK:
        return Use.NETWORK
    if practice.kind is PracticeKind.GUIDE:
        return Use.GUIDE
    return Use.PROJECT if _is_foreign_project(practice) else Use.TO_DO


def acts(practice: Practice) -> bool:
    """Tell whether it changes something itself, beyond adding to knowledge."""
    more = [kind for kind in practice.kinds if kind is not ActionKind.KNOWLEDGE]
    return bool(more) or practice.category is PracticeCategory.ACTIVITY


def learns(practice: Practice) -> bool:
    """Tell whether it is a way to find something out."""
    return practice.category in (PracticeCategory.ASSESSMENT, PracticeCategory.EVALUATION)


def _is_foreign_project(practice: Practice) -> bool:
    if practice.kind not in (PracticeKind.PROJECT, PracticeKind.PROGRAMME):
        return False
    if practice.category is PracticeCategory.ASSESSMENT and Approach.RESEARCH in practice.approach:
        return True
    is_knowledge_only = set(practice.kinds) <= {ActionKind.KNOWLEDGE}
    is_foreign = (
        Approach.RESEARCH in practice.approach
        or Sector.EUROPEAN_UNION in practice.sectors
        or any(place.country == EUROPE for place in practice.places)
    )
    return is_knowledge_only and is_foreign
