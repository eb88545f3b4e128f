"""How somebody judged a practice: by which scheme, when, on what. Schemes are never mixed.

No number is made from grades of different schemes, and none is made across the dimensions of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class GradingScheme(StrEnum):
    """The ways in which practices are judged, each kept apart from the others."""

    EMMIE = "emmie"
    """Effect, mechanism, moderator, implementation, economics; each with a quality of 0 to 4."""
    MARYLAND = "maryland"
    """Maryland Scientific Methods Scale, 1 to 5: how strong the design of a study is."""
    QUALIPREV = "qualiprev"
    """Inspired by the criteria of QUALIPREV: project, process and results, question by question."""
    SOURCE = "source"
    """The source's own words."""


@dataclass(frozen=True, slots=True)
class Grading:
    """One judgement along one dimension of one scheme."""

    scheme: GradingScheme
    dimension: str
    """Code within the scheme (``effect``, ``mechanism`` …); empty where it has only one."""
    grade: str
    """Code within the scheme; the words themselves for `GradingScheme.SOURCE`."""
    by: str
    """Organisation that judged, never a person."""
    on: date | None
    """None where the source does not tell it."""
    about: str
    """On what it was judged: the study, the document, the town's own evaluation."""
    note: str = ""
