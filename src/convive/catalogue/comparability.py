"""What stands beside a figure that rests on sharing out older areas, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import format_number, say

WHOLE_FROM = 100
"""Bounds from this value on are told without decimals."""


def comparability_note(row: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a figure's comparability; empty where nothing is assumed.

    Parameters
    ----------
    row : mapping
        Row of table ``estimates`` or ``series``.
    """
    code = row.get("comparability")
    if not code or row.get("status") != "shown":
        return ""
    note = say(f"comparability.{code}", language)
    low, high = row.get("bound_low"), row.get("bound_high")
    if low is None or high is None:
        return note
    decimals = 0 if row.get("unit") == "number" or high >= WHOLE_FROM else 1
    ends = {
        "low": format_number(low, language, decimals),
        "high": format_number(high, language, decimals),
    }
    return f"{note} {say('comparability.bounds', language, **ends)}"


__all__ = ["comparability_note"]
