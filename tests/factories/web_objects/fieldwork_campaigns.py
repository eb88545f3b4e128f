"""A campaign with everything that addresses of its pages name."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from convive.web.fieldwork.models import Campaign, CampaignPlace, Submission
from factories import fieldwork


def _campaign() -> Campaign:
    made = fieldwork.campaign(state=Campaign.State.DRAFT)
    place = fieldwork.place(f"P{uuid.uuid4().hex[:6]}")
    CampaignPlace.objects.create(campaign=made, place=place, position=1)
    fieldwork.rater(made, "R01")
    return made


def _code() -> dict[str, Any]:
    return {"code": _campaign().code}


def _rater() -> dict[str, Any]:
    made = _campaign()
    return {"code": made.code, "rater_id": made.raters.get().pk}


def _link() -> dict[str, Any]:
    made = _campaign()
    link, _ = fieldwork.link(made, rater=made.raters.get())
    return {"code": made.code, "link_id": str(link.pk)}


def _form() -> dict[str, Any]:
    made = _campaign()
    form = Submission.objects.create(
        pk=uuid.uuid4(), campaign=made, form=made.form, channel=Submission.Channel.PHONE,
        answers={"lighting": "2"}, content_digest="0" * 64, filled_on=datetime(2026, 11, 20, tzinfo=UTC).date(),
    )  # fmt: skip
    return {"code": made.code, "form_id": str(form.pk)}


def _closed() -> dict[str, Any]:
    made = _campaign()
    made.state = Campaign.State.CLOSED
    made.save()
    return {"code": made.code}


_PAGES = (
    "", "-edit", "-map", "-open", "-close", "-reopen", "-places", "-raters", "-plan", "-visit",
    "-links", "-links-make", "-cards", "-remind", "-forms",
)  # fmt: skip
BUILDERS = {
    **{f"fieldwork-campaign{page}": _code for page in _PAGES},
    "fieldwork-campaign-results": _closed,
    "fieldwork-campaign-rater": _rater,
    "fieldwork-campaign-rater-remove": _rater,
    "fieldwork-campaign-link-revoke": _link,
    "fieldwork-campaign-link-renew": _link,
    "fieldwork-campaign-form": _form,
    "fieldwork-place": lambda: {"code": fieldwork.place(f"P{uuid.uuid4().hex[:6]}").code},
    "fieldwork-place-edit": lambda: {"code": fieldwork.place(f"P{uuid.uuid4().hex[:6]}").code},
}
