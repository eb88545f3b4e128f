"""How much an area shows that something should be done there: bands of areas, not a ranking.

Within a band areas are not told apart: the figures could not tell them apart either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from convive.core.model import Certainty, Verdict


class NeedBand(StrEnum):
    """In words ``area_need.<code>``, always in this order."""

    MUCH = "much"
    """At least two faces are clearly worse than the city; or one, and a strong finding."""
    SOME = "some"
    """One face is clearly worse than the city, or there is a strong or likely finding."""
    NOTHING_CLEAR = "nothing_clear"
    """Nothing of that, and at least one face can be told."""
    CANNOT_TELL = "cannot_tell"
    """No face can be told: too few cases, answers or visits."""


@dataclass(frozen=True, slots=True)
class AreaSigns:
    """What the audit says of one area."""

    faces: tuple[Verdict, ...]
    """One verdict against the city for each face that has one."""
    findings: tuple[Certainty, ...]
    """How sure each finding is that tells of something worse there."""


def band_of(signs: AreaSigns) -> NeedBand:
    """Return the band of an area.

    Examples
    --------
    >>> above, like = Verdict.CLEARLY_ABOVE, Verdict.LIKE_THE_CITY
    >>> band_of(AreaSigns((above, like), (Certainty.STRONG,))).value
    'much'
    >>> band_of(AreaSigns((like,), ())).value
    'nothing_clear'
    """
    worse = signs.faces.count(Verdict.CLEARLY_ABOVE)
    is_strong = Certainty.STRONG in signs.findings
    if worse >= 2 or (worse and is_strong):
        return NeedBand.MUCH
    if worse or is_strong or Certainty.LIKELY in signs.findings:
        return NeedBand.SOME
    told = [one for one in signs.faces if one is not Verdict.CANNOT_TELL]
    return NeedBand.NOTHING_CLEAR if told else NeedBand.CANNOT_TELL


def is_worse(code: str) -> bool:
    """Tell whether a finding of a kind speaks of something that should be better.

    Falls, limits of the data and remarks on method say nothing about need.
    """
    return code in _WORSE


_WORSE = frozenset({
    "area_above", "concentration_of_places", "gap_experienced_above_recorded",
    "gap_felt_above_recorded", "gap_observed_above_felt", "gap_other", "gap_recorded_above_felt",
    "index_lowest_band", "intervention_harmful", "repeat_concentration", "time_concentration",
    "trend_rise", "worse_at_night",
})  # fmt: skip
