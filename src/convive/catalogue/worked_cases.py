"""Runs the worked cases of an instrument: what filling and scoring give against what must come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from convive.catalogue.instrument_files import WorkedCase
from convive.catalogue.instrument_schema import ExpectedScore
from convive.core.instruments.filling import Filled, fill
from convive.core.instruments.model import Instrument
from convive.core.instruments.scoring import Result, score

TODAY = date(2026, 11, 21)
"""The day on which every worked case is filled in, for rules that say ``today()``."""

TOLERANCE = 0.005
"""Cases are worked out by hand: two decimals decide."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a case does not come out as written."""

    about: str
    """``skipped``, ``problems``, or the id of a score, with its round if it has rounds."""
    expected: str
    got: str


def differences(instrument: Instrument, case: WorkedCase) -> tuple[Difference, ...]:
    """Return where a case does not come out as written; nothing if all is well."""
    filled = fill(instrument, case.answers, today=TODAY, strict=True)
    found = [*_skip_differences(filled, case), *_problem_differences(filled, case)]
    results = score(instrument, filled)
    for name, expected in case.scores.items():
        result = results.get(name)
        if result is None:
            found.append(Difference(name, _said(expected), "–"))
            continue
        got = result if isinstance(result, tuple) else (result,)
        if len(got) != len(expected) or not all(map(_agrees, expected, got)):
            found.append(Difference(name, _said(expected), _came(got)))
    return tuple(found)


def _skip_differences(filled: Filled, case: WorkedCase) -> Iterator[Difference]:
    asked = {path[-1] for path in filled.asked}
    wrongly = [name for name in case.skipped if name in asked]
    if wrongly:
        yield Difference("skipped", ", ".join(case.skipped), f"asked: {', '.join(wrongly)}")


def _problem_differences(filled: Filled, case: WorkedCase) -> Iterator[Difference]:
    got = [
        (next((str(key) for key in reversed(one.path) if isinstance(key, str)), ""), one.code)
        for one in filled.problems
    ]
    if Counter(got) != Counter(case.problems):
        yield Difference("problems", _listed(case.problems), _listed(got))


def _listed(problems: object) -> str:
    pairs = problems if isinstance(problems, list | tuple) else ()
    return ", ".join(f"{item} {code}" for item, code in pairs) or "–"


def _agrees(expected: ExpectedScore, got: Result) -> bool:
    """Whether a result is as expected, in what the case says about it."""
    if expected.cannot_tell or got.cannot_tell:
        return expected.cannot_tell is got.cannot_tell
    if expected.value is not None and not _is_near(expected.value, got.value):
        return False
    wanted = ((expected.band, got.band), (expected.met, got.met), (expected.label, got.label))
    return all(want is None or want == have for want, have in wanted)


def _is_near(expected: float, got: float | None) -> bool:
    return got is not None and abs(expected - got) <= TOLERANCE


def _said(expected: tuple[ExpectedScore, ...]) -> str:
    return "; ".join(str(one.model_dump(exclude_unset=True)) for one in expected)


def _came(got: tuple[Result, ...]) -> str:
    """Return results as a case would write them."""
    return "; ".join(
        str({"cannot_tell": True, "reason": one.reason} if one.cannot_tell else _outcome(one))
        for one in got
    )


def _outcome(one: Result) -> dict[str, object]:
    every = {"value": one.value, "band": one.band, "met": one.met, "label": one.label}
    return {key: value for key, value in every.items() if value is not None}
