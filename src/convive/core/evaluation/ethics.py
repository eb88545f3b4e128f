"""An ethics check of an evaluation: short questions, and what follows from each answer.

The questions and consequences are Convive's own, from its rules on rights (places and groups, never
persons) and from the ethical conduct that evaluation guides ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How grave it is what follows."""

    STOP = "stop"
    """The study may not be frozen."""
    MEND = "mend"
    """Something has to be written down before it is frozen."""
    TELL = "tell"
    """Is told with the answer."""


@dataclass(frozen=True, slots=True)
class EthicsQuestion:
    """``evaluation.ethics.<code>``; `asks_back` is the answer from which something follows."""

    code: str
    asks_back: bool
    weight: Weight


QUESTIONS = (
    EthicsQuestion("about_persons", asks_back=True, weight=Weight.STOP),
    EthicsQuestion("lawful_data", asks_back=False, weight=Weight.STOP),
    EthicsQuestion("could_harm", asks_back=True, weight=Weight.MEND),
    EthicsQuestion("help_withheld", asks_back=True, weight=Weight.MEND),
    EthicsQuestion("asked_freely", asks_back=False, weight=Weight.STOP),
    EthicsQuestion("children_asked", asks_back=True, weight=Weight.MEND),
    EthicsQuestion("place_branded", asks_back=True, weight=Weight.MEND),
    EthicsQuestion("those_concerned_heard", asks_back=False, weight=Weight.TELL),
    EthicsQuestion("independent", asks_back=False, weight=Weight.TELL),
    EthicsQuestion("published_whatever", asks_back=False, weight=Weight.TELL),
)
"""In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from an answer; in words ``evaluation.ethics_then.<code>``."""

    code: str
    weight: Weight
    note: str = ""
    """What was written about it; a `MEND` with a note is settled."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing stands in the way any more."""
        return self.weight is Weight.TELL or (self.weight is Weight.MEND and bool(self.note))


@dataclass(frozen=True, slots=True)
class EthicsCheck:
    """The check as far as it was answered."""

    unanswered: tuple[str, ...]
    consequences: tuple[Consequence, ...]

    @property
    def may_freeze(self) -> bool:
        """Whether the study may be frozen."""
        return not self.unanswered and all(one.is_settled for one in self.consequences)


def check_ethics(
    answers: Mapping[str, bool | None], notes: Mapping[str, str] | None = None
) -> EthicsCheck:
    """Return what follows from the answers; None and a missing answer are unanswered.

    Parameters
    ----------
    answers : mapping of question to yes or no
    notes : mapping of question to text, optional
        What was written down about a question.

    Examples
    --------
    >>> check_ethics({"about_persons": True}).consequences[0].weight.value
    'stop'
    """
    written = notes or {}
    open_ones = tuple(one.code for one in QUESTIONS if answers.get(one.code) is None)
    found = tuple(
        Consequence(one.code, one.weight, written.get(one.code, "").strip())
        for one in QUESTIONS
        if answers.get(one.code) is one.asks_back
    )
    return EthicsCheck(open_ones, found)
