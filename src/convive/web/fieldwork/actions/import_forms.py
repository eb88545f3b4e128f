"""Takes forms of a field-app server's export into a campaign: all of them, or none."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from convive.core.errors import ConflictError, DatasetError, RequestError
from convive.core.model import Place as Where
from convive.core.model import Problem
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.receive import Envelope, Outcome, receive
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Place, Submission
from convive.wiring.fieldwork_evidence import read_exported_forms

_DAYPARTS = {"day", "night"}


@dataclass(frozen=True)
class Imported:
    """What became of an export."""

    n_new: int
    n_already: int
    unused: tuple[str, ...]
    absent: tuple[str, ...]


def import_forms(
    campaign: Campaign, data: bytes, *, now: datetime, columns: Mapping[str, str] | None = None,
    is_dry_run: bool = False, by: Any = None,
) -> Imported:  # fmt: skip
    """Take in the forms of a CSV export; those that are here already are left as they are.

    Parameters
    ----------
    by : Account or str
        Who acts; a text where it is no account.

    Raises
    ------
    DatasetError
        FORMS_UNREADABLE with every problem; FORMS_PLACE, FORMS_CONFLICT among them.
    RequestError
        CAMPAIGN_CLOSED.
    """
    if not campaign.takes_forms:
        raise RequestError("CAMPAIGN_CLOSED", campaign=campaign.code)
    found = read_exported_forms(data, instrument_of(campaign.form), columns=columns or {})
    envelopes = _envelopes(campaign, found.forms)
    actor = {"label": by} if isinstance(by, str) else {"actor": by}
    with transaction.atomic():
        n_new = _take(envelopes, now)
        record(
            "fieldwork.imported", thing=("campaign", campaign.code),
            n_new=n_new, n_already=len(envelopes) - n_new, **actor,
        )  # fmt: skip
        transaction.set_rollback(is_dry_run)
    return Imported(n_new, len(envelopes) - n_new, found.unused, found.absent)


def _take(envelopes: list[tuple[int, Envelope]], now: datetime) -> int:
    problems, n_new = [], 0
    for row, envelope in envelopes:
        try:
            n_new += receive(envelope, now=now).outcome is Outcome.NEW
        except ConflictError:
            problems.append(Problem("FORMS_CONFLICT", Where("forms.csv", row=row)))
    if problems:
        raise DatasetError("FORMS_UNREADABLE", problems)
    return n_new


def _envelopes(campaign: Campaign, forms: Any) -> list[tuple[int, Envelope]]:
    """Return the forms on their way in; every place that is not known is a problem."""
    places = {one.code.casefold(): one for one in Place.objects.all()}
    problems, made = [], []
    for form in forms:
        place = places.get(form.place.casefold())
        if form.place and place is None:
            problems.append(Problem("FORMS_PLACE", Where("forms.csv", row=form.row)))
            continue
        envelope = Envelope(
            id=form_id(campaign, form.instance), campaign=campaign,
            channel=Submission.Channel.FIELD_APP, answers=form.answers, place=place,
            daypart=form.daypart if form.daypart in _DAYPARTS else "",
            started_at=form.started, ended_at=form.ended or form.started,
        )  # fmt: skip
        made.append((form.row, envelope))
    if problems:
        raise DatasetError("FORMS_UNREADABLE", problems)
    return made


def form_id(campaign: Campaign, instance: str) -> uuid.UUID:
    """Return the id of an imported form: the same instance is the same form.

    Of an anonymous campaign it is derived with the installation's key, so that nobody who has
    the export can tell which answer is which.
    """
    if campaign.is_anonymous:
        text = f"{campaign.pk} {instance}"
        digest = salted_hmac("convive.fieldwork.import", text, algorithm="sha256").digest()
        return uuid.UUID(bytes=digest[:16], version=4)
    try:
        return uuid.UUID(instance)
    except ValueError:
        return uuid.uuid5(campaign.pk, instance)
