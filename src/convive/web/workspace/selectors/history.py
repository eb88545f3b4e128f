"""Revisions of things that people write."""

from __future__ import annotations

from django.db.models import QuerySet

from convive.web.workspace.editable import EDITABLE
from convive.web.workspace.models import Revision, Written

_MODELS = {kind: model for model, (kind, _) in EDITABLE.items()}


def find_written(kind: str, number: int) -> Written | None:
    """Return a thing by its kind and number, None where there is none."""
    model = _MODELS.get(kind)
    return model.objects.filter(pk=number).first() if model else None  # type: ignore[attr-defined]


def list_revisions(kind: str, number: int) -> QuerySet[Revision]:
    """Return the versions of a thing, the newest first."""
    found = Revision.objects.filter(object_kind=kind, object_id=number)
    return found.select_related("by").order_by("-version")
