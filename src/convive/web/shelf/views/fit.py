"""Fit: what was tried elsewhere for a finding, a challenge or an objective of the plan."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse

from convive.app.shelf.fitting import candidates_for
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.core.shelf.fit import FitBand, Need
from convive.core.shelf.fitting import not_offered
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.forms.fit import SENT, ProfileForm
from convive.web.shelf.presenters.fit_page import present_band, present_bands, present_need
from convive.web.shelf.presenters.shelf_words import entry_link
from convive.web.shelf.selectors.on_shelf import entries_now
from convive.web.shelf.selectors.subjects import (
    Subject,
    subject_of_challenge,
    subject_of_finding,
    subject_of_objective,
    town_of,
)
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.workspace.clock import today
from convive.web.workspace.views.plan_base import (
    challenge_or_404,
    objective_or_404,
    strategy_or_404,
)

A_PAGE = 20
_KEPT = (SENT, "residents", "budget", "sectors")
"""What of an address stays when another band is asked for."""


@access.editor()
def fit_finding(request: AccountRequest, language: str, code: str, finding_id: str) -> HttpResponse:
    """Show what the shelf has for a finding."""
    subject = subject_of_finding(strategy_or_404(request, code), finding_id, language)
    if subject is None:
        raise Http404
    back = reverse("plan-finding", args=(language, code, finding_id))
    return _show(request, language, subject, (back, say("plan.finding.title", language)))


@access.editor()
def fit_challenge(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show what the shelf has for a challenge."""
    found = challenge_or_404(request, code, part)
    back = reverse("plan-challenge", args=(language, code, part))
    return _show(request, language, subject_of_challenge(found), (back, found.title))


@access.editor()
def fit_objective(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show what the shelf has for an objective."""
    found = objective_or_404(request, code, part)
    back = reverse("plan-objective", args=(language, code, part))
    return _show(request, language, subject_of_objective(found), (back, found.title))


def _show(
    request: AccountRequest, language: str, subject: Subject, back: tuple[str, str]
) -> HttpResponse:
    form = ProfileForm(request.GET, town_of(subject.strategy), language=language)
    asked = _candidates(request.GET, subject.need, form, language) if subject.need else {}
    comes_from = {"strategy": subject.strategy.code, "finding": subject.finding_id}
    if subject.objective is not None:
        comes_from["objective"] = str(subject.objective.pk)
    return show_shelf(
        request, "fit", language=language, title=say("shelf.fit_page.title", language),
        trail=[(reverse("strategy", args=(language, subject.strategy.code)), subject.strategy.title), back],
        subject=subject, form=form, need=subject.need and present_need(subject.need, language),
        comes_from=comes_from, coming_from=urlencode({k: v for k, v in comes_from.items() if v}),
        is_one_click=subject.objective is not None or bool(subject.finding_id and subject.aim),
        **asked,
    )  # fmt: skip


def _candidates(sent: QueryDict, need: Need, form: ProfileForm, language: str) -> dict[str, object]:
    """Return the bands that were asked for, and how many there are in each."""
    entries = entries_now().values()
    fits = candidates_for(need, entries, form.profile(), today=today(), language=language)
    kin = find.shelf_needs().kin
    left_out = not_offered(entries, need, kin=kin)
    kept = urlencode([(name, one) for name in _KEPT for one in sent.getlist(name)])
    counts = [
        {"code": band.value, "title": say(f"shelf.fit.band.{band}", language),
         "n": sum(one.band is band for one in fits),
         "is_chosen": sent.get("band") == band, "address": f"?{kept}&band={band}"}
        for band in FitBand
    ]  # fmt: skip
    shown: dict[str, object] = {
        "counts": counts, "n": len(fits), "kept": kept, "is_only_nearby": bool(fits)
        and all(one.band is FitBand.NEARBY for one in fits),
        "not_offered": [entry_link(one, language) for one in left_out],
    }  # fmt: skip
    if sent.get("band") not in set(FitBand):
        return shown | {"bands": present_bands(fits, language)}
    band = FitBand(sent.get("band", ""))
    found = [one for one in fits if one.band is band]
    page = Paginator(found, A_PAGE).get_page(sent.get("page"))
    question = f"{kept}&band={band}" if kept else f"band={band}"
    rows = present_band(band, page.object_list, len(found), language)
    return shown | {"bands": [rows], "page": page, "question": question, "is_one": True}
