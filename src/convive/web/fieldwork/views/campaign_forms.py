"""Pages of the forms that came in: list, one form, leaving it out of the results."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse

from convive.catalogue.texts import has_text, localised, say
from convive.core.errors import ConviveError
from convive.core.instruments.model import Instrument, Item, ItemType, Section, Sensitivity
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.closing import exclude_form, include_form
from convive.web.fieldwork.forms.campaigns import ReasonForm
from convive.web.fieldwork.models import Campaign, Submission
from convive.web.fieldwork.selectors.campaigns import find_form, forms_of
from convive.web.fieldwork.views.campaign_base import (
    campaign_or_404,
    seen_instrument,
    show_campaign,
)
from convive.web.staff.page import go, refuse, tell
from convive.web.staff.pages import page_of

SHOWS = ("", "problems", "waiting", "excluded")


@access.editor()
def forms(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the forms, all or those that need a look."""
    found = campaign_or_404(request, code)
    seen_instrument(request, found)
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in SHOWS else ""
    page = page_of(request, forms_of(found, wanted))
    return show_campaign(
        request, "forms", found, language=language, page=page, shown=wanted, shows=SHOWS,
        question=f"show={wanted}" if wanted else "",
        title=say("campaigns.forms.title", language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def form(request: AccountRequest, language: str, code: str, form_id: str) -> HttpResponse:
    """Show a form; leave it out with a reason, or take it back."""
    campaign = campaign_or_404(request, code)
    instrument = seen_instrument(request, campaign)
    found = find_form(campaign, form_id)
    if found is None:
        raise Http404
    is_out = found.state == Submission.State.EXCLUDED
    asked = ReasonForm(request.POST if request.method == "POST" and not is_out else None, language=language)  # fmt: skip
    if request.method == "POST" and (is_out or asked.is_valid()):
        return _decide(request, language, campaign, found, "" if is_out else asked.cleaned_data["reason"])  # fmt: skip
    if instrument.sensitivity is Sensitivity.RESTRICTED:
        with transaction.atomic():
            record("form.looked_at", actor=request.user, thing=("form", found.pk), campaign=code)
    return show_campaign(
        request, "form", campaign, language=language, form=asked, one=found, is_out=is_out,
        answers=answer_rows(instrument, found.answers, language),
        problems=[_problem(problem, language) for problem in found.problems],
        missing=list(found.attachments.filter(file="").values_list("name", flat=True)),
        title=say("campaigns.form.title", language),
    )  # fmt: skip


def _decide(
    request: AccountRequest, language: str, campaign: Campaign, found: Submission, reason: str
) -> HttpResponse:
    try:
        if found.state == Submission.State.EXCLUDED:
            include_form(found, by=request.user)
        else:
            exclude_form(found, reason, by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
    else:
        key = "excluded" if reason else "included"
        tell(request, f"campaigns.form.{key}", language)
    return go("fieldwork-campaign-form", language, campaign.code, str(found.pk))


def answer_rows(
    instrument: Instrument, answers: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    """Return questions and answers in words; rounds of a section under a heading each."""
    return _rows(instrument.content, answers, language)


def _rows(
    content: tuple[Item | Section, ...], answers: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for part in content:
        if isinstance(part, Item):
            if part.id in answers and part.type is not ItemType.NOTE:
                answer = _answer(part, answers[part.id], language)
                rows.append({"question": localised(part.question, language), "answer": answer})
        elif part.repeats:
            for k, one in enumerate(answers.get(part.id, ()), start=1):
                rows.append({"heading": f"{localised(part.title, language)} {k}"})
                rows += _rows(part.content, one, language)
        else:
            rows += _rows(part.content, answers, language)
    return rows


def _answer(item: Item, answer: Any, language: str) -> str:
    if item.scale is not None:
        codes = answer if isinstance(answer, list) else [answer]
        found = [item.scale.choice(str(code)) for code in codes]
        return ", ".join(localised(one.label, language) for one in found if one)
    if isinstance(answer, dict):
        return f"{answer.get('latitude')}, {answer.get('longitude')}"
    return str(answer)


def _problem(problem: dict[str, Any], language: str) -> str:
    """Return a problem in words with where it is."""
    key = f"answer_problem.{problem.get('code')}"
    words = say(key, language) if has_text(key) else str(problem.get("code"))
    where = " ".join(str(part) for part in problem.get("path", ()))
    return f"{where}: {words}" if where else words
