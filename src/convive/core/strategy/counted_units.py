"""Whether the unit in which an action counts its work is people; then small numbers stay inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from convive.core.disclosure import rounded_counts
from convive.core.model import DisclosureRule
from convive.core.strategy.model import DiaryEntry

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONG = 5
"""Letters of a word that may also be the end of a longer one."""


@dataclass(frozen=True, slots=True)
class UnitWords:
    """Words in small letters for people, and for work and things.

    Without any words every unit counts people: what is not known is told with care.
    """

    people: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()

    def counts_people(self, unit: str) -> bool:
        """Tell whether numbers in a unit are to be told as numbers of people are.

        True where the unit names people, and where no word tells what else it counts.

        Examples
        --------
        >>> words = UnitWords(frozenset({"women"}), frozenset({"hours"}))
        >>> [words.counts_people(one) for one in ("hours", "hours with women", "Gäste", "")]
        [False, True, True, True]
        """
        found = _WORD.findall(unit.replace("’", "'").casefold())
        is_people = any(_is_among(one, self.people) for one in found)
        return is_people or not any(_is_among(one, self.things) for one in found)


def _is_among(word: str, known: frozenset[str]) -> bool:
    folded = {one.casefold() for one in known if len(one) <= len(word) + 1}
    return word in folded or any(
        word.endswith(one) for one in folded if _LONG <= len(one) < len(word)
    )


@dataclass(frozen=True, slots=True)
class ToldAmount:
    """How much was done: the amount, below which number of people it is, or neither."""

    amount: float | None
    below: int | None


def amount_done(diary: Iterable[DiaryEntry]) -> float | None:
    """Return how much the diary counts, in the unit of the action; None where it counts nothing."""
    amounts = [entry.amount for entry in diary if entry.amount is not None]
    return sum(amounts) if amounts else None


def told_amount(
    diary: Iterable[DiaryEntry], rule: DisclosureRule, *, is_people: bool
) -> ToldAmount:
    """Return how much was done as it may be told outside, in the unit of the action.

    Parameters
    ----------
    diary : iterable of DiaryEntry
    rule : DisclosureRule
        Floor and rounding for people.
    is_people : bool
        Whether the unit counts people (`UnitWords.counts_people`); work and things are told exactly.
    """
    amount = amount_done(diary)
    if amount is None or not is_people:
        return ToldAmount(amount, None)
    n, floor = round(amount), max(rule.min_count, 1)
    if n < floor:
        return ToldAmount(None, floor)
    shown = int(rounded_counts([n], rule.rounding)[0]) if rule.rounding > 1 else n
    return ToldAmount(float(shown), None)
