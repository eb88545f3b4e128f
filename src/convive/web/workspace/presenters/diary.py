"""Entries of the diary in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from convive.catalogue.texts import format_date, format_number, say
from convive.core.strategy.ledger import UNKNOWN
from convive.web.workspace.models import Action, DiaryEntry
from convive.web.workspace.presenters.values import number_text


def present_entries(entries: Iterable[DiaryEntry], language: str) -> list[dict[str, Any]]:
    """Return entries as lists show them."""
    return [present_entry(one, language) for one in entries]


def present_entry(entry: DiaryEntry, language: str) -> dict[str, Any]:
    """Return an entry in words; empty texts where nothing was said."""
    newer = next(iter(entry.corrected_by.all()), None)
    code = entry.action.strategy.code
    return {
        "number": entry.pk,
        "day": format_date(entry.on, language),
        "organisation": entry.organisation.name,
        "action": entry.action.title,
        "action_address": reverse("plan-action", args=(language, code, entry.action.code)),
        "address": reverse("diary-entry", args=(language, entry.pk)),
        "delivery": entry.delivery,
        "done": say(f"plan.delivery.{entry.delivery}", language),
        "amount": amount_text(entry, language),
        "reached": reached_text(entry.reached, language),
        "obstacle": say(f"plan.obstacle.{entry.obstacle}", language) if entry.obstacle else "",
        "note": entry.note,
        "is_corrected": newer is not None,
        "newer": reverse("diary-entry", args=(language, newer.pk)) if newer else "",
        "older": reverse("diary-entry", args=(language, entry.corrects_id))
        if entry.corrects_id
        else "",
    }


def amount_text(entry: DiaryEntry, language: str) -> str:
    """Return how much was done, in the unit of the action."""
    if entry.amount is None:
        return ""
    return f"{number_text(entry.amount, language)} {entry.action.dose_unit}".strip()


def reached_text(reached: Mapping[str, int], language: str) -> str:
    """Return who was reached, group by group; groups overlap and are never added up."""
    return ", ".join(
        f"{group_words(code, language)}: {format_number(n, language, 0)}"
        for code, n in reached.items()
    )


def group_words(code: str, language: str) -> str:
    """Return the name of a group of the diary."""
    return say("diary.unknown_group" if code == UNKNOWN else f"plan.group.{code}", language)


def silence_text(action: Action, today: Any, language: str) -> str:
    """Return since when nothing was written about an action (as `diary_actions` gives it)."""
    last, since = action.last_entry, action.since  # type: ignore[attr-defined]
    if last is None:
        return say("diary.never", language)
    return say("diary.last", language, day=last, n=(today - since).days)


def short_sentence(entry: DiaryEntry, language: str) -> str:
    """Return an entry in one line: what was done, how much, when."""
    parts = (say(f"plan.delivery.{entry.delivery}", language), amount_text(entry, language),
             format_date(entry.on, language))  # fmt: skip
    return " · ".join(part for part in parts if part)
