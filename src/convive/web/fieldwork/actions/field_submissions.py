"""Takes in what field apps send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from convive.core.errors import RequestError
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Answers, Instrument
from convive.web.fieldwork.actions.receive import Envelope, Receipt, receive
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Submission
from convive.web.fieldwork.photo_names import photo_names
from convive.web.fieldwork.selectors.field_apps import (
    Door,
    find_campaign,
    find_form_version,
    place_of,
    rater_of,
)
from convive.wiring.openrosa import (
    PLACE_NODE,
    Part,
    instance_uuid,
    moment_of,
    read_field_form,
    root_of,
)

FORM_PART = "xml_submission_file"


def take(door: Door, parts: Sequence[Part], *, now: datetime) -> Receipt:
    """Keep a form with the photos that came along, in this request or in earlier ones.

    The mark ``*isIncomplete*`` is not believed: a form is whole when every photo that it names
    is there.

    Raises
    ------
    RequestError
        OPENROSA_NO_FORM, OPENROSA_NOT_XML, OPENROSA_TOO_LARGE, OPENROSA_NO_ID.
    NotFoundError
        OPENROSA_FORM_UNKNOWN, OPENROSA_VERSION_UNKNOWN.
    ConflictError, RequestError, SourceError, StorageError
        As `receive`.
    """
    xml = next((part.data for part in parts if part.name == FORM_PART), None)
    if xml is None:
        raise RequestError("OPENROSA_NO_FORM")
    root = root_of(xml)
    campaign = find_campaign(door, root.form_id)
    form = find_form_version(campaign, root.version)
    instrument = instrument_of(form)
    read = read_field_form(xml, instrument, root.form_id)
    chosen = read.also.get(PLACE_NODE, "")
    place, daypart = place_of(campaign, chosen)
    aside = dict(read.aside)
    if chosen and place is None:
        aside[f"/{PLACE_NODE}"] = chosen
    envelope = Envelope(
        id=instance_uuid(read.instance_id, campaign.pk),
        campaign=campaign,
        channel=Submission.Channel.FIELD_APP,
        answers=read.answers,
        link=door.link,
        rater=rater_of(door, campaign),
        place=place,
        daypart=daypart,
        language=campaign.languages[0] if len(campaign.languages) == 1 else "",
        started_at=moment_of(read.started, now=now),
        ended_at=moment_of(read.ended, now=now),
        photos=_photos(parts, instrument, read.answers, now),
        form=form,
        aside=aside,
        actor=door.account,
    )
    return receive(envelope, now=now)


def _photos(
    parts: Sequence[Part], instrument: Instrument, answers: Answers, now: datetime
) -> Mapping[str, bytes]:
    """Return the photos that the form names; apps also send files that were replaced since."""
    sent = [part for part in parts if part.filename and part.name != FORM_PART]
    if not sent:
        return {}
    names = photo_names(instrument, fill(instrument, answers, today=now.date()).answers)
    found: dict[str, bytes] = {}
    for part in sent:
        for name in (part.filename, part.name):
            if name in names:
                found.setdefault(name, part.data)
                break
    return found
