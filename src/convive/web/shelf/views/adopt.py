"""Adopt: an entry of the shelf becomes an action of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from convive.catalogue.texts import explain, localised, say
from convive.core.errors import ConflictError, NotFoundError, RequestError
from convive.core.shelf.adopt import Draft, refusal_of
from convive.core.shelf.entry import Entry
from convive.core.shelf.fit_reasons import partners_asked
from convive.web import access
from convive.web.accounts.models import Organisation
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.actions.adopt import Adopting, Wanted, adopt_entry, objective_title
from convive.web.shelf.forms.adopt import AdoptForm
from convive.web.shelf.presenters.adopt_page import part_names, present_draft
from convive.web.shelf.selectors.partners import Partners, partners_for
from convive.web.shelf.selectors.subjects import (
    Subject,
    open_objectives,
    open_strategies,
    subject_of_finding,
    subject_of_objective,
)
from convive.web.shelf.views.entry import entry_or_404
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, tell
from convive.web.workspace.clock import today


@access.editor(methods=access.FORM)
def adopt_page(request: AccountRequest, language: str, publisher: str, name: str) -> HttpResponse:
    """Show what an entry would become in the plan, and put it there."""
    entry = entry_or_404(publisher, name)
    if code := refusal_of(entry):
        sentence = explain(RequestError(code, title=localised(entry.title, language)), language)
        return _show(request, language, entry, refused=sentence)
    asked = request.POST if request.method == "POST" else request.GET
    subject = _finding(request, asked, language)
    at = subject or _objective(request, asked)
    draft = Adopting(entry, at, today(), language).draft() if at else None
    partners = partners_for(partners_asked(entry.practice), at)
    form = _form(request, asked, subject, partners, language)
    if request.method == "POST" and form.is_valid():
        answer = _adopt(request, entry, subject, form)
        if answer is not None:
            return answer
    return _show(
        request, language, entry, form=form, subject=at,
        draft=present_draft(draft, partners, language) if draft else None,
        has_objective=open_objectives(request.user).exists(),
        new_objective=objective_title(at.aim, language)
        if at and at.finding_id and at.aim else "",
    )  # fmt: skip


def _finding(request: AccountRequest, asked: QueryDict, language: str) -> Subject | None:
    """Return the finding that somebody comes from, where it is one of a plan that is open."""
    strategy = open_strategies(request.user).filter(code=asked.get("strategy", "")).first()
    finding_id = asked.get("finding", "")
    return subject_of_finding(strategy, finding_id, language) if strategy and finding_id else None


def _objective(request: AccountRequest, asked: QueryDict) -> Subject | None:
    wanted = asked.get("objective", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        return None
    found = open_objectives(request.user).filter(pk=int(wanted)).first()
    return subject_of_objective(found) if found else None


def _form(
    request: AccountRequest,
    asked: QueryDict,
    subject: Subject | None,
    partners: Partners,
    language: str,
) -> AdoptForm:
    given: dict[str, Any] = {
        name: asked.get(name, "") for name in ("objective", "strategy", "finding")
    }
    if subject and subject.objective and not given["objective"]:
        given["objective"] = subject.objective.pk
    return AdoptForm(
        request.POST if request.method == "POST" else None, initial=given | {"starts_on": today()},
        account=request.user, partners=partners, can_be_new=subject is not None,
        language=language,
    )  # fmt: skip


def _adopt(
    request: AccountRequest, entry: Entry, of_finding: Subject | None, form: AdoptForm
) -> HttpResponse | None:
    """Put it into the plan; None where the page must ask again."""
    language, objective = form.page_language, form.cleaned_data["objective"]
    subject = of_finding or subject_of_objective(objective)
    if objective is not None and objective.challenge.strategy_id != subject.strategy.pk:
        subject = subject_of_objective(objective)
    adopting = Adopting(entry, subject, today(), language)
    draft = adopting.draft(form.cleaned_data["starts_on"])
    partners = adopting.partners(draft)
    named = form.cleaned_data.get("partners", ()) if form.is_chosen else partners.proposed
    wanted = Wanted(objective, tuple(named), form.cleaned_data["again"])
    try:
        made = adopt_entry(adopting, draft, wanted, by=request.user)
    except ConflictError as error:
        form.ask_again(explain(error, language))
        return None
    except NotFoundError as error:
        form.refuse(explain(error, language))
        return None
    _tell(request, draft, () if form.is_chosen else partners.others, language)
    return go("plan-action", language, made.strategy.code, made.code)


def _tell(
    request: AccountRequest, draft: Draft, not_named: Iterable[Organisation], language: str
) -> None:
    tell(request, "shelf.adopted", language)
    if names := tuple(one.name for one in not_named):
        tell(request, "shelf.adopted.not_named", language, names=names)
    carried = part_names([one.part for one in draft.carried], language)
    if carried:
        tell(request, "shelf.adopted.carried", language, parts=carried)
    tell(request, "shelf.adopted.not_told", language, parts=part_names(draft.not_told, language))


def _show(request: AccountRequest, language: str, entry: Entry, **more: Any) -> HttpResponse:
    title = localised(entry.title, language)
    origin, name = entry.origin.publisher, entry.practice.id
    return show_shelf(
        request, "adopt", language=language, title=say("shelf.adopt_page.title", language),
        entry_title=title, trail=[(reverse("shelf-entry", args=(language, origin, name)), title)],
        **more,
    )  # fmt: skip
