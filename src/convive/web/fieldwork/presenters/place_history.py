"""A place over time: what each campaign saw there, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from convive.app.fieldwork.place_changes import PlaceChange, change_at_place, rater_noise
from convive.app.fieldwork.ratings import RatedStop, rated_items
from convive.catalogue.texts import format_number, localised, say
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.models import Campaign, Place

History = Sequence[tuple[Campaign, Sequence[RatedStop]]]


def present_history(
    place: Place, history: History, instruments: dict[str, Instrument], language: str
) -> dict[str, Any]:
    """Return the visits by campaign, and the change between the last two that can be compared."""
    rounds = [
        {
            "campaign": campaign, "rows": _rows(_at(place, stops), instruments[campaign.code], language),
            "n": len(_at(place, stops)),
        }
        for campaign, stops in history
    ]  # fmt: skip
    return {"rounds": rounds, "change": _change(place, history, instruments, language)}


def _at(place: Place, stops: Sequence[RatedStop]) -> list[RatedStop]:
    return [one for one in stops if one.place == place.code]


def _rows(
    stops: Sequence[RatedStop], instrument: Instrument, language: str
) -> list[dict[str, Any]]:
    """Return one row an item with its mean by day, by night and at any time."""
    rows = []
    for item in rated_items(instrument):
        cells = []
        for daypart in ("day", "night", ""):
            values = [
                one.values[item.id] for one in stops
                if item.id in one.values and (not daypart or one.daypart == daypart)
            ]  # fmt: skip
            cells.append({
                "mean": format_number(float(np.mean(values)), language, 1) if values else "",
                "n": len(values),
            })  # fmt: skip
        if cells[2]["n"]:
            rows.append({"question": localised(item.question, language), "cells": cells})
    return rows


def _change(
    place: Place, history: History, instruments: dict[str, Instrument], language: str
) -> dict[str, Any] | None:
    """Return the change from the campaign before to the last one with the same instrument."""
    if len(history) < 2:
        return None
    last, last_stops = history[-1]
    earlier = [
        pair for pair in history[:-1] if pair[0].form.instrument_id == last.form.instrument_id
    ]
    if not earlier:
        return None
    first, first_stops = earlier[-1]
    instrument = instruments[last.code]
    rows = []
    for item in rated_items(instrument):
        noise = rater_noise([first_stops, last_stops], item.id)
        found = change_at_place(_at(place, first_stops), _at(place, last_stops), item.id, noise)
        if found is not None:
            rows.append(_change_row(found, localised(item.question, language), language))
    counts = {word: sum(row["verdict"] == word for row in rows) for word in ("rise", "fall")}
    return {"before": first, "after": last, "rows": rows,
            "headline": _headline(counts, len(rows), language)}  # fmt: skip


def _headline(counts: dict[str, int], n: int, language: str) -> str:
    if not n:
        return say("places.change.not_comparable", language)
    if not counts["rise"] and not counts["fall"]:
        return say("places.change.none", language, n=n)
    return say("places.change.some", language, n=n, rise=counts["rise"], fall=counts["fall"])


def _change_row(found: PlaceChange, question: str, language: str) -> dict[str, Any]:
    interval = ""
    if found.low is not None and found.high is not None:
        interval = say(
            "campaigns.interval", language, value=_signed(found.change, language),
            low=_signed(found.low, language), high=_signed(found.high, language),
        )  # fmt: skip
    return {
        "question": question, "verdict": found.verdict,
        "before": format_number(found.before, language, 1),
        "after": format_number(found.after, language, 1),
        "n_before": found.n_before, "n_after": found.n_after,
        "change": interval or _signed(found.change, language), "has_interval": bool(interval),
    }  # fmt: skip


def _signed(value: float, language: str) -> str:
    text = format_number(value, language, 1)
    return f"+{text}" if round(value, 1) > 0 else text
