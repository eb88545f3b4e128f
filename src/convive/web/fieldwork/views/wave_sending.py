"""Sending invitations and reminders: lists for a mail merge, letters to print, what came back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.app.spreadsheet_cells import harmless
from convive.catalogue.texts import languages, localised, say
from convive.core.errors import ConviveError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.wave_sending import (
    in_round,
    mark_sent,
    note_outcomes,
    note_round_taken,
    to_send,
)
from convive.web.fieldwork.forms.waves import OutcomesForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Invitation
from convive.web.fieldwork.tokens import token_of
from convive.web.fieldwork.views.wave_base import show_wave, wave_or_404
from convive.web.fieldwork.views.waves import refused
from convive.web.observatory.current import current_look
from convive.web.staff.page import go, site_name, tell
from convive.wiring.waves import render_letters

KINDS = ("invitation", "reminder")
MOST_LETTERS = 2_000


@access.editor()
def sending(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show who is to be written to, and the rounds that went out."""
    return _sending(request, language, wave_or_404(code), OutcomesForm(language=language))


@access.editor(methods=access.WRITE)
def mark(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Note that a round goes out today."""
    found, kind = wave_or_404(code), _kind(request)
    try:
        n = mark_sent(found, kind, today=timezone.localdate(), by=request.user)
    except ConviveError as error:
        return refused(request, found, language, error)
    tell(request, f"waves.marked.{kind}", language, n=n)
    return go("fieldwork-wave-send", language, code)


@access.editor(methods=access.WRITE)
def mail_list(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Give the list of a round for a mail merge: contact, language, address."""
    found, kind, day = wave_or_404(code), _kind(request), _day(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["contact", "language", "address"])
    for one in in_round(found, kind, day).order_by("pk").iterator(chunk_size=1_000):
        spoken = _language(found, one, language)
        writer.writerow([harmless(one.contact), spoken, _address(request, one, spoken)])
    note_round_taken(found, kind, day, by=request.user)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{kind}-{day}.csv"'
    return answer


@access.editor(methods=access.WRITE)
def letters(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Give the letters of a round as one PDF."""
    found, kind, day = wave_or_404(code), _kind(request), _day(request)
    chosen = list(in_round(found, kind, day).order_by("pk")[: MOST_LETTERS + 1])
    if len(chosen) > MOST_LETTERS:
        return refused(
            request, found, language, RequestError("WAVE_TOO_MANY_LETTERS", most=MOST_LETTERS)
        )
    pages = [_letter(request, found, one, kind, language) for one in chosen]
    note_round_taken(found, kind, day, by=request.user)
    printed = render_letters(
        pages, language=language, day=day, look=current_look(), city=site_name()
    )
    answer = HttpResponse(printed, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{kind}-{day}.pdf"'
    return answer


@access.editor(methods=access.WRITE)
def outcomes(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Note what became of invitations."""
    found = wave_or_404(code)
    form = OutcomesForm(request.POST, language=language)
    if not form.is_valid():
        return _sending(request, language, found, form)
    n, left = note_outcomes(found, form.found(), by=request.user)
    tell(request, "waves.outcomes.noted", language, n=n, left=len(left))
    return go("fieldwork-wave-send", language, code)


def _sending(
    request: AccountRequest, language: str, found: Campaign, form: OutcomesForm
) -> HttpResponse:
    today = timezone.localdate()
    waiting = [{"kind": kind, "n": to_send(found, kind, today).count()} for kind in KINDS]
    rounds = [
        one | {"day": date.fromisoformat(one["day"]), "iso": one["day"]}
        for one in found.plan.get("rounds", [])
    ]
    return show_wave(
        request, "send", found, language=language, title=say("waves.send.title", language),
        waiting=waiting, rounds=rounds, form=form,
        action=reverse("fieldwork-wave-outcomes", args=(language, found.code)),
    )  # fmt: skip


def _kind(request: AccountRequest) -> str:
    kind = request.POST.get("kind", KINDS[0])
    if kind not in KINDS:
        raise Http404
    return kind


def _day(request: AccountRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return timezone.localdate()


def _language(wave: Campaign, one: Invitation, language: str) -> str:
    """Return the language to write in: of the frame, else the first of the wave."""
    offered = [code for code in wave.languages if code in languages()] or [language]
    return one.language if one.language in offered else str(offered[0])


def _address(request: AccountRequest, one: Invitation, language: str) -> str:
    return request.build_absolute_uri(f"/{language}/fill/{token_of(one)}/")


def _letter(
    request: AccountRequest, wave: Campaign, one: Invitation, kind: str, language: str
) -> dict[str, Any]:
    spoken = _language(wave, one, language)
    title = localised(instrument_of(wave.form).title, spoken)
    return {
        "lang": spoken,
        "contact": one.contact,
        "title": title,
        "paragraphs": [
            say(f"waves.letter.{kind}", spoken, title=title),
            say("waves.letter.how", spoken),
            say("waves.letter.why", spoken),
        ],
        "code": token_of(one),
        "code_label": say("waves.letter.code", spoken),
        "address": _address(request, one, spoken),
        "closing": say("waves.letter.closes", spoken, day=wave.closes_on) if wave.closes_on else "",
    }
