"""Two plans side by side: years of this town, or this town and another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from convive.app.documents import Document
from convive.app.plan_comparison_document import comparison_document
from convive.app.plan_wording import amount_of
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.core.strategy.comparison import Comparison, compare
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.audit import residents_now
from convive.web.workspace.clock import today
from convive.web.workspace.forms.plan_files import CompareFileForm
from convive.web.workspace.held_plans import hold_plan
from convive.web.workspace.plan_papers import rendered
from convive.web.workspace.presenters.balance_page import pillar_sentence
from convive.web.workspace.presenters.bars import parts_bar
from convive.web.workspace.presenters.coverage_page import is_for_plans
from convive.web.workspace.presenters.document_blocks import present_blocks
from convive.web.workspace.presenters.plan_problems import present_problems
from convive.web.workspace.selectors.comparable import FILE, Side, side_of
from convive.web.workspace.selectors.parts import list_strategies
from convive.web.workspace.views.plan_base import show_plan
from convive.web.workspace.views.plan_export import as_file
from convive.wiring.documents import MEDIA_TYPES
from convive.wiring.plans import plan_reading


@access.reader()
def compare_plans(request: AccountRequest, language: str) -> HttpResponse:
    """Choose two plans, or show the two that the address names."""
    sides = _sides(request)
    if sides is None:
        return _choose(
            request,
            language,
            CompareFileForm(language=language, initial={"a": request.GET.get("a", "")}),
        )
    a, b = sides
    found = _compared(request, a, b)
    document = comparison_document(found, language=language, on=today())
    return show_plan(
        request, "comparison", None, language=language, title=document.title, today=today(),
        trail=[(reverse("plan-compare", args=(language,)), say("plan.compare.title", language))],
        sides=[_side(found, number, language) for number in (0, 1)],
        blocks=present_blocks(document), asked=_question(request), has_file=not (a.is_ours and b.is_ours),
        residents=found.residents, names=[("a", a.name), ("b", b.name)],
    )  # fmt: skip


def _sides(request: HttpRequest) -> tuple[Side, Side] | None:
    """Return the two plans; None where the address does not name two, 404 where one is unknown."""
    names = request.GET.get("a", ""), request.GET.get("b", "")
    if not all(names):
        return None
    a, b = (side_of(name, request.user) for name in names)
    if a is None or b is None:
        raise Http404
    return a, b


def _choose(
    request: AccountRequest, language: str, form: CompareFileForm, problems: Any = None
) -> HttpResponse:
    return show_plan(
        request, "compare", None, language=language, title=say("plan.compare.title", language),
        rows=list_strategies(request.user), a=request.GET.get("a", ""), form=form, problems=problems,
    )  # fmt: skip


def _compared(request: HttpRequest, a: Side, b: Side) -> Comparison:
    frameworks = [one for one in find.frameworks() if is_for_plans(one)]
    known = residents_now()
    residents = tuple(
        _number(request.GET.get(f"residents_{name}", "")) or (known if side.is_ours else None)
        for name, side in (("a", a), ("b", b))
    )
    return compare(a.plan, b.plan, residents=(residents[0], residents[1]), frameworks=frameworks)


def _number(text: str) -> int | None:
    digits = "".join(text.split()).replace(".", "").replace(",", "")
    return (
        int(digits) or None if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
    )


def _side(found: Comparison, number: int, language: str) -> dict[str, Any]:
    plan, balance = (found.a, found.b)[number], found.balances[number]
    amounts = [part.planned for part in balance.splits["pillar"].parts]
    return {
        "letter": "AB"[number], "plan": plan, "sentence": pillar_sentence(balance, language),
        "bar": parts_bar(amounts, balance.planned), "planned": amount_of(balance, "planned", plan.currency, language),
    }  # fmt: skip


def _question(request: HttpRequest) -> str:
    names = ("a", "b", "residents_a", "residents_b")
    return urlencode([(name, request.GET[name]) for name in names if request.GET.get(name)])


@access.editor(methods=access.FORM)
def compare_file(request: AccountRequest, language: str) -> HttpResponse:
    """Read a plan of another year or town; it is held for an hour and enters no table."""
    form = CompareFileForm(request.POST or None, request.FILES or None, language=language)
    problems = None
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        reading = plan_reading(file.read(), file.name)
        if reading.plan is not None:
            token = hold_plan(reading.plan, file.name, account=request.user)
            question = urlencode({"a": form.cleaned_data["a"], "b": f"{FILE}{token}"})
            return HttpResponseRedirect(f"{reverse('plan-compare', args=(language,))}?{question}")
        problems = present_problems(reading.problems, language)
    return _choose(request, language, form, problems)


@access.reader()
def compare_paper(request: AccountRequest, language: str, kind: str) -> HttpResponse:
    """Give the comparison as PDF or DOCX."""
    sides = _sides(request)
    if kind not in MEDIA_TYPES:
        raise Http404
    if sides is None:
        return HttpResponseRedirect(reverse("plan-compare", args=(language,)))
    a, b = sides

    def made() -> Document:
        return comparison_document(_compared(request, a, b), language=language, on=today())

    return as_file(rendered(made, kind), "plans-compared", kind)
