"""Reads of field apps: which door somebody came through, and what it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from convive.catalogue.texts import say
from convive.core.errors import NotFoundError
from convive.web.accounts.models import Account
from convive.web.fieldwork.models import (
    AccessLink,
    Campaign,
    FieldForm,
    FormVersion,
    Place,
    Rater,
)
from convive.web.fieldwork.secrecy import by_staff, known_to
from convive.wiring.openrosa import PlaceRow

LINK_KINDS = frozenset({AccessLink.Kind.RATER, AccessLink.Kind.GROUP})
_DAYPARTS = frozenset({Campaign.Daypart.DAY.value, Campaign.Daypart.NIGHT.value})


@dataclass(frozen=True)
class Door:
    """A base address of field apps with whoever came through it: a link, or an account."""

    base: str
    """Absolute, no slash at the end."""
    language: str
    link: AccessLink | None = None
    account: Account | None = None

    @property
    def key(self) -> tuple[str, object]:
        """Who it is, for counting."""
        return ("link", self.link.pk) if self.link else ("account", getattr(self.account, "pk", 0))


def campaigns_of(door: Door) -> QuerySet[Campaign]:
    """Return the campaigns that a door leads to, also those that take no forms now.

    An account never leads to an anonymous survey: the answers would come with a name; nor to an
    assessment by staff, or to what is restricted, of others.
    """
    found = Campaign.objects.select_related("form")
    if door.link is not None:
        return found.filter(pk=door.link.campaign_id)
    found = found.exclude(kind=Campaign.Kind.SURVEY).exclude(state=Campaign.State.DRAFT)
    return found.filter(~by_staff(), known_to(door.account))


def offered(door: Door, today: date) -> QuerySet[Campaign]:
    """Return the campaigns whose forms can be filled in today."""
    return campaigns_of(door).filter(
        Q(opens_on=None) | Q(opens_on__lte=today),
        Q(closes_on=None) | Q(closes_on__gte=today),
        state=Campaign.State.OPEN,
    ).order_by("code")  # fmt: skip


def find_campaign(door: Door, form_id: str) -> Campaign:
    """Return the campaign of a form id: its code, or behind a link also its instrument.

    Raises
    ------
    NotFoundError
        OPENROSA_FORM_UNKNOWN.
    """
    wanted = Q(code=form_id)
    if door.link is not None:
        wanted |= Q(form__instrument_id=form_id)
    campaign = campaigns_of(door).filter(wanted).first()
    if campaign is None:
        raise NotFoundError("OPENROSA_FORM_UNKNOWN")
    return campaign


def find_field_form(campaign: Campaign, version: str) -> FieldForm:
    """Return a form as it was given out.

    Raises
    ------
    NotFoundError
        OPENROSA_VERSION_UNKNOWN.
    """
    found = FieldForm.objects.filter(campaign=campaign, version=version).first()
    if found is None:
        raise NotFoundError("OPENROSA_VERSION_UNKNOWN")
    return found


def find_form_version(campaign: Campaign, version: str) -> FormVersion:
    """Return what a form was filled in with; earlier versions of the instrument count too.

    Raises
    ------
    NotFoundError
        OPENROSA_VERSION_UNKNOWN.
    """
    given = (
        FieldForm.objects.select_related("form").filter(campaign=campaign, version=version).first()
    )
    if given is not None:
        return given.form
    # A form that was handed out as a file carries the version of `to_xform`.
    for form in FormVersion.objects.filter(instrument_id=campaign.form.instrument_id):
        if version in {str(form.version), f"{form.version}-{form.digest[:8]}"}:
            return form
    raise NotFoundError("OPENROSA_VERSION_UNKNOWN")


def rater_of(door: Door, campaign: Campaign) -> Rater | None:
    """Return who goes out: of the link, or whose e-mail address the account has."""
    if door.link is not None:
        return door.link.rater
    if door.account is None:
        return None
    return campaign.raters.filter(email__iexact=door.account.email).first()


def place_rows(campaign: Campaign, rater: Rater | None, language: str) -> Iterator[PlaceRow]:
    """Yield what the question for the place offers: one's own visits, or every planned place."""
    visits = campaign.assignments.filter(rater=rater) if rater else None
    if visits is not None and visits.exists():
        order = {one.place_id: one.position for one in campaign.places.all()}
        found = [(one.place, one.daypart) for one in visits.select_related("place")]
        found.sort(key=lambda one: (order.get(one[0].pk, 0), one[0].code, one[1]))
    else:
        found = [(one.place, "") for one in campaign.places.select_related("place")]
    for place, daypart in found:
        yield _row(place, daypart, language)


def place_of(campaign: Campaign, chosen: str) -> tuple[Place | None, str]:
    """Return place and daypart that `PlaceRow.name` stands for; None where it is none of these."""
    identifier, _, daypart = chosen.partition(".")
    try:
        wanted = UUID(identifier)
    except ValueError:
        return None, ""
    planned = Q(campaigns__campaign=campaign) | Q(assignments__campaign=campaign)
    place = Place.objects.filter(planned, pk=wanted).distinct().first()
    return place, daypart if place and daypart in _DAYPARTS else ""


def find_app_link(link_id: str) -> AccessLink | None:
    """Return a link that field apps can be set up with, by its id."""
    try:
        wanted = UUID(link_id)
    except ValueError:
        return None
    return (
        AccessLink.objects.select_related("campaign", "rater")
        .filter(pk=wanted, kind__in=LINK_KINDS)
        .first()
    )


def has_places(campaign: Campaign) -> bool:
    """Tell whether places are planned."""
    return campaign.places.exists()


def _row(place: Place, daypart: str, language: str) -> PlaceRow:
    name, label = str(place.pk), f"{place.code} {place.name}"
    if daypart in _DAYPARTS:
        name = f"{name}.{daypart}"
        label = say(f"openrosa.place.{daypart}", language, place=label)
    return PlaceRow(name, label, place.latitude, place.longitude)
