"""What is said where a copy of something has outlived its withdrawal.

Agendas, plans and their files keep what an audit said on the day on which somebody built on it.
These copies are never written anew; wherever they are shown, the notice stands in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from convive.app.corrections import Correction
from convive.catalogue.texts import format_date, localised, say

WITHDRAWN = "withdrawn"
"""Code of a finding, and reason of a figure, that is shown by its notice alone."""
Notice = Mapping[str, Any]
"""``{"on": day as ISO text, "wrong": language → what was wrong}``."""


def notice_of(one: Correction) -> Notice:
    """Return the notice of a withdrawal, as plain JSON."""
    return {"on": one.on.isoformat(), "wrong": dict(one.wrong)}


def withdrawn_words(notice: Notice, language: str) -> str:
    """Return a notice in words: the day, and what was wrong where somebody has said so."""
    try:
        day = format_date(date.fromisoformat(str(notice.get("on", ""))), language)
    except ValueError:  # a file that people wrote may hold anything
        return say("withdrawn.undated", language)
    wrong = notice.get("wrong")
    why = localised(wrong, language) if isinstance(wrong, Mapping) and wrong else ""
    if not why:
        return say("withdrawn.on", language, day=day)
    return say("withdrawn.on_because", language, day=day, why=why.rstrip(".。 "))
