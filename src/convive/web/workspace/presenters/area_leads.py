"""Areas by band of need, in words."""

from __future__ import annotations

from typing import Any

from convive.catalogue.texts import say
from convive.core.strategy.area_need import NeedBand
from convive.web.staff.audit import show_finding
from convive.web.workspace.presenters.money import present_sums
from convive.web.workspace.presenters.plan_page import money_text
from convive.web.workspace.secrecy import sees_lead_whole
from convive.web.workspace.selectors.area_leads import Area
from convive.web.workspace.selectors.money import Sums

_MOST_FINDINGS = 3


def present_bands(
    areas: list[Area], account: Any, currency: str, language: str
) -> list[dict[str, Any]]:
    """Return the bands that have areas, in their order; within a band by name."""
    found = []
    for band in NeedBand:
        rows = [_area(one, account, currency, language) for one in areas if one.band is band]
        if rows:
            found.append({
                "code": band.value, "words": say(f"area_need.{band}", language),
                "explain": say(f"area_need.{band}.explain", language), "rows": rows,
            })  # fmt: skip
    return found


def _area(area: Area, account: Any, currency: str, language: str) -> dict[str, Any]:
    lead = area.lead
    is_whole = lead is not None and sees_lead_whole(account, lead)
    return {
        "level": area.level, "area_id": area.area_id, "name": area.name, "lead": lead,
        "is_left_alone": area.is_left_alone, "is_whole": is_whole,
        "budget": money_text(lead.amount, currency, language) if lead and is_whole else "",
        "contact": lead.contact if lead and is_whole else "",
        "reason": lead.reason if lead and is_whole else "",
        "faces": [_face(row, language) for row in area.faces],
        "findings": [
            {"text": show_finding(row, language)["sentence"], "finding_id": row["finding_id"]}
            for row in area.findings[:_MOST_FINDINGS]
        ],
        "n_findings": len(area.findings), "n_actions": area.n_actions,
        "sums": present_sums(Sums(area.planned, area.spent), currency, language),
    }  # fmt: skip


def _face(row: dict[str, Any], language: str) -> dict[str, str]:
    verdict = row["verdict"] if row["status"] == "shown" else "cannot_tell"
    return {
        "code": verdict,
        "face": say(f"face.{row['face']}", language),
        "words": say(f"verdict.{verdict}", language),
    }
