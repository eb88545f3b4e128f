"""What the phone page carries: the link, the visits to make, the form, what the server has."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from convive.catalogue.texts import has_text, localised, say, texts_of
from convive.core.instruments.form_rules import rules_of
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import (
    AccessLink,
    Assignment,
    Campaign,
    CampaignPlace,
    FormVersion,
    Place,
    Submission,
)
from convive.web.fieldwork.rendering import render_sections, sheet_of
from convive.web.fieldwork.tokens import token_hash
from convive.web.staff.reader_numbers import decimal_sign

WALKING = (AccessLink.Kind.RATER, AccessLink.Kind.GROUP)
"""Kinds of link that open the phone page."""


def find_walk(token: str) -> AccessLink | None:
    """Return the link of a walk, also one that was taken back; None where there is none."""
    return (
        AccessLink.objects.select_related("campaign__form", "rater")
        .filter(token_hash=token_hash(token), kind__in=WALKING)
        .first()
    )


def key_of(link: AccessLink) -> str:
    """Return the name under which a phone keeps stops; it opens nothing.

    It goes with the campaign and the rater: with a new address for the same round, the stops that
    an older one could not send any more are still there, and can go.
    """
    owner = f"{link.campaign_id}:{link.rater_id or 'group'}"
    return hashlib.sha256(f"convive.walk:{owner}".encode()).hexdigest()[:24]


def visits_of(link: AccessLink) -> list[dict[str, Any]]:
    """Return the visits to make, in the order of the route: a rater's own, or a group's places.

    Nothing tells which are rated twice, nor what others found there.
    """
    order = dict(
        CampaignPlace.objects.filter(campaign=link.campaign).values_list("place_id", "position")
    )
    if link.rater is not None:
        wanted = Assignment.objects.filter(rater=link.rater).select_related("place")
        pairs = {(one.place, one.daypart) for one in wanted}
    else:
        stops = CampaignPlace.objects.filter(campaign=link.campaign).select_related("place")
        pairs = {(one.place, part) for one in stops for part in _dayparts(link.campaign)}
    ranked = sorted(pairs, key=lambda one: (order.get(one[0].pk, 0), one[0].code, one[1]))
    return [_visit(place, daypart) for place, daypart in ranked]


def _dayparts(campaign: Campaign) -> list[str]:
    planned = campaign.assignments.values_list("daypart", flat=True).distinct()
    return sorted(set(planned)) or [str(Campaign.Daypart.ANY)]


def _visit(place: Place, daypart: str) -> dict[str, Any]:
    return {
        "key": f"{place.pk}:{daypart}", "place": str(place.pk), "code": place.code,
        "name": place.name, "latitude": place.latitude, "longitude": place.longitude,
        "daypart": str(daypart),
    }  # fmt: skip


def place_of(link: AccessLink, place_id: str) -> Place | None:
    """Return a place of the link's campaign, None where it has no such place."""
    try:
        wanted = uuid.UUID(place_id)
    except ValueError:
        return None
    is_planned = (
        CampaignPlace.objects.filter(campaign=link.campaign, place=wanted).exists()
        or Assignment.objects.filter(campaign=link.campaign, place=wanted).exists()
    )
    return Place.objects.get(pk=wanted) if is_planned else None


def form_of(campaign: Campaign, version: int) -> FormVersion | None:
    """Return a served version of the campaign's instrument, None where it was never served."""
    return FormVersion.objects.filter(
        instrument_id=campaign.form.instrument_id, version=version
    ).first()


def package_of(campaign: Campaign, language: str) -> dict[str, Any]:
    """Return the form as the phone keeps it: rules, texts and HTML, whole in one version.

    A form that was begun with this version is finished with it, whatever is served later.
    """
    return _package(campaign.form.digest, campaign.form, language)


@lru_cache(maxsize=64)
def _package(digest: str, form: FormVersion, language: str) -> dict[str, Any]:  # noqa: ARG001
    """Return the package of a form; phones ask often, and the digest says when it is another."""
    instrument = instrument_of(form)
    # The day changes nothing in an empty form; a fixed one keeps the page the same every day.
    sheet = sheet_of(
        instrument, {}, language=language, today=date(2000, 1, 1),
        with_templates=True, all_open=True,
    )  # fmt: skip
    return {
        "instrument": instrument.id,
        "version": instrument.version,
        "language": language,
        "title": localised(instrument.title, language),
        "introduction": localised(instrument.introduction, language),
        "byDaypart": instrument.by_daypart,
        "decimal": decimal_sign(language),
        "rules": rules_of(instrument),
        "wrong": _sentences(instrument, language),
        "html": str(render_sections(sheet)),
    }


def _sentences(instrument: Instrument, language: str) -> dict[str, str]:
    """Return what is said of a wrong answer: ``<item>`` for its constraint, ``<type>`` and codes."""
    said = {
        f"constraint.{item.id}": localised(item.constraint_message, language)
        for item in instrument.items()
        if item.constraint_message
    }
    for kind in {str(item.type) for item in instrument.items()}:
        if has_text(f"fill.wrong.{kind}", language):
            said[f"type.{kind}"] = say(f"fill.wrong.{kind}", language)
    prefix = "answer_problem."
    return said | {
        f"code.{key.removeprefix(prefix)}": str(text)
        for key, text in texts_of(language).items()
        if key.startswith(prefix)
    }


def phone_texts(language: str) -> dict[str, Any]:
    """Return the texts of the phone page that a script says, plural forms and all."""
    prefix = "walk.js."
    own = {
        key.removeprefix(prefix): entry
        for key, entry in texts_of(language).items()
        if key.startswith(prefix)
    }
    return {"clear": say("fill.clear", language), **own}


def what_the_server_has(link: AccessLink, wanted: Iterable[str]) -> dict[str, Any]:
    """Return by id which of a phone's forms came, whether whole, and with which photos by name."""
    ids = [found for text in wanted if (found := as_form_id(text)) is not None]
    forms = own_forms(link).filter(pk__in=ids)
    return {str(one.pk): arrived(one) for one in forms.prefetch_related("attachments")}


def own_forms(link: AccessLink) -> QuerySet[Submission]:
    """Return the forms of a rater, or of the group; by whichever address they came."""
    forms = Submission.objects.filter(campaign=link.campaign)
    return forms if link.campaign.is_anonymous else forms.filter(rater=link.rater)


def arrived(submission: Submission) -> dict[str, Any]:
    """Return what is there of a form: its state, photos that came, photos that are missing."""
    photos = sorted((one.name, bool(one.file)) for one in submission.attachments.all())
    return {
        "state": str(submission.state),
        "arrived": [name for name, is_here in photos if is_here],
        "missing": [name for name, is_here in photos if not is_here],
    }


def done_visits(link: AccessLink) -> list[str]:
    """Return the visits for which a form came, as their keys: a rater's own, or the group's."""
    forms = Submission.objects.filter(campaign=link.campaign, place__isnull=False).exclude(
        state=Submission.State.EXCLUDED
    )
    if link.rater is not None:
        forms = forms.filter(rater=link.rater)
    return sorted({f"{one.place_id}:{one.daypart or 'any'}" for one in forms})


def as_form_id(text: str) -> uuid.UUID | None:
    """Return the id that a phone gave a form, None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
