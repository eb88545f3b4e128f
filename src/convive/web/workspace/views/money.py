"""Money: the sheet of a year, what was spent on an action, files in and out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, ConviveError, NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.staff.pages import FIGURES, page_of, question_of
from convive.web.workspace.actions.keyed import new_key
from convive.web.workspace.actions.spending import import_spending, note_spending
from convive.web.workspace.clock import today
from convive.web.workspace.delivery_files import file_answer
from convive.web.workspace.forms.money import MoneyFilterForm, SpendingFileForm, SpendingForm
from convive.web.workspace.models import Action, Strategy
from convive.web.workspace.presenters.money import present_sheet, present_sums
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.secrecy import may_note_spending, sees_whole
from convive.web.workspace.selectors import money as read
from convive.web.workspace.spending_files import COLUMNS, read_spending
from convive.web.workspace.views.diary import WRITERS
from convive.web.workspace.views.diary_entries import READERS
from convive.web.workspace.views.plan_base import action_or_404, show_plan, strategy_or_404
from convive.web.workspace.views.plan_begin import show_begin
from convive.web.workspace.views.plan_parts import trail_to
from convive.wiring.waves import read_table

A_LIST = 50


@access.reader()
def sheet(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show planned, spent and left money of a year, by pillar and action."""
    strategy = strategy_or_404(request, code)
    form = _filter(request, strategy, language)
    asked = form.asked()
    rows = read.sheet_of(strategy, request.user, asked)
    page = page_of(request, rows, FIGURES)
    sums = read.sums_by_pillar(strategy, request.user, asked)
    title, question = say("money.title", language, year=str(asked.year)), question_of(request)
    if not question and not read.has_money(strategy, sums):
        return show_begin(request, strategy, language=language, tab="money", title=title)
    return show_plan(
        request, "money", strategy, language=language, tab="money", form=form, page=page,
        title=title, asked=asked, question=question,
        **present_sheet(list(page), sums, strategy.currency, language),
    )  # fmt: skip


@access.reader()
def sheet_file(request: AccountRequest, language: str, code: str, what: str, kind: str) -> Any:
    """Give the sheet of a year, or every amount spent in it, as CSV or workbook."""
    strategy = strategy_or_404(request, code)
    asked = _filter(request, strategy, language).asked()
    tables = {"sheet": _sheet_table, "spending": _spending_table}
    if what not in tables:
        raise Http404
    head, rows = tables[what](request, strategy, asked, language)
    try:
        return file_answer(kind, f"{code}-{what}-{asked.year}", head, rows)
    except NotFoundError as error:
        raise Http404 from error


def _sheet_table(
    request: AccountRequest, strategy: Strategy, asked: read.Asked, language: str
) -> tuple[list[str], Any]:
    names = ("code", "action", "pillar", "lead", "planned", "spent", "left", "currency")
    listed: Any = read.sheet_of(strategy, request.user, asked)
    rows = (
        [one.code, one.title, say(f"plan.pillar.{one.pillar}", language),
         one.lead.name if one.lead else "", one.planned, one.spent,
         read.Sums(one.planned, one.spent).left,
         strategy.currency]
        for one in listed.iterator(chunk_size=1_000)
    )  # fmt: skip
    return [say(f"money.column.{name}", language) for name in names], rows


def _spending_table(
    request: AccountRequest, strategy: Strategy, asked: read.Asked, language: str
) -> tuple[list[str], Any]:
    """Return a table of the same columns as the one that is read in."""
    entries = read.entries_of_year(strategy, request.user, asked.year)
    rows = (
        [one.action.code, one.on, one.amount, one.note]
        for one in entries.iterator(chunk_size=1_000)
    )
    return [say(f"spending.column.{name}", language) for name in COLUMNS], rows


@access.editor(methods=access.FORM)
def import_file(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Read what was spent from a table: all of it or, with everything that is wrong, nothing."""
    strategy = strategy_or_404(request, code)
    form = SpendingFileForm(request.POST or None, request.FILES or None, language=language)
    faults: list[Any] = []
    if form.is_bound and form.is_valid():
        actions = {one.code: one for one in strategy.actions.all()}
        try:
            table = read_table(form.cleaned_data["file"])
        except ConviveError as error:
            refuse(request, error, language)
            return go("plan-money-import", language, code)
        found = read_spending(table, actions, language=language, today=today())
        if not found.faults:
            done = import_spending(strategy, found.rows, today=today(), by=request.user)
            tell(request, "spending.imported", language, n=done.n_new, known=done.n_known)
            return go("plan-money", language, code)
        faults = found.faults
    return show_plan(
        request, "money_import", strategy, language=language, tab="money", form=form,
        title=say("spending.import", language), faults=faults[:FIGURES], n_faults=len(faults),
        columns=[say(f"spending.column.{name}", language) for name in COLUMNS],
    )  # fmt: skip


@access.role(*READERS)
def action_spending(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show what was spent on an action, with the form that notes an amount."""
    action = action_or_404(request, code, part)
    if not sees_whole(request.user, action):
        raise Http404
    return _spending_page(request, action, _spending_form(request, language), language)


@access.role(*WRITERS, methods=access.WRITE)
def note_on_action(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Note what was spent on an action."""
    action = action_or_404(request, code, part)
    if not may_note_spending(request.user, action):
        raise Http404
    form = _spending_form(request, language)
    if not form.is_valid():
        return _spending_page(request, action, form, language)
    key = form.cleaned_data["key"]
    try:
        note_spending(action, form.spent(), key=key, today=today(), by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "spending.noted", language)
    return go("action-spending", language, code, part)


def _spending_form(request: AccountRequest, language: str) -> SpendingForm:
    day = today()
    data = request.POST if request.method == "POST" else None
    return SpendingForm(data, today=day, language=language, initial={"on": day, "key": new_key()})


def _spending_page(
    request: AccountRequest, action: Action, form: SpendingForm, language: str
) -> HttpResponse:
    page = page_of(request, action.spending.all())
    here = (language, action.strategy.code, action.code)
    return show_plan(
        request, "spending", action.strategy, language=language, action=action,
        title=say("spending.title", language), form=form, page=page,
        may_note=may_note_spending(request.user, action),
        note_address=reverse("action-spending-note", args=here),
        sums=present_sums(read.sums_of_action(action), action.strategy.currency, language),
        trail=[*trail_to(action.objective, language), (reverse("plan-action", args=here), action.title)],
        thread=thread_of(action, request.user, language), status=400 if form.is_bound else 200,
    )  # fmt: skip


def _filter(request: AccountRequest, strategy: Strategy, language: str) -> MoneyFilterForm:
    return MoneyFilterForm(
        request.GET or {}, language=language, years=read.years_of(strategy), current=today().year
    )
