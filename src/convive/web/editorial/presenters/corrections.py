"""Corrections in words, for staff."""

from __future__ import annotations

from typing import Any

from convive.app.correction_words import told_correction
from convive.app.corrections import Correction, Subject
from convive.app.shown_figures import words_of
from convive.app.withdrawal import falls_with
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.web.editorial.selectors.corrections import Held
from convive.web.staff.audit import indicators_now

Shown = dict[str, Any]


def present_held(one: Held, language: str) -> Shown:
    """Return a correction with what stands and what waits."""
    return {
        "row": one.row,
        "stands": present(one.stands, language) if one.stands else None,
        "proposed": present(one.proposed, language) if one.proposed else None,
    }


def present(one: Correction, language: str) -> Shown:
    """Return a correction in words, with everything that a withdrawal would take along."""
    told = told_correction(one, None, language)
    is_indicator = one.subject is Subject.INDICATOR
    fallen = []
    if one.is_withdrawal and one.subject is Subject.INDICATOR:
        others = (falls_with({one.name}, find.indicators()) - {one.name}) & set(indicators_now())
        fallen = sorted(words_of("indicator", code, language) for code in others)
    return {
        "kind": say(f"editorial.kind.{one.kind.value}", language),
        "subject": say(f"editorial.subject.{one.subject.value}", language), "name": told.what if is_indicator else one.name, "day": told.day, "wrong": told.wrong,
        "right": told.right, "since": told.since, "until": told.until, "fallen": fallen,
        "is_withdrawal": one.is_withdrawal,
    }  # fmt: skip
