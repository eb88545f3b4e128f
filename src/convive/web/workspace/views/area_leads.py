"""Areas: where something should be done, who answers for it, with which money."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.area_leads import make_lead
from convive.web.workspace.clock import today
from convive.web.workspace.forms.places import LeadForm, NewLeadForm
from convive.web.workspace.models import AreaLead, Strategy
from convive.web.workspace.presenters.area_leads import present_bands
from convive.web.workspace.selectors.area_leads import areas_of, find_lead
from convive.web.workspace.views.plan_base import save, show_plan, strategy_or_404


@access.reader()
def areas(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show the areas by how much they show, with who answers for each."""
    strategy = strategy_or_404(request, code)
    year = _year(request, strategy)
    found = areas_of(strategy, year, request.user)
    return show_plan(
        request, "areas", strategy, language=language, tab="areas", year=year,
        title=say("areas_lead.title", language),
        years=range(strategy.from_year, strategy.until_year + 1),
        bands=present_bands(found, request.user, strategy.currency, language),
        n_alone=sum(one.is_left_alone for one in found),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_lead(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Give an area somebody who answers for it."""
    strategy = strategy_or_404(request, code)
    start = {"area": request.GET.get("area", ""), "year": _year(request, strategy)}
    form = NewLeadForm(request.POST or None, language=language, initial=start)
    if form.is_ready():
        try:
            made = make_lead(strategy, form.chosen(), form.values(), by=request.user)
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "areas_lead.made", language)
            return _back(language, code, made)
    return _form_page(request, strategy, form, language, "areas_lead.new")


@access.editor(methods=access.FORM)
def edit_lead(request: AccountRequest, language: str, code: str, number: int) -> HttpResponse:
    """Change who answers for an area, or the money."""
    strategy = strategy_or_404(request, code)
    found = find_lead(strategy, number)
    if found is None:
        raise Http404
    form = LeadForm(request.POST or None, language=language, thing=found)
    if save(request, form, found, language):
        return _back(language, code, found)
    return _form_page(request, strategy, form, language, "areas_lead.edit")


def _form_page(
    request: AccountRequest, strategy: Strategy, form: LeadForm, language: str, title: str
) -> HttpResponse:
    back = reverse("plan-areas", args=(language, strategy.code))
    return show_plan(
        request, "form", strategy, language=language, form=form, button="plan.save", cancel=back,
        title=say(title, language), trail=[(back, say("areas_lead.title", language))],
    )  # fmt: skip


def _year(request: AccountRequest, strategy: Strategy) -> int:
    """Return the year that is asked for; the present one, or the nearest of the strategy."""
    text = request.GET.get("year", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today().year
    return max(strategy.from_year, min(strategy.until_year, wanted))


def _back(language: str, code: str, lead: AreaLead) -> HttpResponse:
    response = go("plan-areas", language, code)
    response["Location"] += f"?year={lead.year}"
    return response
