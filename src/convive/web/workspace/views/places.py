"""Projects for places: before, during and after, beside one another."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.staff.pages import page_of
from convive.web.workspace.actions.keyed import new_key
from convive.web.workspace.actions.places import make_place, note_seen, strike
from convive.web.workspace.clock import today
from convive.web.workspace.forms.places import PlaceForm, SeenForm
from convive.web.workspace.models import PlaceProject
from convive.web.workspace.presenters.places import present_figures, present_place, present_records
from convive.web.workspace.secrecy import is_editor
from convive.web.workspace.selectors.places import (
    actions_at,
    figures_of,
    find_place,
    list_places,
    measures_of,
    records_by_when,
    sees_records,
)
from convive.web.workspace.views.plan_base import save, show_plan, strategy_or_404


@access.reader()
def places(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the places that are worked on."""
    strategy = strategy_or_404(request, code)
    page = page_of(request, list_places(strategy))
    return show_plan(
        request, "places", strategy, language=language, tab="places", page=page,
        title=say("places_work.title", language),
        rows=[present_place(one, language) for one in page],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_place(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Begin to work on a place."""
    strategy = strategy_or_404(request, code)
    form = PlaceForm(request.POST or None, language=language, strategy=strategy)
    if form.is_ready():
        made = make_place(strategy, form.values(), by=request.user)
        tell(request, "places_work.made", language)
        return go("plan-place", language, code, made.code)
    back = reverse("plan-places", args=(language, code))
    return show_plan(
        request, "form", strategy, language=language, form=form, button="plan.make",
        title=say("places_work.new", language), explain="places_work.new.explain", cancel=back,
        trail=[(back, say("places_work.title", language))],
    )  # fmt: skip


@access.reader()
def place(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show a place before, during and after: what was seen, and the figures of its area."""
    found = _place(request, code, part)
    return _shown(request, found, language, _seen_form(request, language))


@access.editor(methods=access.FORM)
def edit_place(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Change what is said about a place."""
    found = _place(request, code, part)
    strategy = found.strategy
    form = PlaceForm(request.POST or None, language=language, thing=found, strategy=strategy)
    if save(request, form, found, language):
        return go("plan-place", language, code, part)
    return show_plan(
        request, "form", strategy, language=language, form=form, button="plan.save",
        title=say("places_work.edit", language), trail=_trail(found, language),
        cancel=_trail(found, language)[-1][0],
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def add_record(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Keep what was seen or measured at a place."""
    found = _place(request, code, part)
    form = _seen_form(request, language)
    if not form.is_valid():
        return _shown(request, found, language, form)
    try:
        note_seen(found, form.seen(), key=form.cleaned_data["key"], by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "places_work.kept", language)
    return go("plan-place", language, code, part)


@access.editor(methods=access.WRITE)
def strike_record(
    request: AccountRequest, language: str, code: str, part: str, number: int
) -> HttpResponse:
    """Strike a record through."""
    found = _place(request, code, part)
    row = found.records.filter(pk=number).first()
    if row is None:
        raise Http404
    strike(row, by=request.user)
    tell(request, "places_work.struck", language)
    return go("plan-place", language, code, part)


def _seen_form(request: AccountRequest, language: str) -> SeenForm:
    day = today()
    data = request.POST if request.method == "POST" else None
    return SeenForm(data, today=day, language=language, initial={"on": day, "key": new_key()})


def _shown(
    request: AccountRequest, found: PlaceProject, language: str, form: SeenForm
) -> HttpResponse:
    is_whole = sees_records(request.user, found)
    more: dict[str, Any] = {}
    if is_whole:
        more = {"columns": present_records(records_by_when(found), language),
                "measures": measures_of(found)}  # fmt: skip
    return show_plan(
        request, "place", found.strategy, language=language, tab="places", title=found.name,
        place=found, row=present_place(found, language), actions=actions_at(found),
        figures=present_figures(figures_of(found), language), form=form, is_whole=is_whole,
        may_write=is_editor(request.user),
        add_address=reverse("plan-place-record", args=(language, found.strategy.code, found.code)),
        trail=_trail(found, language)[:1],
        status=400 if form.is_bound else 200, **more,
    )  # fmt: skip


def _place(request: AccountRequest, code: str, part: str) -> PlaceProject:
    found = find_place(strategy_or_404(request, code), part)
    if found is None:
        raise Http404
    return found


def _trail(found: PlaceProject, language: str) -> list[tuple[str, str]]:
    code = found.strategy.code
    return [
        (reverse("plan-places", args=(language, code)), say("places_work.title", language)),
        (reverse("plan-place", args=(language, code, found.code)), found.name),
    ]
