"""The evidence room: what there is, and tables of counts for whoever has an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.app.evidence_room.protection import Protected
from convive.app.evidence_room.tables import Question, RoomTable, question_of, table_of
from convive.catalogue.texts import format_date, localised, say
from convive.core.errors import ConflictError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.rights.actions.reading import GivenReason, give_reason, note_read, reason_given
from convive.web.rights.forms.evidence import ReasonForm, TableForm
from convive.web.rights.jobs import ask_for
from convive.web.rights.presenters.evidence import source_cards
from convive.web.rights.presenters.tables import plain_rows, sentences, shown_table
from convive.web.rights.room import protected_now
from convive.web.rights.selectors.agreements import (
    KEEPERS,
    Access,
    accesses_to,
    ended_for,
    is_keeper,
    last_day,
)
from convive.web.rights.site import SourceShown, sources_now
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show
from convive.wiring import evidence_room

NAV = "evidence"
READERS = (*sorted(KEEPERS), Role.PARTNER, Role.ELECTED)
FILES = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


@access.role(*READERS)
def listed(request: AccountRequest, language: str) -> HttpResponse:
    """List the sources that somebody may know of."""
    return show(
        request, "rights/evidence.html",
        language=language, title=say("rights.evidence.title", language), nav=NAV,
        cards=source_cards(request.user, language), is_keeper=is_keeper(request.user),
        has_organisation=request.user.acts_for is not None,
    )  # fmt: skip


@access.role(*READERS, methods=access.FORM)
def why(request: AccountRequest, language: str, source_id: str) -> HttpResponse:
    """Ask why somebody wants to look; kept with every look of the next hour."""
    source, accesses = _opened(request, source_id)
    if not accesses:
        return go("evidence-source", language, source_id)
    form = ReasonForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        given = GivenReason(form.cleaned_data["reason"], form.cleaned_data["reference"])
        give_reason(request.session, source_id, given, now=timezone.now())
        return go("evidence-source", language, source_id)
    return show(
        request, "rights/why.html",
        language=language, title=say("rights.why.title", language), nav=NAV, form=form,
        source=localised(source.title, language), source_id=source_id,
    )  # fmt: skip


@access.role(*READERS)
def source(request: AccountRequest, language: str, source_id: str) -> HttpResponse:
    """Show a table of a source, or why there is none."""
    found, accesses = _opened(request, source_id)
    title = localised(found.title, language)
    if not accesses or found.kind != "incidents":
        return _closed(request, language, found, has_access=bool(accesses))
    given = reason_given(request.session, source_id, now=timezone.now())
    if given is None:
        return go("evidence-reason", language, source_id)
    try:
        protected = protected_now(request.user, source_id, given)
    except ConflictError:
        ask_for(source_id)
        return show(
            request, "rights/preparing.html", language=language, title=title, nav=NAV, status=200
        )
    chosen, form, question = _asked(request, language, accesses, protected)
    table: RoomTable | None = None
    if question is not None:
        table = table_of(protected, question, chosen.opened)
        _note(request, chosen, question, source_id, "table", given)
    return show(
        request, "rights/source.html",
        language=language, title=title, nav=NAV, form=form, source_id=source_id,
        table=shown_table(table, chosen.agreement, language) if table else None,
        agreement=chosen.agreement, asked=request.GET.urlencode(), given=given,
    )  # fmt: skip


@access.role(*READERS)
def download(request: AccountRequest, language: str, source_id: str, kind: str) -> HttpResponse:
    """Give a table as a file, with what makes it honest."""
    _, accesses = _opened(request, source_id)
    if kind not in FILES:
        raise Http404
    given = reason_given(request.session, source_id, now=timezone.now())
    if not accesses or given is None:
        return go("evidence-source", language, source_id)
    try:
        protected = protected_now(request.user, source_id, given)
    except ConflictError:
        return go("evidence-source", language, source_id)
    chosen, _, question = _asked(request, language, accesses, protected)
    if question is None:
        return go("evidence-source", language, source_id)
    table = table_of(protected, question, chosen.opened)
    content = _file(table, chosen, language, kind)
    _note(request, chosen, question, source_id, kind, given)
    name = f"{chosen.agreement.code}-{timezone.localdate():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=FILES[kind], headers=headers)


def _file(table: RoomTable, chosen: Access, language: str, kind: str) -> bytes:
    rows, facts = plain_rows(table, language), sentences(table, chosen.agreement, language)
    if kind == "csv":
        return evidence_room.table_csv([*rows, [], *([one] for one in facts)])
    title = say("rights.evidence.title", language)
    return evidence_room.table_workbook(title, [(one, "") for one in facts], rows)


def _opened(request: AccountRequest, source_id: str) -> tuple[SourceShown, list[Access]]:
    """Return a source and what opens it; 404 for whoever may not know that it is there."""
    shown = next((one for one in sources_now() if one.source_id == source_id), None)
    accesses = accesses_to(request.user, source_id) if shown else []
    knows = accesses or is_keeper(request.user) or ended_for(request.user, source_id)
    if shown is None or not knows:
        raise Http404
    return shown, accesses


def _closed(
    request: AccountRequest, language: str, found: SourceShown, *, has_access: bool
) -> HttpResponse:
    ended = None if has_access else ended_for(request.user, found.source_id)
    day = last_day(ended) if ended else None
    return show(
        request, "rights/closed.html",
        language=language, title=localised(found.title, language), nav=NAV, has_access=has_access,
        ended=format_date(day, language) if day else "", kind=found.kind,
    )  # fmt: skip


def _asked(
    request: AccountRequest, language: str, accesses: Sequence[Access], protected: Protected
) -> tuple[Access, TableForm, Question | None]:
    """Return by which agreement is asked, the form, and the question; None: it is not opened."""
    wanted = request.GET.get("agreement", "")
    chosen = next((one for one in accesses if str(one.agreement.pk) == wanted), accesses[0])
    first = question_of({}, chosen.opened)
    data: dict[str, Any] = {"agreement": chosen.agreement.pk, "rows": first.rows}
    data |= {name: value for name, value in request.GET.items() if name != "agreement"}
    form = TableForm(
        data, language=language, protected=protected, opened=chosen.opened,
        agreements=[one.agreement for one in accesses],
    )  # fmt: skip
    if not form.is_valid():
        return chosen, form, None
    question = question_of(form.cleaned_data, chosen.opened)
    try:
        table_of(protected, question, chosen.opened)
    except RequestError as error:
        refuse(request, error, language)
        return chosen, form, None
    return chosen, form, question


def _note(
    request: AccountRequest, chosen: Access, question: Question, source_id: str, what: str,
    given: GivenReason,
) -> None:  # fmt: skip
    note_read(request.user, chosen.agreement, question, source_id=source_id, what=what, given=given)
