"""The closed lists of words that run through every table, page and document."""

from __future__ import annotations

from enum import StrEnum


class Face(StrEnum):
    """The four faces of security, always shown in this order; context is no face."""

    RECORDED = "recorded"
    EXPERIENCED = "experienced"
    FELT = "felt"
    OBSERVED = "observed"
    CONTEXT = "context"


FACES = (Face.RECORDED, Face.EXPERIENCED, Face.FELT, Face.OBSERVED)


class Side(StrEnum):
    """The two halves of the safety index."""

    OBJECTIVE = "objective"
    SUBJECTIVE = "subjective"


class Verdict(StrEnum):
    """What can honestly be said about a change or a comparison."""

    CLEAR_RISE = "clear_rise"
    LIKELY_RISE = "likely_rise"
    NO_CLEAR_CHANGE = "no_clear_change"
    LIKELY_FALL = "likely_fall"
    CLEAR_FALL = "clear_fall"
    CANNOT_TELL = "cannot_tell"
    CLEARLY_ABOVE = "clearly_above"
    LIKE_THE_CITY = "like_the_city"
    CLEARLY_BELOW = "clearly_below"
    WORKED = "worked"
    DID_NOT_WORK = "did_not_work"
    HARMFUL = "harmful"


class Certainty(StrEnum):
    """How sure a finding is, in words on every page."""

    STRONG = "strong"
    LIKELY = "likely"
    TENTATIVE = "tentative"


class Status(StrEnum):
    """Whether a figure may be seen. Only `shown` rows carry a value."""

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    UNAVAILABLE = "unavailable"


class Comparability(StrEnum):
    """What of a figure rests on sharing out older areas; a figure without a code is certain."""

    SHARED_OUT = "shared_out"
    NOT_COMPARABLE = "not_comparable"
    """More than 5 % of it: shown, but no part of any comparison."""


class Light(StrEnum):
    """Quality of a source; always shown with its reasons and in words."""

    GOOD = "good"
    USABLE = "usable"
    DOUBTFUL = "doubtful"
