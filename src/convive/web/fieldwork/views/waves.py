"""Pages of survey waves: list, a new one, frame, draw, quotas, progress."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from convive.app.fieldwork.frame import parse_frame
from convive.app.fieldwork.sample import plan_sample
from convive.catalogue import find
from convive.catalogue.texts import explain, languages, say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.waves import (
    create_wave,
    draw_sample,
    import_frame,
    open_wave,
    set_quotas,
)
from convive.web.fieldwork.forms.waves import (
    FileForm,
    NewWaveForm,
    PlanForm,
    QuotaForm,
    condition_text,
    quota_lines,
)
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.waves import (
    frame_cells,
    list_waves,
    open_link_of,
    progress_of,
)
from convive.web.fieldwork.tokens import token_of
from convive.web.fieldwork.views.wave_base import NAV, is_editor, seen_wave, show_wave, wave_or_404
from convive.web.staff.page import go, show, tell
from convive.wiring.waves import read_table


@access.reader()
def wave_list(request: AccountRequest, language: str) -> HttpResponse:
    """List the waves."""
    return show_wave(
        request, "list", None, language=language, title=say("waves.title", language),
        waves=list_waves(with_drafts=is_editor(request)),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_wave(request: AccountRequest, language: str) -> HttpResponse:
    """Make a wave."""
    form = NewWaveForm(
        request.POST or None, language=language, instruments=find.instruments(),
        initial={"sampling": "frame", "languages": [language]},
    )  # fmt: skip
    error = None
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            made = create_wave(fields.pop("instrument"), fields, by=request.user)
        except ConviveError as problem:
            error = explain(problem, language)
        else:
            tell(request, "waves.created", language, title=made.title)
            return go("fieldwork-wave", language, made.code)
    return show_wave(
        request, "form", None, language=language, title=say("waves.new.heading", language),
        form=form, intro=say("waves.new.intro", language), button="waves.new.make", error=error,
    )  # fmt: skip


@access.reader()
def wave(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a wave: what comes next, how many have answered."""
    found = seen_wave(request, code)
    link = open_link_of(found) if is_editor(request) else None
    address = ""
    if link is not None:
        address = request.build_absolute_uri(f"/{language}/fill/{token_of(link)}/")
    return show_wave(
        request, "wave", found, language=language, title=found.title,
        progress=progress_of(found), instrument=instrument_of(found.form), address=address,
        n_frame=sum(n for n, _ in frame_cells(found).values()),
        draw=found.plan.get("draw"), rounds=found.plan.get("rounds", []),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def frame(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Take a frame, or say everything that is wrong with it."""
    found = wave_or_404(code)
    form = FileForm(request.POST or None, request.FILES or None, language=language)
    problems: list[str] = []
    error, more = None, 0
    if request.method == "POST" and form.is_valid():
        try:
            read = parse_frame(read_table(form.cleaned_data["file"]), languages())
            problems = [
                say(f"waves.problem.{one.code}", language, row=one.row, **one.data)
                for one in read.problems
            ]
            more = read.n_problems - len(read.problems)
            if not problems:
                import_frame(found, read.people, by=request.user)
                tell(request, "waves.frame.taken", language, n=len(read.people))
                return go("fieldwork-wave-plan", language, code)
        except ConviveError as problem:
            error = explain(problem, language)
    return show_wave(
        request, "form", found, language=language, title=say("waves.frame.title", language),
        form=form, intro=say("waves.frame.intro", language), button="waves.frame.take",
        problems=problems, n_more=more, error=error,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def plan(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what a sample will tell, and draw it."""
    found = wave_or_404(code)
    cells = frame_cells(found)
    n_frame = sum(n for n, _ in cells.values())
    form = PlanForm(request.POST or None, language=language, initial=PlanForm.proposal(n_frame))
    outlook, error = None, None
    if request.method == "POST" and form.is_valid() and cells:
        try:
            outlook = plan_sample(cells, form.wish())
            if request.POST.get("do") == "draw":
                n = draw_sample(
                    found, form.wish(), seed=form.cleaned_data["seed"],
                    today=timezone.localdate(), by=request.user,
                )  # fmt: skip
                tell(request, "waves.drawn", language, n=n)
                return go("fieldwork-wave", language, code)
        except ConviveError as problem:
            error = explain(problem, language)
    return show_wave(
        request, "plan", found, language=language, title=say("waves.plan.title", language),
        form=form, n_frame=n_frame, outlook=outlook, error=error,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def quotas(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show quotas with how full they are, and change them."""
    found = wave_or_404(code)
    instrument = instrument_of(found.form)
    form = QuotaForm(
        request.POST or None, language=language, instrument=instrument,
        initial={"lines": quota_lines(found)},
    )  # fmt: skip
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            set_quotas(found, form.cleaned_data["lines"], by=request.user)
        except ConviveError as problem:
            error = explain(problem, language)
        else:
            tell(request, "waves.quotas.saved", language)
            return HttpResponseRedirect(reverse("fieldwork-wave-quotas", args=(language, code)))
    rows = [{"text": condition_text(one.conditions), "quota": one} for one in found.quotas.all()]
    return show_wave(
        request, "quotas", found, language=language, title=say("waves.quotas.title", language),
        form=form, rows=rows, error=error,
        items=[item for item in instrument.items() if item.scale is not None],
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def open_now(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Open a wave."""
    found = wave_or_404(code)
    try:
        open_wave(found, today=timezone.localdate(), by=request.user)
    except ConviveError as error:
        return refused(request, found, language, error)
    tell(request, "waves.opened", language, title=found.title)
    return go("fieldwork-wave", language, code)


def refused(
    request: AccountRequest, found: Campaign, language: str, error: ConviveError
) -> HttpResponse:
    """Say why something was not done."""
    return show(
        request, "fieldwork/waves/refused.html", language=language, title=found.title, nav=NAV,
        wave=found, error=explain(error, language),
    )  # fmt: skip
