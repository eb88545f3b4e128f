"""Forms of field apps and the links that lead to them."""

from __future__ import annotations

from typing import Any

from convive.web.fieldwork.actions.field_forms import current_form
from convive.web.fieldwork.models import Campaign
from factories import fieldwork


def _campaign() -> Campaign:
    found = Campaign.objects.filter(code="walk-odk").first() or fieldwork.campaign(code="walk-odk")
    if not found.places.exists():
        found.places.create(place=fieldwork.place("odk1"))
    return found


def _token() -> dict[str, Any]:
    return {"token": fieldwork.link(_campaign(), "group")[1]}


def _version() -> dict[str, Any]:
    return {"campaign": "walk-odk", "version": current_form(_campaign()).version}


BUILDERS = {
    "odk-forms": _token,
    "odk-submission": _token,
    "odk-form": lambda: _token() | _version(),
    "odk-manifest": lambda: _token() | _version(),
    "odk-places": lambda: _token() | {"campaign": "walk-odk"},
    "odk-staff-form": _version,
    "odk-staff-manifest": _version,
    "odk-staff-places": lambda: {"campaign": _campaign().code},
    "field-app": lambda: {"link_id": fieldwork.link(_campaign(), "group")[0].pk},
}
