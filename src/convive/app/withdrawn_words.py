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
"""``{"on": day as ISO text, "wrong": language → what was wrong}``, or `MAYBE`."""
MAYBE: Notice = {"maybe": True}
"""Notice where nobody can tell now what was withdrawn: the audit that is shown cannot be opened."""


def notice_of(one: Correction) -> Notice:
    """Return the notice of a withdrawal, as plain JSON."""
    return {"on": one.on.isoformat(), "wrong": dict(one.wrong)}


def is_notice(value: Any) -> bool:
    """Tell whether a value is a notice that can be told; an empty one is."""
    if not isinstance(value, Mapping) or not value.keys() <= {"on", "wrong", "maybe"}:
        return False
    wrong = value.get("wrong", {})
    is_worded = isinstance(wrong, Mapping) and all(
        isinstance(key, str) and isinstance(text, str) for key, text in wrong.items()
    )
    return is_worded and isinstance(value.get("maybe", False), bool) and _has_day(value)


def _has_day(notice: Notice) -> bool:
    """Tell whether a notice gives a day, or says that it cannot."""
    if "on" not in notice:
        return not notice.get("wrong")
    try:
        return isinstance(notice["on"], str) and bool(date.fromisoformat(notice["on"]))
    except ValueError:
        return False


def finding_words(notice: Notice, language: str) -> str:
    """Return what is said in place of a finding that was withdrawn, or may have been."""
    words = withdrawn_words(notice, language)
    return words if notice.get("maybe") else say("withdrawn.finding", language, notice=words)


def withdrawn_words(notice: Notice, language: str) -> str:
    """Return a notice in words: the day, and what was wrong where somebody has said so."""
    if notice.get("maybe"):
        return say("withdrawn.maybe", language)
    try:
        day = format_date(date.fromisoformat(str(notice.get("on", ""))), language)
    except ValueError:  # a file that people wrote may hold anything
        return say("withdrawn.undated", language)
    wrong = notice.get("wrong")
    texts = wrong if isinstance(wrong, Mapping) else {}
    texts = {key: text for key, text in texts.items() if isinstance(text, str) and text}
    why = localised(texts, language)
    if not why:
        return say("withdrawn.on", language, day=day)
    return say("withdrawn.on_because", language, day=day, why=why.rstrip(".。 "))
