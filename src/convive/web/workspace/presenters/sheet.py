"""The sheet of minutes as its page shows it."""

from __future__ import annotations

from typing import Any

from convive.catalogue.texts import explain
from convive.web.workspace.models import Meeting
from convive.web.workspace.presenters.agenda import present_meeting
from convive.web.workspace.selectors.meetings import attendance_of

_MOST_ACTIONS = 60


def present_sheet(meeting: Meeting, sheet: Any, account: Any, language: str) -> dict[str, Any]:
    """Return items with their forms, who could be there, actions to choose from."""
    shown = present_meeting(meeting, account, language)
    parts = {one.item.pk: one for one in sheet.items}
    sent = sheet.there()
    there = [
        {"organisation": one.organisation, "is_there": sent.get(one.organisation_id, one.was_there)}
        for one in attendance_of(meeting)
    ]
    return {
        "shown": shown,
        "rows": [
            {"shown": one, "part": parts[one.item.pk]}
            for one in shown.items if one.item.pk in parts
        ],
        "there": there,
        "spoken_of": _spoken_of(meeting),
        "not_there": explain(sheet.refusal, language) if sheet.refusal else "",
        "is_wrong": sheet.data is not None
        and (sheet.refusal is not None or any(one.is_wrong for one in sheet.items)),
    }  # fmt: skip


def _spoken_of(meeting: Meeting) -> list[dict[str, str]]:
    """Return the actions that the agenda speaks of, to choose from by code."""
    found: dict[str, str] = {}
    for item in meeting.items.all():
        for fact in item.facts:
            kind, _, code = str(fact.get("ref", "")).partition(":")
            if kind == "action":
                found.setdefault(code, str(fact["params"].get("title", "")))
    return [{"code": code, "title": title} for code, title in list(found.items())[:_MOST_ACTIONS]]
