"""Assessments by staff: choose an instrument, fill it in, see how each result came about."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from convive.catalogue.texts import localised, say
from convive.core.collation import collation_key
from convive.core.errors import ConflictError, NotFoundError
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Sensitivity
from convive.web import access
from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.actions.assessments import (
    begin_assessment,
    finish_assessment,
    note_look,
)
from convive.web.fieldwork.form_page import form_page, press_of
from convive.web.fieldwork.forms.assessments import LookForm, SubjectForm
from convive.web.fieldwork.models import WebDraft
from convive.web.fieldwork.outcomes import answer_blocks, outcomes, provenance_notice
from convive.web.fieldwork.selectors.assessments import (
    Assessment,
    find_assessment,
    instruments_to_choose,
    list_assessments,
)
from convive.web.fieldwork.steps import Step, page_name, take_step
from convive.web.fieldwork.uploads import in_memory
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell

NAV = "assessments"
WRITERS = (Role.COORDINATOR, Role.ANALYST, Role.PARTNER, Role.FIELD)


@access.reader()
def assessment_list(request: HttpRequest, language: str) -> HttpResponse:
    """List what was begun and finished."""
    return show(
        request, "fieldwork/assessments/list.html",
        language=language, title=say("assess.title", language), nav=NAV,
        assessments=list_assessments(request.user),
        may_begin=bool(set(WRITERS) & request.user.roles),  # type: ignore[union-attr]
    )  # fmt: skip


@access.role(*WRITERS)
def choose(request: HttpRequest, language: str) -> HttpResponse:
    """Choose an instrument of the shelf."""
    return show(
        request, "fieldwork/assessments/choose.html",
        language=language, title=say("assess.choose", language), nav=NAV,
        instruments=sorted(
            instruments_to_choose(), key=lambda one: collation_key(localised(one.title, language))
        ),
    )  # fmt: skip


@access.role(*WRITERS, methods=access.FORM)
def begin(request: HttpRequest, language: str, instrument_id: str) -> HttpResponse:
    """Say what is assessed, and begin."""
    instrument = next((one for one in instruments_to_choose() if one.id == instrument_id), None)
    if instrument is None:
        raise Http404
    form = SubjectForm(
        request.POST if request.method == "POST" else None, language=language, initial={"form_id": uuid.uuid4()}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = begin_assessment(
                instrument_id, form.cleaned_data["subject"], form.cleaned_data["form_id"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except NotFoundError as error:
            raise Http404 from error
        return go("assessment", language, draft.pk)
    return show(
        request, "fieldwork/assessments/begin.html",
        language=language, title=localised(instrument.title, language), nav=NAV,
        instrument=instrument, form=form, notice=provenance_notice(instrument, language),
        is_restricted=instrument.sensitivity is Sensitivity.RESTRICTED,
    )  # fmt: skip


@csrf_exempt  # only until it is known who sends: `csrf_protect` reads all of it, into memory
@access.role(*WRITERS, methods=access.FORM)
@in_memory
@csrf_protect
def fill_in(request: HttpRequest, language: str, form_id: str) -> HttpResponse:
    """Show a page of an assessment, and keep what is filled in."""
    found = _known(request, form_id)
    if found.draft is None or (found.is_restricted and not found.is_own(request.user)):
        return go("assessment-result", language, form_id)
    if request.method == "POST":
        return _pressed(request, language, found, found.draft)
    return _shown(request, language, found, found.draft, request.GET.get("part", ""))


def _pressed(
    request: HttpRequest, language: str, found: Assessment, draft: WebDraft
) -> HttpResponse:
    today = timezone.localdate()
    press = press_of(request, found.instrument, draft.answers, today=today)
    step = take_step(found.instrument, draft.answers, press, today=today)
    unread = drafts.keep_photos(draft.pk, step.answers, press.posted.photos)
    drafts.keep(draft, step.answers, language)
    if unread:
        page = tuple(one for one in found.instrument.content if one.id == press.page)
        return _shown(
            request, language, found, draft, Step(step.answers, page, (*unread, *step.problems))
        )
    if step.is_sent:
        return _finished(request, language, found, draft)
    if step.is_left:
        tell(request, "assess.kept", language)
        return go("assessments", language)
    if step.problems or step.opened or step.is_ready:
        return _shown(request, language, found, draft, step)
    address = reverse("assessment", args=(language, draft.pk))
    return HttpResponseRedirect(
        f"{address}?part={page_name(step.page)}#{step.anchor or 'form'}"
    )  # fmt: skip


def _finished(
    request: HttpRequest, language: str, found: Assessment, draft: WebDraft
) -> HttpResponse:
    try:
        finish_assessment(draft, by=request.user, now=timezone.now())
    except ConflictError:
        return go("assessment-result", language, found.id)
    tell(request, "assess.finished", language)
    return go("assessment-result", language, found.id)


def _shown(
    request: HttpRequest, language: str, found: Assessment, draft: WebDraft, at: Step | str
) -> HttpResponse:
    if request.method == "GET" and found.is_restricted:
        note_look(found.id, "own_work", by=request.user)
    page = form_page(
        found.instrument, draft.answers, at, language=language, today=timezone.localdate()
    )
    return show(
        request, "fieldwork/assessments/form.html",
        language=language, title=found.campaign.title, nav=NAV, page=page, found=found,
        can_leave=True, csrf=True, send_text=say("assess.finish", language),
        notice=provenance_notice(found.instrument, language),
    )  # fmt: skip


@access.reader(methods=access.FORM)
def result(request: HttpRequest, language: str, form_id: str) -> HttpResponse:
    """Show what came out; of a restricted one only for a reason, which is recorded."""
    found = _known(request, form_id)
    more: dict[str, Any] = {"found": found, "notice": provenance_notice(found.instrument, language)}
    if found.is_restricted:
        form = LookForm(request.POST if request.method == "POST" else None, language=language)
        if request.method != "POST" or not form.is_valid():
            return show(
                request, "fieldwork/assessments/look.html",
                language=language, title=say("assess.look.title", language), nav=NAV, form=form,
            )  # fmt: skip
        note_look(found.id, form.cleaned_data["reason"], by=request.user)
    answers = found.submission.answers if found.submission else found.draft.answers  # type: ignore[union-attr]
    filled = fill(found.instrument, answers, today=timezone.localdate())
    return show(
        request, "fieldwork/assessments/result.html",
        language=language, title=found.campaign.title, nav=NAV,
        outcomes=outcomes(found.instrument, filled, language),
        blocks=answer_blocks(found.instrument, filled, language),
        instrument=found.instrument, **more,
    )  # fmt: skip


def _known(request: HttpRequest, identifier: str) -> Assessment:
    found = find_assessment(request.user, identifier)
    if found is None:
        raise Http404
    return found
