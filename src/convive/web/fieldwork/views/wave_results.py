"""What becomes of a wave: closing, weights, answers, export, and proof that they are unlinkable."""

from __future__ import annotations

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http import StreamingHttpResponse as Streamed
from django.utils import timezone

from convive.app.fieldwork.wave_weights import parse_margins
from convive.catalogue.texts import explain, say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.wave_closing import close_wave
from convive.web.fieldwork.actions.wave_weights import save_weights
from convive.web.fieldwork.forms.waves import CloseWaveForm, WeightsForm
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.wave_answers import answers_of
from convive.web.fieldwork.selectors.wave_privacy import attempts
from convive.web.fieldwork.selectors.waves import progress_of
from convive.web.fieldwork.views.wave_base import seen_wave, show_wave, wave_or_404
from convive.web.fieldwork.wave_files import csv_pieces, workbook
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell
from convive.wiring.waves import read_table

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access.editor(methods=access.FORM)
def close(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Say what closing does, and close."""
    found = wave_or_404(code)
    form = CloseWaveForm(request.POST or None, language=language)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            _, discarded = close_wave(found, now=timezone.now(), by=request.user)
        except ConviveError as problem:
            error = explain(problem, language)
        else:
            key = "waves.closed_few" if discarded else "waves.closed"
            tell(request, key, language, title=found.title, n=discarded)
            return go("fieldwork-wave", language, code)
    return show_wave(
        request, "form", found, language=language, title=say("waves.close.title", language),
        form=form, intro=say("waves.close.intro", language), button="waves.close.do", error=error,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def weights(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Work out weights, and say what they cost."""
    found = wave_or_404(code)
    form = WeightsForm(request.POST or None, request.FILES or None, language=language)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            content, limit = form.cleaned_data["file"], form.cleaned_data["limit"]
            margins = parse_margins(read_table(content)) if content else {}
            save_weights(found, margins, limit=float(limit) if limit else None, by=request.user)
        except ConviveError as problem:
            error = explain(problem, language)
        else:
            tell(request, "waves.weights.saved", language)
            return go("fieldwork-wave-weights", language, code)
    return show_wave(
        request, "weights", found, language=language, title=say("waves.weights.title", language),
        form=form, error=error, saved=found.plan.get("weights"),
        is_closed=found.state == Campaign.State.CLOSED,
    )  # fmt: skip


@access.reader()
def answers(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what those who took part answered; before closing to nobody but those who steer."""
    found = seen_wave(request, code)
    is_closed = found.state == Campaign.State.CLOSED
    questions, is_weighted = answers_of(found) if is_closed else ([], False)
    return show_wave(
        request, "answers", found, language=language, title=say("waves.answers.title", language),
        questions=questions, is_weighted=is_weighted, progress=progress_of(found),
        is_closed=is_closed,
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def export(request: AccountRequest, language: str, code: str) -> HttpResponseBase:  # noqa: ARG001
    """Give the answers as a file."""
    found = wave_or_404(code)
    is_workbook = request.POST.get("format") == "xlsx"
    with transaction.atomic():
        record(
            "fieldwork.answers_exported", actor=request.user, thing=("campaign", found.pk),
            campaign=found.code, format="xlsx" if is_workbook else "csv",
        )  # fmt: skip
    if is_workbook:
        return FileResponse(
            workbook(found), as_attachment=True, filename=f"{code}.xlsx", content_type=WORKBOOK
        )
    answer = Streamed(csv_pieces(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    return answer


@access.role(Role.COORDINATOR, Role.ANALYST, Role.DATA_PROTECTION)
def privacy(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Try to pair invitations with answers, now, and say how it went."""
    found = wave_or_404(code)
    return show_wave(
        request, "privacy", found, language=language, title=say("waves.privacy.title", language),
        attempts=[
            {"code": one.code, "is_safe": one.is_safe,
             "sentence": say(f"waves.check.{one.code}.found", language, **one.data)}
            for one in attempts(found)
        ],
    )  # fmt: skip


@access.anybody(access.READ)
def why(request: HttpRequest, language: str) -> HttpResponse:
    """Say to whoever is asked why nobody can see what they answer."""
    return show(
        request,
        "fieldwork/waves/why.html",
        language=language,
        title=say("waves.why.title", language),
    )
