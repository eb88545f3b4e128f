"""Forms on the web for whoever has an address with a token."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import localised, say
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.model import ItemType
from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.allowance import FORM_STEPS
from convive.web.fieldwork.form_page import form_page, press_of
from convive.web.fieldwork.forms.begin import BeginForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import WebDraft
from convive.web.fieldwork.selectors import fill as selectors
from convive.web.fieldwork.selectors.fill import Holder
from convive.web.fieldwork.steps import Step, page_name, take_step
from convive.web.fieldwork.tokens import token_hash
from convive.web.fieldwork.views import anonymous
from convive.web.fieldwork.views.open_pages import open_page, show_open
from convive.web.fieldwork.views.token_pages import not_open, say_only, show, token_page


@token_page
def start(request: HttpRequest, language: str, holder: Holder) -> HttpResponse:
    """Show what the form is about and where to begin; of a survey, the form itself."""
    closed = not_open(request, language, holder)
    if closed is not None:
        return closed
    if request.method == "POST" and not FORM_STEPS.take(token_hash(holder.token)):
        return say_only(request, language, "fill.busy", status=429)
    if holder.campaign.is_anonymous:
        return anonymous.answer(request, language, holder)
    form = BeginForm(
        request.POST if request.method == "POST" else None, holder=holder, language=language
    )
    if request.method == "POST" and form.is_valid():
        known = selectors.find_sent(holder, form.cleaned_data["form_id"])
        if known is not None:
            return _go("fill-sent", language, holder, known.pk)
        draft = drafts.begin(
            holder.campaign, token_hash=holder.hash, now=timezone.now(), **form.begun()
        )
        return _to_form(language, holder, draft)
    instrument, visits = instrument_of(holder.campaign.form), selectors.visits_of(holder)
    listed = {one.draft.pk for one in visits if one.draft}
    return show(
        request, "start",
        language=language, title=localised(instrument.title, language),
        instrument=instrument, campaign=holder.campaign, holder=holder, form=form,
        visits=visits, free_drafts=[one for one in selectors.drafts_of(holder) if one.pk not in listed],
        has_photos=any(item.type is ItemType.PHOTO for item in instrument.items()),
        n_sent=selectors.count_sent(holder),
        label=holder.link.rater.label if holder.link and holder.link.rater else "",
    )  # fmt: skip


@token_page
def form(request: HttpRequest, language: str, holder: Holder, form_id: str) -> HttpResponse:
    """Show a page of a form that was begun, and keep what is filled in."""
    number = _uuid(form_id)
    draft = None if holder.campaign.is_anonymous else selectors.find_draft(holder, number)
    if draft is None:
        if selectors.find_sent(holder, number) is None:
            raise Http404
        # Sent already: by a second click, or by going back in the browser.
        return _go("fill-sent", language, holder, number)
    closed = not_open(request, language, holder)
    if closed is not None:
        return closed
    if request.method == "POST":
        return _pressed(request, language, holder, draft)
    return _shown(request, language, draft, request.GET.get("part", ""))


def _pressed(request: HttpRequest, language: str, holder: Holder, draft: WebDraft) -> HttpResponse:
    instrument, today = instrument_of(draft.campaign.form), timezone.localdate()
    press = press_of(request, instrument, draft.answers, today=today)
    step = take_step(instrument, draft.answers, press, today=today)
    unread = drafts.keep_photos(draft.pk, step.answers, press.posted.photos)
    drafts.keep(draft, step.answers, language)
    if unread:
        page = tuple(one for one in instrument.content if one.id == press.page)
        wrong = Step(step.answers, page, (*unread, *step.problems))
        return _shown(request, language, draft, wrong)
    if step.is_sent:
        return _send(request, language, holder, draft)
    if step.is_left:
        return HttpResponseRedirect(reverse("fill", args=(language, holder.token)))
    if step.problems or step.opened or step.is_ready:
        return _shown(request, language, draft, step)
    return _to_form(language, holder, draft, page_name(step.page), step.anchor)


def _send(request: HttpRequest, language: str, holder: Holder, draft: WebDraft) -> HttpResponse:
    try:
        drafts.send(draft, link=holder.link, now=timezone.now())
    except ConflictError:
        return say_only(request, language, "fill.conflict", status=409)
    except RequestError:
        return say_only(request, language, "fill.closed", status=409)
    return _go("fill-sent", language, holder, draft.pk)


def _shown(request: HttpRequest, language: str, draft: WebDraft, at: Step | str) -> HttpResponse:
    instrument = instrument_of(draft.campaign.form)
    shown = form_page(
        instrument, draft.answers, at, language=language, today=timezone.localdate()
    )  # fmt: skip
    return show(
        request, "form",
        language=language, title=localised(instrument.title, language),
        page=shown, draft=draft, can_leave=True,
    )  # fmt: skip


@token_page
def sent(request: HttpRequest, language: str, holder: Holder, form_id: str) -> HttpResponse:
    """Say that a form has arrived, and what can be done next."""
    submission = selectors.find_sent(holder, _uuid(form_id))
    if submission is None:
        raise Http404
    return show(
        request, "sent",
        language=language, title=say("fill.sent.title", language),
        submission=submission, holder=holder,
        is_open=selectors.availability(holder.campaign, timezone.localdate()) == "open",
        visits_left=sum(one.state != "sent" for one in selectors.visits_of(holder)),
    )  # fmt: skip


@open_page
def thanks(request: HttpRequest, language: str) -> HttpResponse:
    """Thank for an anonymous answer; nothing here leads to it."""
    return show_open(
        request, "fill/thanks", language=language, title=say("fill.thanks.title", language)
    )


def _to_form(
    language: str, holder: Holder, draft: WebDraft, page: str = "", anchor: str = ""
) -> HttpResponse:
    address = reverse("fill-form", args=(language, holder.token, draft.pk))
    tail = f"#{anchor}" if anchor else "#form"
    return HttpResponseRedirect(f"{address}?part={page}{tail}" if page else address)


def _go(name: str, language: str, holder: Holder, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=(language, holder.token, *args)))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
