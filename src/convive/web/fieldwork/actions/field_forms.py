"""Makes the XForm of a campaign once, and keeps it."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction

from convive.catalogue.texts import languages, say
from convive.core.errors import ConflictError
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.models import FieldForm as KeptForm
from convive.web.fieldwork.selectors.field_apps import has_places
from convive.wiring.openrosa import FieldForm, field_form_xml, md5_of

_MAKING = 1
"""Raised by whoever changes what a form is made of, so that phones get the new one."""


def current_form(campaign: Campaign) -> KeptForm:
    """Return the form that a campaign gives out now, made where nobody asked for it before.

    Raises
    ------
    ConflictError
        FORM_VERSION_CHANGED: two contents under one version, which cannot be told apart.
    DefinitionError
        As `convive.wiring.openrosa.field_form_xml`.
    """
    spoken = tuple(code for code in campaign.languages if code in languages()) or ("en",)
    with_place = has_places(campaign)
    content = [_MAKING, campaign.form.digest, spoken, campaign.title, campaign.code, with_place]
    made_from = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    version = f"{campaign.form.version}-{made_from[:8]}"
    kept = KeptForm.objects.filter(campaign=campaign, version=version).first()
    if kept is None:
        kept = _make(campaign, version, made_from, spoken if with_place else (), spoken)
    if kept.made_from != made_from:
        raise ConflictError("FORM_VERSION_CHANGED", instrument=campaign.code, version=version)
    return kept


def _make(
    campaign: Campaign, version: str, made_from: str, asked_in: tuple[str, ...],
    spoken: tuple[str, ...],
) -> KeptForm:  # fmt: skip
    xml = field_form_xml(
        FieldForm(
            instrument=instrument_of(campaign.form),
            form_id=campaign.code,
            title=campaign.title,
            version=version,
            languages=spoken,
            place_question={code: say("openrosa.place.question", code) for code in asked_in},
            place_hint={code: say("openrosa.place.hint", code) for code in asked_in},
        )
    )
    with transaction.atomic():
        kept, _ = KeptForm.objects.get_or_create(
            campaign=campaign,
            version=version,
            defaults={
                "form": campaign.form, "made_from": made_from, "xml": xml, "md5": md5_of(xml),
            },
        )  # fmt: skip
    return kept
