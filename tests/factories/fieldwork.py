"""Small pieces of fieldwork for tests: form versions, campaigns, places, links."""

from __future__ import annotations

import uuid
from typing import Any

from convive.core.instruments.model import Instrument
from convive.web.fieldwork.instruments import freeze
from convive.web.fieldwork.models import AccessLink, Campaign, FormVersion, Place, Rater
from convive.web.fieldwork.tokens import token_for, token_hash


def form_version(instrument_id: str = "street_observation") -> FormVersion:
    """The current version of an instrument of the shelf."""
    return freeze(instrument_id)


def small_survey() -> FormVersion:
    """The first version of the core survey: five pages, one question that an answer opens."""
    from convive.catalogue import find
    from convive.catalogue.core_items import INSTRUMENTS
    from convive.catalogue.instrument_files import kept_texts

    files = kept_texts(INSTRUMENTS / "core_survey", 1)
    digest = find.instrument("core_survey", 1).digest
    form, _ = FormVersion.objects.get_or_create(
        instrument_id="core_survey", version=1, defaults={"digest": digest, "files": files}
    )
    return form


def campaign(**fields: Any) -> Campaign:
    """An open audit of places, unless told otherwise."""
    wanted = {
        "code": f"audit-{uuid.uuid4().hex[:8]}",
        "title": "Spring audit",
        "kind": Campaign.Kind.AUDIT,
        "state": Campaign.State.OPEN,
        "languages": ["en"],
        **fields,
    }
    if "form" not in wanted:
        wanted["form"] = form_version()
    return Campaign.objects.create(**wanted)


def place(code: str = "P001", **fields: Any) -> Place:
    """A spot with a position."""
    wanted = {"name": f"Spot {code}", "longitude": 4.35, "latitude": 50.85, **fields}
    return Place.objects.create(code=code, **wanted)


def rater(of: Campaign, label: str = "R01", **fields: Any) -> Rater:
    """Somebody who goes out."""
    return Rater.objects.create(campaign=of, label=label, **fields)


def link(of: Campaign, kind: str = AccessLink.Kind.RATER, **fields: Any) -> tuple[AccessLink, str]:
    """A link and its token."""
    identifier = uuid.uuid4()
    token = token_for("AccessLink", identifier)
    made = AccessLink.objects.create(
        pk=identifier, campaign=of, kind=kind, token_hash=token_hash(token), **fields
    )
    return made, token


def instrument_of_shelf(instrument_id: str) -> Instrument:
    """An instrument of the shelf, as defined now."""
    from convive.catalogue import find

    return find.instrument(instrument_id)
