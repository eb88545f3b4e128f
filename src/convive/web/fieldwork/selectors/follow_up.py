"""Change at the same places between two campaigns, ready for the fragment that pages include.

The template ``fieldwork/parts/follow_up.html`` shows what `changes_between` and `place_history`
return, under the name ``change``.
"""

from __future__ import annotations

from typing import Any

from convive.app.fieldwork.follow_up import Change, FollowUp, follow_up, place_changes
from convive.catalogue.texts import format_number, localised, say
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.kept_forms import kept_forms


def changes_between(
    before: Campaign, after: Campaign, language: str, *, same_raters: bool = False
) -> dict[str, Any]:
    """Return the change over all places that both campaigns looked at."""
    instrument = instrument_of(after.form)
    found = follow_up(
        instrument, kept_forms(before, only_counted=True), kept_forms(after, only_counted=True),
        same_raters=same_raters,
    )  # fmt: skip
    return _told(found, instrument, before, after, language)


def place_history(before: Campaign, after: Campaign, place: str, language: str) -> dict[str, Any]:
    """Return the means of one place in two campaigns; one place alone shows no clear change."""
    instrument = instrument_of(after.form)
    found = place_changes(
        instrument, kept_forms(before, only_counted=True), kept_forms(after, only_counted=True),
        place,
    )  # fmt: skip
    return _told(found, instrument, before, after, language)


def _told(
    found: FollowUp, instrument: Instrument, before: Campaign, after: Campaign, language: str
) -> dict[str, Any]:
    rows = [_row(one, instrument, language) for one in found.changes if one.n_pairs]
    counts = {word: sum(row["verdict"] == word for row in rows) for word in ("rise", "fall")}
    key = "some" if any(counts.values()) else "none" if rows else "nothing"
    return {
        "before": before, "after": after, "rows": rows, "n_pairs": found.n_pairs,
        "n_places": found.n_places, "n_before_alone": found.n_before_alone,
        "n_after_alone": found.n_after_alone,
        "headline": say(f"fieldwork_results.follow_up.{key}", language, n=len(rows), **counts),
    }  # fmt: skip


def _row(one: Change, instrument: Instrument, language: str) -> dict[str, Any]:
    """Return a change that has pairs: its means are never None."""
    interval = ""
    if one.low is not None and one.high is not None:
        ends = {"low": _signed(one.low, language), "high": _signed(one.high, language)}
        interval = say("fieldwork_results.follow_up.interval", language, **ends)
    return {
        "name": _name(one, instrument, language), "is_score": one.is_score,
        "n_pairs": one.n_pairs, "n_places": one.n_places,
        "before": format_number(one.before or 0.0, language, 2),
        "after": format_number(one.after or 0.0, language, 2),
        "change": _signed(one.change or 0.0, language), "interval": interval,
        "verdict": one.verdict,
        "verdict_words": say(f"fieldwork_results.verdict.{one.verdict}", language),
    }  # fmt: skip


def _name(one: Change, instrument: Instrument, language: str) -> str:
    if one.is_score:
        return next(localised(s.label, language) for s in instrument.scores if s.id == one.name)
    item = instrument.item(one.name)
    return localised(item.question, language) if item else one.name


def _signed(value: float, language: str) -> str:
    text = format_number(value, language, 2)
    return f"+{text}" if round(value, 2) > 0 else text
