"""What an indicator counts: its kinds with their ICCS codes, weights and the unmapped share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convive.catalogue import find
from convive.catalogue.texts import format_number, localised, say
from convive.core.model import HarmSum, IncidentCount, Indicator, RepeatShare
from convive.web.observatory.presenters.sources import lines_without_kind

Row = Mapping[str, Any]


def present_kinds(
    definition: Indicator | None, run: Mapping[str, Any], checks: Sequence[Row], language: str
) -> dict[str, Any]:
    """Return the kinds that an indicator counts and what to know about its source.

    Parameters
    ----------
    run : mapping
        Run record: which source an indicator counts, and the harm weights used.
    checks : sequence of rows of ``quality``
    """
    parameters = run.get("parameters") or {}
    measure = definition.measure if definition else None
    if definition is None or not isinstance(measure, IncidentCount | RepeatShare | HarmSum):
        return {"rows": [], "lines": [], "has_weights": False}
    has_weights = isinstance(measure, HarmSum)
    weights = (parameters.get("harm") or {}).get("weights") or {}
    kinds = sorted(weights) if isinstance(measure, HarmSum) else measure.categories
    named = "recorded_total_rate" if has_weights else definition.id
    source = (parameters.get("numerator_source") or {}).get(named)
    lines = lines_without_kind([row for row in checks if row["source_id"] == source], language)
    return {
        "rows": [_kind(one, weights if has_weights else {}, language) for one in kinds],
        "lines": [*lines, *(_harm_lines(parameters["harm"], language) if weights else ())]
        if has_weights
        else lines,
        "has_weights": has_weights,
    }


def _kind(category_id: str, weights: Mapping[str, float], language: str) -> dict[str, str]:
    category = find.category(category_id)
    weight = weights.get(category_id)
    return {
        "label": localised(category.label, language),
        "iccs": iccs_text(category.iccs, category.iccs_relation, language),
        "weight": ""
        if weight is None
        else format_number(weight, language, 0 if weight % 1 == 0 else 1),
    }


def iccs_text(codes: Sequence[str], relation: str | None, language: str) -> str:
    """Return the codes with their names and how they relate, or that the kind is outside ICCS."""
    if not codes or relation is None:
        return say("web.indicator.outside_iccs", language)
    named = ", ".join(f"{code} {localised(find.iccs(code).label, language)}" for code in codes)
    return f"{say(f'relation.{relation}', language)} {named}"


def _harm_lines(harm: Mapping[str, Any], language: str) -> list[str]:
    """Return whose weights these are, and that they are invented where they are."""
    lines = [
        say(
            "web.indicator.weights_by",
            language,
            id=harm["id"],
            version=harm["version"],
            unit=localised(harm["unit"], language),
            author=harm["author"],
            dated=harm["dated"],
            source=harm["source"],
        ),
        localised(harm["cannot_show"], language),
    ]
    if harm["is_invented"]:
        lines.insert(0, say("web.indicator.weights_invented", language))
    return lines
