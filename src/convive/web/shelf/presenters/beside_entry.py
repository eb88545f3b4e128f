"""What editors can do beside an entry: judge it, note something, ask its publisher."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from convive.core.shelf.entry import Entry, OriginKind
from convive.web.shelf.models import OwnEntry
from convive.web.shelf.selectors.exchange import received_at


def present_beside(entry: Entry, language: str) -> dict[str, Any]:
    """Return addresses of what can be done, and this town's note."""
    where = (language, entry.origin.publisher, entry.practice.id)
    shown: dict[str, Any] = {"grade": reverse("shelf-grade", args=where)}
    kind = entry.origin.kind
    if kind is OriginKind.OWN:
        own = OwnEntry.objects.filter(name=entry.practice.id).values_list("pk", flat=True).first()
        shown["own"] = reverse("shelf-own", args=(language, own)) if own else ""
    if kind is OriginKind.RECEIVED and (row := received_at(entry.ref)) is not None:
        shown |= {
            "ask": reverse("shelf-ask", args=where), "to_note": reverse("shelf-note", args=where),
            "note": row.note, "is_withdrawn": row.is_withdrawn,
        }  # fmt: skip
    return shown
