"""Checks of sources in words: also where a number of rows is not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import format_number, has_text, say

SMALL = ("n", "crossing", "incidents")
"""Counts that are not told where they are few."""
NOT_TOLD = (*SMALL, "base", "parts", "total", "words", "areas")


def quality_sentence(reason: Any, language: str) -> str:
    """Return a check or reason ({code, params}) as a sentence."""
    code = reason["code"] if isinstance(reason, Mapping) else str(reason)
    params = (reason.get("params") or {}) if isinstance(reason, Mapping) else {}
    key = f"quality.{code}"
    if not has_text(key):
        return code.replace("_", " ")
    return say(key, language, **(params | _not_told(params, language)))


def unmapped_line(row: Mapping[str, Any], key: str, language: str) -> str:
    """Return how much of a source has no category; `key` is the sentence for a known share."""
    if row["share"] is None:
        return quality_sentence(row, language)
    return say(key, language, share=100 * row["share"], base=told_value(row["base"], language))


def told_value(n: int | None, language: str) -> int | str:
    """Return a number of rows for a sentence, or that it is not shown: never 0 in its place."""
    return say("report.not_shown", language) if n is None else n


def told_number(n: int | None, language: str) -> str:
    """Return a number of rows as it is written, or that it is not shown."""
    return say("report.not_shown", language) if n is None else format_number(n, language)


def _not_told(params: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what stands in a sentence for the numbers that are not told."""
    hidden = say("report.not_shown", language)
    words = {name: hidden for name in NOT_TOLD if name in params and params[name] is None}
    if params.get("below") and params.get("reason") != "complementary":
        fewer = say("public_plan.fewer", language, n=params["below"])
        words |= {name: fewer for name in SMALL if name in words}
    return words


__all__ = ["quality_sentence", "told_number", "told_value", "unmapped_line"]
