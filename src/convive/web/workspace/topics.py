"""The topic that an indicator speaks for: a proposal that people may change."""

from __future__ import annotations

from collections.abc import Iterable

from convive.core.strategy.vocabulary import Topic

_BY_PART: tuple[tuple[str, Topic], ...] = (
    ("burglary", Topic.BURGLARY),
    ("sexual", Topic.GENDER_BASED_VIOLENCE),
    ("gender", Topic.GENDER_BASED_VIOLENCE),
    ("robbery", Topic.VIOLENCE),
    ("violence", Topic.VIOLENCE),
    ("vandalism", Topic.VANDALISM),
    ("nuisance", Topic.NUISANCE),
    ("drugs", Topic.DRUGS),
    ("theft", Topic.THEFT),
    ("vehicle_crime", Topic.THEFT),
    ("trust_police", Topic.POLICING),
    ("reported", Topic.VICTIMS),
    ("repeat", Topic.VICTIMS),
    ("victim", Topic.VICTIMS),
    ("unsafe", Topic.FEELING_OF_INSECURITY),
    ("worry", Topic.FEELING_OF_INSECURITY),
    ("avoid", Topic.FEELING_OF_INSECURITY),
    ("observed_transport", Topic.TRANSPORT),
    ("observed", Topic.PUBLIC_SPACE),
)
"""Part of an indicator's name → topic; the first that fits."""


def topic_of(indicator_ids: Iterable[str]) -> Topic:
    """Return the topic of the first indicator that has one; public space where none has.

    Examples
    --------
    >>> topic_of(["recorded_total_rate", "burglary_rate"]).value
    'burglary'
    """
    for indicator_id in indicator_ids:
        for part, topic in _BY_PART:
            if part in indicator_id:
                return topic
    return Topic.PUBLIC_SPACE
