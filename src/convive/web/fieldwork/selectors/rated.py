"""Reads of filled-in forms as results see them."""

from __future__ import annotations

from collections.abc import Sequence

from convive.app.fieldwork.ratings import RatedStop, rate_form
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Submission

MOST_FORMS = 20_000
"""More are exported and analysed elsewhere; a page cannot hold them."""


def rated_stops(campaign: Campaign) -> tuple[Instrument, list[RatedStop]]:
    """Return the instrument of a campaign and its forms that count."""
    instrument = instrument_of(campaign.form)
    return instrument, _stops(instrument, campaign.submissions)


def stops_of_each(campaigns: Sequence[Campaign]) -> list[tuple[Campaign, list[RatedStop]]]:
    """Return the forms that count of each campaign, of all its places.

    Places besides the one that is looked at tell how far raters differ.
    """
    return [(one, rated_stops(one)[1]) for one in campaigns]


def _stops(instrument: Instrument, submissions: object) -> list[RatedStop]:
    rows = (
        submissions.filter(state=Submission.State.COMPLETE)  # type: ignore[attr-defined]
        .order_by("filled_on", "pk")
        .values_list(
            "answers", "filled_on", "daypart", "area_id",
            "place__code", "place__area_id", "rater__label",
        )[:MOST_FORMS]
    )  # fmt: skip
    found = []
    for answers, day, daypart, area, place, place_area, rater in rows:
        values, value, filled = rate_form(instrument, answers, day=day)
        found.append(
            RatedStop(
                place=place or "", area=place_area or area or "", rater=rater or "",
                daypart=daypart or str(answers.get("daypart", "")), day=day,
                values=values, score=value, filled=filled,
            )
        )  # fmt: skip
    return found
