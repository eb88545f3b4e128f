"""The gate before acting on areas because people there feel unsafe: is it places or people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from convive.core.diagnosis.facts import Facts, Row, is_shown, link
from convive.core.model import Face, Finding
from convive.core.multilevel import Lever

CAVEAT = "lever_"
"""Before the lever: caveat ``lever_places``, ``lever_people`` …"""
NO_LEAD = frozenset(f"{CAVEAT}{lever}" for lever in (Lever.PEOPLE, Lever.NEITHER))
HELD_BACK = 0.25
"""What is left of the importance of a finding about areas where areas are not the lever."""


def with_lever(facts: Facts, found: Finding) -> Finding:
    """Return the finding; where it singles out areas for what people feel, with the lever.

    That people in some areas feel less safe stays true whatever the lever is. But where answers
    hardly differ by area once people are compared like with like, it is no reason to act on
    those areas: the finding says so and leads no page. A pack without survey answers has no row
    in ``variance_splits``; nothing is added then.
    """
    felt = [i for i in found.indicator_ids if facts.face(i) == Face.FELT]
    row = _newest_split(facts, felt[0]) if felt and _singles_out_areas(found) else None
    if row is None:
        return found
    lever = Lever(row["lever"]) if is_shown(row) else Lever.CANNOT_TELL
    caveat = f"{CAVEAT}{lever}"
    where = {name: row[name] for name in ("indicator_id", "wave", "source_id")}
    return replace(
        found,
        params={**found.params, "lever": lever.value},
        caveats=(*found.caveats, caveat),
        evidence=(
            *found.evidence,
            link("variance_splits", where, [row["source_id"]], row.get("n")),
        ),
        importance=found.importance * (HELD_BACK if caveat in NO_LEAD else 1.0),
    )


def is_lead(row: Mapping[str, Any]) -> bool:
    """Tell whether a published finding may lead a page: no lever speaks against its areas."""
    return NO_LEAD.isdisjoint(row.get("caveats") or ())


def _singles_out_areas(found: Finding) -> bool:
    """Tell whether somebody could take the finding as a reason to act on areas because of fear."""
    if found.code.startswith("gap_"):
        return bool(found.params.get("worse") == Face.FELT)
    is_of_areas = found.level != "city" or "n_areas" in found.params
    return is_of_areas and found.code.startswith(("area_above", "areas_above", "trend_rise"))


def _newest_split(facts: Facts, indicator_id: str) -> Row | None:
    rows = facts.rows("variance_splits", indicator_id=indicator_id)
    # Of several surveys, one that can be told stands before a newer one that cannot.
    return max(rows, key=lambda r: (is_shown(r), r["period_start"], r["source_id"]), default=None)
