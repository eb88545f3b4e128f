"""Says what a town's diary counts, in the town's language, for the entries that it publishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from convive.app.plan_wording import reasons
from convive.catalogue.texts import format_number, say
from convive.catalogue.unit_words import unit_words
from convive.core.shelf.memory import Delivered, MemoryWords
from convive.core.strategy.lights import Reason, Standing
from convive.core.strategy.vocabulary import Obstacle, Progress


def memory_words(language: str) -> MemoryWords:
    """Return the words of a language for what was delivered and what stood in the way."""
    return MemoryWords(
        delivered=partial(_delivered, language),
        obstacles=partial(_obstacles, language),
        targets=partial(_targets, language),
        units=unit_words(),
    )


def _delivered(language: str, given: Delivered) -> str:
    return " ".join(_sentences(language, given))


def _sentences(language: str, given: Delivered) -> Iterator[str]:
    number = partial(_number, language)
    amount = number(given.amount) if given.amount is not None else ""
    if given.below is not None:
        amount = say("public_plan.fewer", language, n=given.below)
    if amount and given.planned:
        planned = number(given.planned)
        yield say(
            "shelf.memory.of_planned", language, amount=amount, planned=planned, unit=given.unit
        )
    elif amount:
        yield say("shelf.memory.amount", language, amount=amount, unit=given.unit)
    else:
        yield say("shelf.memory.entries", language, n=given.n_entries)
    for told in given.reached:
        group = say(f"plan.group.{told.group}", language)
        if told.n is None:
            yield say("shelf.memory.reached_below", language, group=group, below=told.below)
        else:
            yield say("shelf.memory.reached", language, group=group, n=told.n)


def _obstacles(language: str, counts: Mapping[Obstacle, int]) -> str:
    named = [
        say("shelf.memory.obstacle", language, n=n, obstacle=say(f"plan.obstacle.{one}", language))
        for one, n in counts.items()
    ]
    return say("shelf.memory.obstacles", language, obstacles="; ".join(named))


def _targets(language: str, told: tuple[Reason, ...]) -> str:
    said = " ".join(reasons(Standing(Progress.CANNOT_TELL, told), language))
    return say("shelf.memory.targets", language, targets=said)


def _number(language: str, value: float) -> str:
    return format_number(value, language, 0 if float(value).is_integer() else 1)
