"""The answer: asked for, being worked out, shown; notes beside it; checks confirmed line by line."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from convive.catalogue.cost_tables import cost_tables
from convive.catalogue.texts import localised, say
from convive.core.errors import ConviveError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.actions.process import choose_unit, confirm_line, keep_note
from convive.web.evaluation.forms.process import NoteForm, UnitForm
from convive.web.evaluation.jobs import UNDER_WAY, ask_for_answer, run_of
from convive.web.evaluation.models import Evaluation, KeptAnswer
from convive.web.evaluation.presenters.answer_page import present_answer, present_worth
from convive.web.evaluation.presenters.plan_page import present_plan
from convive.web.evaluation.presenters.process_page import (
    present_lines,
    present_notes,
    present_process,
)
from convive.web.evaluation.selectors.evaluations import (
    answer_in,
    draft_of,
    newest_answer,
    rows_of,
)
from convive.web.evaluation.selectors.held import Told, confirmed_of, told_of
from convive.web.evaluation.views.base import evaluation_or_404, show_evaluation, trail_of
from convive.web.jobs.models import Run
from convive.web.staff.audit import audit_digest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.keyed import new_key
from convive.web.workspace.clock import today
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.secrecy import ACTING


@access.role(*sorted(ACTING))
def answer(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show what came of an action: verdict, effect, what else could explain it, delivery, worth."""
    found = evaluation_or_404(request, code, part)
    kept, rows = newest_answer(found), rows_of(found)
    told = _told(found, kept)
    run = run_of(found)
    return show_evaluation(
        request, "answer", language=language, title=say("evaluation_page.answer.title", language),
        action=found.action, evaluation=found, trail=trail_of(found.action, language),
        answer=present_answer(kept, language) if kept else None,
        plan=present_plan(draft_of(found), rows, language), is_laid_down=bool(rows),
        is_outdated=bool(kept and kept.build != audit_digest()),
        is_of_other_plan=bool(kept and rows and kept.plan_digest != rows[-1].digest),
        is_being_worked_out=bool(run and run.state in UNDER_WAY),
        failed=run.error_code if run and run.state == Run.State.FAILED else "",
        process=present_process(told.process, told.steps, language),
        notes=present_notes(found.notes.all(), language),
        worth=present_worth(told.worth, language),
        thread=thread_of(found.action, request.user, language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def work_out(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Have the answer worked out on the evidence of today."""
    found = evaluation_or_404(request, code, part)
    try:
        ask_for_answer(found, now=timezone.now(), by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, "evaluation_page.asked", language)
    return go("evaluation-answer", language, code, part)


@access.editor(methods=access.FORM)
def note(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Note what those concerned said, or what else went on."""
    found = evaluation_or_404(request, code, part)
    form = NoteForm(
        request.POST or None, language=language, initial={"on": today(), "key": new_key()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            keep_note(found, form.cleaned_data, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "evaluation_page.noted", language)
        return go("evaluation-answer", language, code, part)
    return show_evaluation(
        request, "note", language=language, title=say("evaluation_page.note_form.title", language),
        form=form, action=found.action, trail=trail_of(found.action, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def unit(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Choose what one incident costs."""
    found = evaluation_or_404(request, code, part)
    form = UnitForm(request.POST or None, kept=found.unit, language=language)
    if request.method == "POST" and form.is_valid():
        choose_unit(found, form.unit(), by=request.user)
        tell(request, "evaluation_page.unit_kept", language)
        return go("evaluation-answer", language, code, part)
    tables = [localised(one.cannot_show, language) for one in cost_tables()]
    return show_evaluation(
        request, "unit", language=language, title=say("evaluation_page.unit_form.title", language),
        form=form, action=found.action, trail=trail_of(found.action, language),
        limits=list(dict.fromkeys(tables)),
    )  # fmt: skip


@access.role(*sorted(ACTING))
def checks(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show both checks of a practice: what is proposed and why, what is confirmed, what is missing."""
    found = evaluation_or_404(request, code, part)
    told = _told(found, newest_answer(found))
    return show_evaluation(
        request, "checks", language=language, title=say("evaluation_page.checks.title", language),
        action=found.action, trail=trail_of(found.action, language),
        checks=present_lines(told.lines, confirmed_of(found), found.action, language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def confirm(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Confirm one line of a check."""
    found = evaluation_or_404(request, code, part)
    told = _told(found, newest_answer(found))
    named = request.POST.get("check", ""), request.POST.get("item", "")
    line = next((one for one in told.lines if (one.check, one.item) == named), None)
    said, why = request.POST.get("answer", ""), request.POST.get("note", "")[:400]
    try:
        if line is None:
            raise RequestError("EVALUATION_NO_SUCH_ANSWER")
        confirm_line(found, line, said, why, by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
        return go("evaluation-checks", language, code, part)
    response = go("evaluation-checks", language, code, part)
    response["Location"] += f"#{named[0]}-{named[1]}"
    return response


def _told(found: Evaluation, kept: KeptAnswer | None) -> Told:
    return told_of(found, answer_in(kept) if kept else None)
