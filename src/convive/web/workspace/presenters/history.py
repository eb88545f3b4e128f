"""What each version of a thing has changed, word by word."""

from __future__ import annotations

from typing import Any

from convive.catalogue.texts import has_text, say
from convive.web.workspace.models import Revision, Written
from convive.web.workspace.presenters.differences import differences
from convive.web.workspace.presenters.values import value_text

_NAMES = ("title", "name", "text")


def title_of(thing: Written) -> str:
    """Return what a thing is called."""
    return next((str(getattr(thing, name)) for name in _NAMES if hasattr(thing, name)), str(thing))


def present_revisions(thing: Written, page: list[Revision], language: str) -> list[dict[str, Any]]:
    """Return for each version on the page who wrote it, when, why, and what changed."""
    if not page:
        return []
    older = Revision.objects.filter(
        object_kind=page[-1].object_kind, object_id=page[-1].object_id, version=page[-1].version - 1
    ).first()
    before = [*page[1:], older]
    return [
        {"version": one.version, "at": one.at, "who": str(one.by) if one.by else "", "note": one.note,
         "is_now": one.version == thing.version, "is_first": one.version == 1,
         "changes": _changes(thing, prior.fields if prior else {}, one.fields, language)}
        for one, prior in zip(page, before, strict=True)
    ]  # fmt: skip


def _changes(
    thing: Written, before: dict[str, Any], after: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    found = []
    for name, value in after.items():
        if before.get(name) == value or name == "position":
            continue
        old, new = (
            value_text(type(thing), name, one, language) for one in (before.get(name), value)
        )
        if old != new:
            found.append({"label": _label(name, language), "stretches": differences(old, new)})
    return found


def _label(name: str, language: str) -> str:
    key = f"plan.field.{name}"
    return say(key, language) if has_text(key) else name
