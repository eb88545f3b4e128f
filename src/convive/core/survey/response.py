"""Who did not answer, and by which channel those answered who did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convive.core.errors import MethodError

LOW_RESPONSE = 0.3
"""Response rate below which a note asks for a look at representativeness."""
MANY_UNANSWERED = 0.1
"""Item nonresponse above which a note is made."""
MODE_SHIFT = 0.1
"""Part of the respondents who changed channel above which waves are hardly comparable."""


@dataclass(frozen=True, slots=True)
class SurveyNote:
    """Something that a reader of the survey's figures must know: a code with its numbers.

    Shares in `data` are in percent, as its sentence (``survey_note.CODE``) shows them.
    """

    code: str
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Dispositions:
    """How many addresses or persons of the gross sample ended how (AAPOR's final codes).

    Parameters
    ----------
    complete, partial : int
        Interviews: whole, and broken off but usable.
    refused, not_reached, other : int
        Eligible without interview: refusals and break-offs, non-contacts, other reasons.
    unknown_household, unknown_other : int
        Not known whether there was anybody to ask.
    not_eligible : int
        Outside the population (empty dwelling, under age); in no rate.

    Raises
    ------
    MethodError
        RESPONSE_BAD_COUNT.
    """

    complete: int
    partial: int = 0
    refused: int = 0
    not_reached: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    not_eligible: int = 0

    def __post_init__(self) -> None:
        """Refuse counts below 0 and surveys without anybody who could have answered."""
        counts = [getattr(self, name) for name in self.__slots__]
        if min(counts) < 0 or self.invited == 0:
            raise MethodError("RESPONSE_BAD_COUNT")

    @property
    def invited(self) -> int:
        """All who were or may have been eligible: base of the response rates."""
        unknown = self.unknown_household + self.unknown_other
        reached = self.complete + self.partial + self.refused
        return reached + self.not_reached + self.other + unknown

    @property
    def rr1(self) -> float:
        """AAPOR response rate 1: complete interviews ÷ all who may have been eligible."""
        return self.complete / self.invited

    @property
    def rr2(self) -> float:
        """AAPOR response rate 2: as `rr1`, with partial interviews among those who answered."""
        return (self.complete + self.partial) / self.invited

    @property
    def rr3(self) -> float:
        """AAPOR response rate 3: of the unknown, the part counts that is eligible elsewhere.

        That part is estimated as among those whose eligibility is known (the minimum of
        assumptions, and an assumption all the same); equal to `rr1` where nobody is known.
        """
        unknown = self.unknown_household + self.unknown_other
        eligible = self.invited - unknown
        known = eligible + self.not_eligible
        part = eligible / known if known else 1.0
        base = eligible + part * unknown
        return self.complete / base if base else 0.0


def response_notes(dispositions: Dispositions) -> tuple[SurveyNote, ...]:
    """Return the response rates as notes, with a warning where few answered.

    Returns
    -------
    tuple of SurveyNote
        RESPONSE_RATE (rr1, rr2, complete, invited) and, below 30 %, RESPONSE_LOW.

    Notes
    -----
    A high rate does not prove a good sample, nor a low one a bad one: see
    `convive.core.representativeness.r_indicator`.

    References
    ----------
    .. [1] The American Association for Public Opinion Research (2023). Standard Definitions:
       Final Dispositions of Case Codes and Outcome Rates for Surveys, 10th ed.
    """
    rates = {
        "rr1": 100.0 * dispositions.rr1,
        "rr2": 100.0 * dispositions.rr2,
        "complete": dispositions.complete,
        "invited": dispositions.invited,
    }
    found = [SurveyNote("RESPONSE_RATE", MappingProxyType(rates))]
    if dispositions.rr2 < LOW_RESPONSE:
        found.append(SurveyNote("RESPONSE_LOW", MappingProxyType({"rr2": rates["rr2"]})))
    return tuple(found)


def unanswered_share(answers: ArrayLike, asked: ArrayLike | None = None) -> float:
    """Return the part of those asked a question who did not answer it.

    Parameters
    ----------
    answers : array_like of float, shape (n_respondents,)
        NaN = not answered.
    asked : array_like of bool, optional
        Who was asked; by default everybody. People whom the questionnaire led past the
        question did not refuse it.

    Raises
    ------
    MethodError
        SURVEY_SHAPE; RESPONSE_BAD_COUNT where nobody was asked.
    """
    values = np.asarray(answers, dtype=float)
    mask = np.ones(values.shape, dtype=bool) if asked is None else np.asarray(asked, dtype=bool)
    if mask.shape != values.shape or values.ndim != 1:
        raise MethodError("SURVEY_SHAPE", answers=values.shape, asked=mask.shape)
    if not np.any(mask):
        raise MethodError("RESPONSE_BAD_COUNT")
    return float(np.mean(np.isnan(values[mask])))


def item_notes(
    questions: Mapping[str, ArrayLike], asked: Mapping[str, ArrayLike] | None = None
) -> tuple[SurveyNote, ...]:
    """Return a note ITEM_NONRESPONSE (question, share) for each that many left unanswered."""
    filters = asked or {}
    shares = {
        name: unanswered_share(answers, filters.get(name)) for name, answers in questions.items()
    }
    return tuple(
        SurveyNote("ITEM_NONRESPONSE", MappingProxyType({"question": name, "share": 100.0 * share}))
        for name, share in shares.items()
        if share > MANY_UNANSWERED
    )


def mode_notes(
    earlier: Mapping[str, float], later: Mapping[str, float], *, limit: float = MODE_SHIFT
) -> tuple[SurveyNote, ...]:
    """Return a note where two waves were answered by different channels.

    Parameters
    ----------
    earlier, later : mapping of channel to respondents
        Numbers or weighted numbers: {"post": 812, "web": 330}.
    limit : float
        Part of the respondents who must have changed channel for a note.

    Returns
    -------
    tuple of SurveyNote
        SURVEY_MODE_CHANGED (moved, channel, before, after) with the channel that changed most;
        or nothing.

    Raises
    ------
    MethodError
        RESPONSE_BAD_COUNT.

    Notes
    -----
    People admit more fear and more victimisation to a form than to an interviewer; a change of
    channel can look like a change of the town. No weighting removes that: only asking part of
    the sample in both ways does.

    References
    ----------
    .. [1] de Leeuw, E. D. (2005). To mix or not to mix data collection modes in surveys.
       Journal of Official Statistics 21(2), 233-255.
    """
    before, after = _mix(earlier), _mix(later)
    channels = sorted(before.keys() | after.keys())
    change = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in channels}
    moved = sum(abs(part) for part in change.values()) / 2.0
    if moved <= limit:
        return ()
    most = max(channels, key=lambda name: abs(change[name]))
    data = {
        "moved": 100.0 * moved,
        "channel": most,
        "before": 100.0 * before.get(most, 0.0),
        "after": 100.0 * after.get(most, 0.0),
    }
    return (SurveyNote("SURVEY_MODE_CHANGED", MappingProxyType(data)),)


def _mix(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each channel."""
    total = float(sum(numbers.values()))
    if not total > 0 or min(numbers.values()) < 0:
        raise MethodError("RESPONSE_BAD_COUNT")
    return {name: float(n) / total for name, n in numbers.items()}
