"""Gradings from an instrument that a town has filled in about a practice of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from convive.core.instruments.filling import Filled
from convive.core.instruments.model import Answers, Instrument
from convive.core.instruments.scoring import Result, score
from convive.core.shelf.grading import Grading, GradingScheme

EMMIE_INSTRUMENT = "emmie_project"
CHECK_INSTRUMENT = "practice_quality_check"
INSTRUMENTS = (EMMIE_INSTRUMENT, CHECK_INSTRUMENT)
"""Instruments that gradings come from."""

_LETTERS = ("effect", "mechanism", "moderator", "implementation", "economics")
_GATES = {
    "problem": "problem_clear",
    "mechanism": "mechanism_clear",
    "evidence": "evidence",
    "information": "enough_information",
}
"""Dimension → gate of the quality check."""
_NO_OUTCOME = "0"
"""Answer to the question about the design where no outcome was measured: no level at all."""


def gradings_from(
    instrument: Instrument, filled: Filled, *, by: str, on: date
) -> tuple[Grading, ...]:
    """Return what a filled-in instrument says about a practice; what was left open gives nothing.

    Parameters
    ----------
    instrument : Instrument
        One of `INSTRUMENTS`; any other gives nothing.
    filled : Filled
        As `filling.fill` gives it.
    by : str
        The town or office that filled it in, never a person.
    on : date
        Day on which it was filled in.
    """
    answers = filled.answers
    if instrument.id == EMMIE_INSTRUMENT:
        return tuple(_letters(answers, by, on))
    if instrument.id == CHECK_INSTRUMENT:
        return tuple(_criteria(instrument, filled, by, on))
    return ()


def _letters(answers: Answers, by: str, on: date) -> Iterator[Grading]:
    """Yield a grade for each letter with evidence; a claim has no quality, not the lowest."""
    for letter in _LETTERS:
        quality = answers.get(f"{letter}_quality")
        source = str(answers.get(f"{letter}_source", "")).strip()
        if quality is not None and source:
            yield Grading(GradingScheme.EMMIE, letter, str(quality), by, on, source)


def _criteria(instrument: Instrument, filled: Filled, by: str, on: date) -> Iterator[Grading]:
    answers, results = filled.answers, score(instrument, filled)
    about = str(answers.get("sources_read") or answers.get("practice_name", "")).strip()
    for dimension, gate in _GATES.items():
        found = results[gate]
        if isinstance(found, Result):
            grade = {True: "met", False: "not_met", None: "cannot_tell"}[found.met]
            yield Grading(GradingScheme.QUALIPREV, dimension, grade, by, on, about)
    verdict = results["verdict"]
    if isinstance(verdict, Result) and verdict.label:
        yield Grading(GradingScheme.QUALIPREV, "verdict", verdict.label, by, on, about)
    design = answers.get("d3")
    if design is not None and design != _NO_OUTCOME:
        yield Grading(GradingScheme.MARYLAND, "", str(design), by, on, about)
