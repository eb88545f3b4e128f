"""A scheme by which practices are judged: its dimensions and grades, with what each one means.

Grades are words, never numbers: nothing can be added up or averaged with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from convive.core.model import Reference, Text
from convive.core.shelf.grading import GradingScheme


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade that can be given."""

    code: str
    title: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that is judged, apart from the others."""

    code: str
    """Empty where the scheme has only one."""
    title: Text
    question: Text
    grades: tuple[Grade, ...]
    """From the lowest, where they have an order; empty where words are free."""

    def grade(self, code: str) -> Grade | None:
        """Return the grade of a code, None where there is none."""
        return next((one for one in self.grades if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way in which practices are judged."""

    id: GradingScheme
    version: int
    status: str
    title: Text
    about: Text
    """What a grade says, and what it does not."""
    dimensions: tuple[Dimension, ...]
    references: tuple[Reference, ...]

    def dimension(self, code: str) -> Dimension | None:
        """Return the dimension of a code, None where there is none."""
        return next((one for one in self.dimensions if one.code == code), None)
