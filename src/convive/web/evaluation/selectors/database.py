"""Evaluations to look up: those of this town, and what the shelf knows of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from convive.core.shelf.entry import Entry, ExperienceVerdict
from convive.core.strategy.practice import ResultStrength
from convive.web.evaluation.selectors.evaluations import evaluations_for
from convive.web.shelf.selectors.on_shelf import entries_now

OPEN, RUNNING = "open", "running"
"""Not laid down; laid down and not answered."""
TOLD = frozenset(ResultStrength) - {ResultStrength.NONE_REPORTED, ResultStrength.ASSERTION}


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; empty words narrow nothing."""

    text: str = ""
    state: str = ""
    """`OPEN`, `RUNNING` or a verdict."""
    strategy: str = ""
    strength: str = ""
    topic: str = ""


def own_evaluations(account: Any, asked: Asked) -> QuerySet[Any]:
    """Return the evaluations of this town that an account may read, the newest first."""
    found = evaluations_for(account)
    if asked.text:
        found = found.filter(action__title__icontains=asked.text)
    if asked.strategy:
        found = found.filter(action__strategy__code=asked.strategy)
    if asked.topic:
        found = found.filter(action__objective__challenge__topic=asked.topic)
    if asked.state == OPEN:
        return found.filter(laid_down_at__isnull=True)
    if asked.state == RUNNING:
        return found.filter(laid_down_at__isnull=False, verdict__isnull=True)
    return found.filter(Q(verdict=asked.state)) if asked.state else found


def shelf_evaluations(asked: Asked) -> list[Entry]:
    """Return the entries of the shelf that tell results, gradings or tried experiences."""
    needle = asked.text.casefold()
    found = [one for one in entries_now().values() if _is_evaluated(one)]
    if needle:
        found = [one for one in found if needle in " ".join(one.practice.title.values()).casefold()]
    if asked.strength:
        found = [one for one in found if one.practice.results.strength == asked.strength]
    if asked.topic:
        found = [one for one in found if asked.topic in set(one.practice.topics)]
    order = {one: place for place, one in enumerate(ResultStrength)}
    return sorted(found, key=lambda one: (-order[one.practice.results.strength], one.ref))


def _is_evaluated(entry: Entry) -> bool:
    return (
        entry.practice.results.strength in TOLD
        or bool(entry.gradings)
        or any(one.verdict in _SAID for one in entry.experiences)
    )


_SAID: Iterable[ExperienceVerdict] = frozenset({
    ExperienceVerdict.WORKED, ExperienceVerdict.DID_NOT, ExperienceVerdict.HARMFUL,
    ExperienceVerdict.CANNOT_TELL,
})  # fmt: skip
