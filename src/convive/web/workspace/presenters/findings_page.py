"""Findings as the page "from findings to challenges" shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from convive.core.strategy.data_findings import DataStep
from convive.web.staff.audit import show_finding
from convive.web.workspace.selectors.findings import step_of
from convive.web.workspace.selectors.standing import Standing
from convive.web.workspace.topics import topic_of

_PAGES = {
    DataStep.SURVEY: "fieldwork-wave-new",
    DataStep.OBSERVE: "fieldwork-campaign-new",
    DataStep.LISTEN: "fieldwork-campaign-new",
    DataStep.SOURCE: "sources",
}
"""Step → page on which it is done; the others are no work on a page."""


def present_findings(
    standing: Standing, asked: Mapping[str, str], language: str
) -> list[dict[str, Any]]:
    """Return the asked findings by rank: sentence, certainty, where each stands."""
    return [
        show_finding(row, language)
        | {
            "standing": standing.of(row["finding_id"]),
            "places": [
                {"kind": kind, "code": code, "title": title}
                for kind, code, title in standing.places.get(row["finding_id"], ())
            ],
            "reason": standing.reasons.get(row["finding_id"], ""),
            "topic": topic_of(row["indicator_ids"] or ()).value,
            "step": _step(row, language),
        }
        for row in standing.rows
        if _is_asked(row, standing, asked)
    ]


def _step(row: Mapping[str, Any], language: str) -> dict[str, str] | None:
    """Return what to do about a finding on the data, with the page where it is done."""
    step = step_of(dict(row))
    if step is None:
        return None
    page = _PAGES.get(step)
    return {"code": step.value, "address": reverse(page, args=(language,)) if page else ""}


def _is_asked(row: Mapping[str, Any], standing: Standing, asked: Mapping[str, str]) -> bool:
    told = {
        "certainty": str(row["certainty"]),
        "topic": topic_of(row["indicator_ids"] or ()).value,
        "area": f"{row['level']}/{row['area_id']}",
        "standing": standing.of(row["finding_id"]),
    }
    face = asked.get("face", "")
    fits = all(not asked.get(name) or asked[name] == value for name, value in told.items())
    return fits and (not face or face in (row["faces"] or ()))
