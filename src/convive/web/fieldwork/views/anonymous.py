"""A survey that nobody can be linked to: what was answered so far travels in the page.

Until it is sent nothing is kept here, and afterwards nothing in the address, in a cookie or in
the page leads from the link to the answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import localised
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.answer_values import WRONG_TYPE
from convive.core.instruments.filling import AnswerProblem, fill
from convive.core.instruments.model import Instrument, ItemType
from convive.web.fieldwork.actions.answer import answer as keep_answer
from convive.web.fieldwork.form_page import form_page, press_of
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Invitation
from convive.web.fieldwork.photo_names import photo_names
from convive.web.fieldwork.posted import Posted
from convive.web.fieldwork.selectors.fill import Holder
from convive.web.fieldwork.steps import Step, begun, take_step
from convive.web.fieldwork.views.token_pages import say_only, show

SALT = "convive.fieldwork.carried"
MOST_AGE = timedelta(days=14)
"""A page begun and not sent can be gone on with for so long, as a kept draft can."""


@dataclass(frozen=True)
class Carried:
    """What travels in the page, signed."""

    id: uuid.UUID
    answers: dict[str, Any]

    def sealed(self, form: str, campaign: str) -> str:
        """Return it as a hidden field holds it; of this form version and this campaign only."""
        return signing.dumps(
            {"id": str(self.id), "answers": self.answers},
            salt=f"{SALT}.{campaign}.{form}", compress=True,
        )  # fmt: skip


def answer(request: HttpRequest, language: str, holder: Holder) -> HttpResponse:
    """Show the introduction, then page after page, then thank."""
    instrument = instrument_of(holder.campaign.form)
    if isinstance(holder.who, Invitation) and holder.who.is_used and request.method != "POST":
        return say_only(request, language, "fill.used")
    if request.method != "POST":
        return _introduction(request, language, holder, instrument)
    if request.POST.get("_do") == "start":
        carried = Carried(uuid.uuid4(), begun(instrument.content))
        return _shown(request, language, holder, carried, Step(carried.answers, ()))
    sealed = request.POST.get("_state")
    if sealed is None:
        return _introduction(request, language, holder, instrument)
    carried_before = _opened(sealed, instrument, holder.campaign.code)
    if carried_before is None:
        return say_only(request, language, "fill.expired", status=400)
    return _pressed(request, language, holder, carried_before)


def _pressed(request: HttpRequest, language: str, holder: Holder, carried: Carried) -> HttpResponse:
    instrument, today = instrument_of(holder.campaign.form), timezone.localdate()
    whole = _is_whole(instrument)
    press = press_of(request, instrument, carried.answers, today=today, whole=whole)
    step = take_step(instrument, carried.answers, press, today=today, whole=whole)
    if step.is_left:
        return HttpResponseRedirect(reverse("fill", args=(language, holder.token)))
    if not step.is_sent:
        again = Carried(carried.id, _without_photos(instrument, step.answers, press.posted))
        return _shown(request, language, holder, again, step)
    photos = {name: file.read() for name, file in press.posted.photos.items()}
    answers = fill(instrument, step.answers, today=today).answers
    try:
        keep_answer(
            holder.who, answers,
            form_id=carried.id, language=language, photos=photos, now=timezone.now(),
        )  # fmt: skip
    except ConflictError as error:
        key = "fill.used" if error.code == "INVITATION_USED" else "fill.conflict"
        return say_only(request, language, key, status=409)
    except RequestError as error:
        return _refused(request, language, holder, carried, step, error)
    return HttpResponseRedirect(reverse("fill-thanks", args=(language,)))


def _refused(
    request: HttpRequest, language: str, holder: Holder, carried: Carried, step: Step,
    error: RequestError,
) -> HttpResponse:  # fmt: skip
    """Show the form again where a photo is none; else the campaign was closed meanwhile."""
    if error.code == "QUOTA_FULL":
        return say_only(request, language, "waves.full", status=409)
    if not error.code.startswith("PHOTO"):
        return say_only(request, language, "fill.closed", status=409)
    instrument = instrument_of(holder.campaign.form)
    first = next(item for item in instrument.items() if item.type is ItemType.PHOTO)
    wrong = Step(step.answers, step.page, (AnswerProblem(WRONG_TYPE, (first.id,)),))
    return _shown(request, language, holder, carried, wrong)


def _introduction(
    request: HttpRequest, language: str, holder: Holder, instrument: Instrument
) -> HttpResponse:
    return show(
        request, "introduction",
        language=language, title=localised(instrument.title, language),
        instrument=instrument, campaign=holder.campaign, holder=holder,
        is_invited=isinstance(holder.who, Invitation),
    )  # fmt: skip


def _shown(
    request: HttpRequest, language: str, holder: Holder, carried: Carried, step: Step
) -> HttpResponse:
    instrument = instrument_of(holder.campaign.form)
    page = form_page(
        instrument, carried.answers, step,
        language=language, today=timezone.localdate(), whole=_is_whole(instrument),
    )  # fmt: skip
    return show(
        request, "form",
        language=language, title=localised(instrument.title, language), page=page,
        state=carried.sealed(instrument.digest, holder.campaign.code), can_leave=False,
    )  # fmt: skip


def _opened(sealed: str, instrument: Instrument, campaign: str) -> Carried | None:
    salt = f"{SALT}.{campaign}.{instrument.digest}"
    try:
        found: Mapping[str, Any] = signing.loads(sealed, salt=salt, max_age=MOST_AGE)
        return Carried(uuid.UUID(found["id"]), found["answers"])
    except (signing.BadSignature, KeyError, ValueError):
        return None


def _is_whole(instrument: Instrument) -> bool:
    """Whether the form stands on one page: a photo cannot travel in one that is not sent yet."""
    return any(item.type is ItemType.PHOTO for item in instrument.items())


def _without_photos(
    instrument: Instrument, answers: Mapping[str, Any], posted: Posted
) -> dict[str, Any]:
    """Return answers without photos that came but are not kept; they are asked for again."""

    def cleared(one: Any) -> Any:
        if isinstance(one, Mapping):
            return {key: cleared(value) for key, value in one.items() if value not in gone}
        return [cleared(each) for each in one] if isinstance(one, list) else one

    gone = {*posted.photos, *photo_names(instrument, answers)}
    return dict(cleared(answers)) if gone else dict(answers)
