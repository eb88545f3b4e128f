"""What stands beside a figure whose area is in doubt: older boundaries, coarse positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import format_number, say

NOTED_SHARE = 0.05
"""Share of an area's incidents that may belong elsewhere, above which its figures say so."""
WHOLE_FROM = 100
"""Bounds from this value on are told without decimals."""


def comparability_note(row: Mapping[str, Any], language: str) -> str:
    """Return what to keep in mind of a figure's area; empty where there is nothing.

    Parameters
    ----------
    row : mapping
        Row of table ``estimates`` or ``series``.
    """
    if row.get("status") != "shown":
        return ""
    share = row.get("displaced_share")
    position = (
        say("position.uncertain", language, share=100 * share)
        if share and share > NOTED_SHARE
        else ""
    )
    sharing = _sharing_note(row, language)
    return f"{sharing} {position}" if sharing and position else sharing or position


def _sharing_note(row: Mapping[str, Any], language: str) -> str:
    code = row.get("comparability")
    if not code:
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
