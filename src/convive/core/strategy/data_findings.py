"""Findings about the data themselves: no challenge of the town, but something to do about what is known."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class DataStep(StrEnum):
    """What a town does about a finding on its data."""

    SURVEY = "survey"
    """Ask residents, or ask them what the last survey did not ask."""
    OBSERVE = "observe"
    """Look at the streets, or train those who do."""
    LISTEN = "listen"
    """Talk with people and keep what they say."""
    SOURCE = "source"
    """Ask those who keep the records for better ones."""
    DECLARE = "declare"
    """Write down what was done, where and from when on."""
    WAIT = "wait"
    """More months tell; until then nobody knows."""
    MIND = "mind"
    """Nothing to mend: to be kept in mind when figures are read."""


_OF_CODE = {
    "quality_doubtful": DataStep.SOURCE,
    "rates_differ": DataStep.SOURCE,
    "recording_break_found": DataStep.SOURCE,
    "recording_break_declared": DataStep.MIND,
    "rates_reproduced": DataStep.MIND,
    "denominator_matters": DataStep.MIND,
    "survey_is_reference": DataStep.SURVEY,
    "rater_bias": DataStep.OBSERVE,
    "cannot_tell": DataStep.WAIT,
    "intervention_cannot_tell": DataStep.WAIT,
}
_OF_FAMILY = {
    "survey": DataStep.SURVEY,
    "local_survey": DataStep.SURVEY,
    "survey_sample": DataStep.SURVEY,
    "area_codes": DataStep.SURVEY,
    "age": DataStep.SURVEY,
    "age_group": DataStep.SURVEY,
    "sex": DataStep.SURVEY,
    "observations": DataStep.OBSERVE,
    "daypart": DataStep.OBSERVE,
    "notes": DataStep.LISTEN,
    "interventions": DataStep.DECLARE,
}
"""Family of data that is missing → step; all others are asked of those who keep them."""


def data_step(code: str, params: Mapping[str, Any]) -> DataStep | None:
    """Return what to do about a finding on the data; None for a finding about the town.

    Examples
    --------
    >>> data_step("data_gap", {"family": "survey"})
    <DataStep.SURVEY: 'survey'>
    >>> data_step("trend_rise", {}) is None
    True
    """
    if code == "data_gap":
        return _OF_FAMILY.get(str(params.get("family", "")), DataStep.SOURCE)
    return _OF_CODE.get(code)
