"""Taking over a plan file: upload, what would become of every part, then all of it or nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError, ConviveError, NotFoundError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.plan_import import preview_of, refuse_impossible, take_over
from convive.web.workspace.clock import today
from convive.web.workspace.forms.plan_files import UploadForm
from convive.web.workspace.held_plans import HeldPlan, drop_plan, held_plan, hold_plan
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.import_page import present_preview
from convive.web.workspace.presenters.plan_problems import present_problems
from convive.web.workspace.selectors.parts import find_strategy
from convive.web.workspace.views.plan_base import show_plan, to
from convive.wiring.plans import plan_reading


@access.editor(methods=access.FORM)
def upload(request: AccountRequest, language: str) -> HttpResponse:
    """Ask for a file; tell every problem of it at once, with sheet and row."""
    initial = {"into": request.GET.get("into", "")}
    form = UploadForm(
        request.POST or None, request.FILES or None, language=language, initial=initial
    )
    problems = None
    if form.is_bound and form.is_valid():
        file, into = form.cleaned_data["file"], form.cleaned_data["into"]
        reading = plan_reading(file.read(), file.name)
        if reading.plan is not None:
            token = hold_plan(reading.plan, file.name, reading.problems, account=request.user)
            return _to_preview(language, token, into.code if into else "")
        problems = present_problems(reading.problems, language)
    return show_plan(
        request, "import", None, language=language, title=say("plan.import.title", language),
        form=form, problems=problems,
    )  # fmt: skip


def _to_preview(language: str, token: str, into: str) -> HttpResponseRedirect:
    question = urlencode({"held": token, "into": into})
    return HttpResponseRedirect(f"{reverse('plan-import-preview', args=(language,))}?{question}")


@access.editor(methods=access.FORM)
def preview(request: AccountRequest, language: str) -> HttpResponse:
    """Show what is new, changed and left; write it when that is confirmed."""
    asked = request.POST if request.method == "POST" else request.GET
    into = asked.get("into", "")
    strategy = find_strategy(request.user, into)
    if into and strategy is None:
        raise Http404
    try:
        held = held_plan(asked.get("held", ""), account=request.user)
    except NotFoundError as error:
        refuse(request, error, language)
        return go("plan-import", language)
    if request.method == "POST":
        try:
            made = take_over(
                held.plan, strategy, digest=asked.get("digest", ""), today=today(), by=request.user
            )
        except (ConflictError, RequestError) as error:
            refuse(request, error, language)
            return _to_preview(language, held.token, strategy.code if strategy else "")
        drop_plan(held.token)
        tell(request, "plan.import.done", language)
        return to(reverse("strategy", args=(language, made.code)))
    return _show(request, held, strategy, language)


def _show(
    request: AccountRequest, held: HeldPlan, strategy: Strategy | None, language: str
) -> HttpResponse:
    seen = preview_of(held.plan, strategy)
    stops = ""
    try:
        refuse_impossible(seen)
    except ConviveError as error:
        stops = explain(error, language)
    return show_plan(
        request, "import_preview", strategy, language=language, held=held, stops=stops,
        title=say("plan.import.preview", language), shown=present_preview(seen, language),
        warnings=present_problems(held.warnings, language),
    )  # fmt: skip
