"""Pages of agreements."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.app.evidence_room.terms import State, from_json, missing, to_json
from convive.catalogue.texts import explain, format_date, say
from convive.core.errors import ConflictError, ConviveError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.observatory.current import current_look
from convive.web.rights.actions import agreements as actions
from convive.web.rights.forms.agreements import AgreementForm, ImportForm, NewAgreementForm
from convive.web.rights.models import Agreement
from convive.web.rights.presenters.agreements import agreement_document, facts_of
from convive.web.rights.selectors.agreements import (
    KEEPERS,
    MAY_CONFIRM,
    agreements_of,
    find_version,
    is_keeper,
)
from convive.web.roles import Role
from convive.web.staff.city import disclosure_now
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_of
from convive.wiring import documents

NAV = "evidence"
READERS = (*sorted(KEEPERS), Role.PARTNER)
WRITERS = tuple(sorted(KEEPERS))
STEPS = {
    "propose": actions.propose, "send_back": actions.send_back, "confirm": actions.confirm,
    "withdraw": actions.withdraw, "renew": actions.renew,
}  # fmt: skip
AS_SEEN = frozenset({"propose", "confirm"})
"""Steps that speak for the terms on the page: not for others that were written meanwhile."""


@access.role(*READERS)
def listed(request: AccountRequest, language: str) -> HttpResponse:
    """List the agreements that somebody may know of."""
    page = page_of(request, agreements_of(request.user))
    today = timezone.localdate()
    rows = [
        {"agreement": one, "state": one.state_on(today),
         "until": format_date(one.valid_until, language) if one.valid_until else ""}
        for one in page.object_list
    ]  # fmt: skip
    return show(
        request, "rights/agreements.html",
        language=language, title=say("rights.agreements.title", language), nav=NAV,
        rows=rows, page=page, question="", is_keeper=is_keeper(request.user),
    )  # fmt: skip


@access.role(*WRITERS, methods=access.FORM)
def new(request: AccountRequest, language: str) -> HttpResponse:
    """Draft an agreement."""
    form = NewAgreementForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft(form.cleaned_data["code"], form.values(), by=request.user)
        except ConflictError:
            form.add_error("code", ValidationError("", code="agreement_exists"))
        else:
            tell(request, "rights.agreement.saved", language)
            return go("agreement", language, made.code, made.version)
    return _form(request, language, form, "rights.agreements.new")


@access.role(*WRITERS, methods=access.FORM)
def take_in(request: AccountRequest, language: str) -> HttpResponse:
    """Make a draft from a file."""
    form = ImportForm(request.POST or None, request.FILES or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.import_draft(from_json(form.cleaned_data["file"]), by=request.user)
        except (RequestError, ConflictError) as error:
            form.refuse(error)  # type: ignore[arg-type]
        else:
            tell(request, "rights.agreement.saved", language)
            return go("agreement", language, made.code, made.version)
    return _form(request, language, form, "rights.agreements.import")


@access.role(*READERS)
def one(request: AccountRequest, language: str, code: str, version: int) -> HttpResponse:
    """Show an agreement, what is missing, its history, and what can be done."""
    found = _found(request, code, version)
    today = timezone.localdate()
    state = found.state_on(today)
    steps = _steps(request.user, found, state)
    not_two = _not_two(request.user, found, language) if "confirm" in steps else ""
    return show(
        request, "rights/agreement.html",
        language=language, title=found.title, nav=NAV, agreement=found, state=state,
        facts=facts_of(found, language), not_two=not_two,
        steps=[one for one in steps if not (not_two and one == "confirm")],
        missing=missing(found.terms(), minimum=disclosure_now().min_count)
        if state in {State.DRAFT, State.PROPOSED} else (),
        versions=agreements_of(request.user).filter(code=code), today=today,
        is_keeper=is_keeper(request.user),
        is_own_proposal=found.proposed_by_id == request.user.pk,
    )  # fmt: skip


@access.role(*WRITERS, methods=access.FORM)
def edit(request: AccountRequest, language: str, code: str, version: int) -> HttpResponse:
    """Change a draft."""
    found = _found(request, code, version)
    initial = {name: getattr(found, name) for name in actions.FIELDS}
    initial |= {"fields_seen": found.fields, "uses": found.uses.all(), "revision": found.revision}
    form = AgreementForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            actions.change(found, form.values(), revision=revision, by=request.user)
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "rights.agreement.saved", language)
        return go("agreement", language, code, version)
    return _form(request, language, form, "rights.agreements.edit")


@access.role(*WRITERS, methods=access.WRITE)
def step(request: AccountRequest, language: str, code: str, version: int) -> HttpResponse:
    """Propose, confirm, send back, withdraw or renew; the first two only what the page has shown."""
    found = _found(request, code, version)
    name = request.POST.get("step", "")
    if name in _steps(request.user, found, found.state_on(timezone.localdate())):
        try:
            if name in AS_SEEN and request.POST.get("revision") != str(found.revision):
                raise ConflictError("AGREEMENT_CHANGED")
            found = STEPS[name](found, by=request.user)
            tell(request, f"rights.step.{name}.done", language)
        except ConviveError as error:
            refuse(request, error, language)
    return go("agreement", language, found.code, found.version)


@access.role(*READERS)
def file(request: AccountRequest, language: str, code: str, version: int) -> HttpResponse:  # noqa: ARG001
    """Give an agreement as JSON."""
    found = _found(request, code, version)
    text = json.dumps(to_json(found.terms()), ensure_ascii=False, indent=1) + "\n"
    return _attached(text.encode(), "application/json", f"{found.code}-{found.version}.json")


@access.role(*READERS)
def printed(
    request: AccountRequest, language: str, code: str, version: int, kind: str
) -> HttpResponse:
    """Give an agreement to be signed on paper or kept."""
    found = _found(request, code, version)
    if kind not in documents.MEDIA_TYPES:
        raise Http404
    content = documents.render(agreement_document(found, language), kind, current_look())
    media = documents.MEDIA_TYPES[kind]
    return _attached(content, media, f"{found.code}-{found.version}.{kind}")


def _steps(account: Any, found: Agreement, state: State) -> list[str]:
    """Return what somebody can do with an agreement as it stands."""
    if not is_keeper(account):
        return []
    confirms = ["confirm"] if account.roles & MAY_CONFIRM else []
    return {
        State.DRAFT: ["propose", "withdraw"],
        State.PROPOSED: [
            *(confirms if found.proposed_by_id != account.pk else ()), "send_back", "withdraw",
        ],
        State.ACTIVE: ["renew", "withdraw"],
        State.ENDED: ["renew"],
        State.WITHDRAWN: ["renew"] if found.confirmed_at else [],
    }[state]  # fmt: skip


def _not_two(account: Any, found: Agreement, language: str) -> str:
    """Return why somebody does not count as a second person here, empty where they do."""
    try:
        actions.refuse_one_person(found, account)
    except ConflictError as error:
        return explain(error, language)
    return ""


def _found(request: AccountRequest, code: str, version: int) -> Agreement:
    found = find_version(request.user, code, version)
    if found is None:
        raise Http404
    return found


def _form(request: AccountRequest, language: str, form: Any, key: str) -> HttpResponse:
    return show(
        request, "rights/form.html",
        language=language, title=say(key, language), nav=NAV, form=form,
        back="agreements", back_text="rights.agreements.title", button="rights.save",
    )  # fmt: skip


def _attached(content: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media, headers=headers)
