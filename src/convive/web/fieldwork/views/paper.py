"""Pages about paper: what there is, printing, progress, how many are typed twice."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.app.fieldwork.paper_forms import PaperOrder
from convive.catalogue import find
from convive.catalogue.texts import known_language, localised, say
from convive.core.errors import NotFoundError
from convive.core.instruments.model import Instrument, Sensitivity
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.paper import count_waiting, note_printed, plan_double_entry
from convive.web.fieldwork.forms.paper import DoubleForm, NumberForm, PrintForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors import paper as read
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell
from convive.web.staff.pages import FIGURES, page_of
from convive.wiring.paper import paper_file_name, paper_form

TYPISTS = (Role.COORDINATOR, Role.ANALYST, Role.FIELD)
"""Who may print sheets, type them in and settle two entries."""
_NAMED_FOR_RESTRICTED = {Role.COORDINATOR}
NAV = "fieldwork-paper"


@access.role(*TYPISTS)
def home(request: AccountRequest, language: str) -> HttpResponse:
    """List the campaigns with their paper, and every instrument to print."""
    return show(
        request, "fieldwork/paper/home.html",
        language=language, title=say("paper.title", language), nav=NAV,
        campaigns=read.campaigns_with_paper(request.user),
        instruments=[
            {"id": one.id, "title": localised(one.title, language)} for one in find.instruments()
        ],
    )  # fmt: skip


@access.role(*TYPISTS, methods=access.FORM)
def blank(request: AccountRequest, language: str, instrument_id: str) -> HttpResponse:
    """Print an instrument without a campaign."""
    try:
        instrument = find.instrument(instrument_id)
    except NotFoundError as error:
        raise Http404 from error
    form = _print_form(request, language, instrument, first=1)
    if request.method == "POST" and form.is_valid():
        return _document(_order(form, instrument, code=instrument.id))
    return show(
        request, "fieldwork/paper/blank.html",
        language=language, title=localised(instrument.title, language), nav=NAV, form=form,
    )  # fmt: skip


@access.role(*TYPISTS)
def campaign(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a campaign's paper: print, type in, what is to be settled, how well people agree."""
    one = campaign_or_404(request, code)
    return _campaign_page(request, language, one)


@access.role(*TYPISTS, methods=access.WRITE)
def sheets(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Print numbered sheets of a campaign."""
    one = campaign_or_404(request, code)
    instrument = instrument_of(one.form)
    form = _print_form(request, language, instrument, first=1)
    if not form.is_valid():
        return _campaign_page(request, language, one, print_form=form)
    order = _order(form, instrument, code=one.code, title=one.title)
    document = _document(order)
    note_printed(
        one, first=order.first, sheets=order.sheets, language=order.language, by=request.user
    )
    return document


@access.editor(methods=access.WRITE)
def double(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change how many sheets are typed twice."""
    one = campaign_or_404(request, code)
    form = DoubleForm(request.POST, language=language)
    if not form.is_valid():
        return _campaign_page(request, language, one, double_form=form)
    share = form.cleaned_data["share"]
    plan_double_entry(one, share / 100, by=request.user)
    tell(request, "paper.double.saved", language, share=share)
    return go("fieldwork-paper-campaign", language, code)


@access.editor(methods=access.WRITE)
def count(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Count the waiting sheets as they are."""
    one = campaign_or_404(request, code)
    n = count_waiting(one, by=request.user, now=timezone.now())
    tell(request, "paper.count.done", language, n=n)
    return go("fieldwork-paper-campaign", language, code)


def campaign_or_404(request: AccountRequest, code: str) -> Campaign:
    """Return a campaign that the person may see the paper of."""
    found = read.find_campaign(code)
    if found is None:
        raise Http404
    is_restricted = instrument_of(found.form).sensitivity is Sensitivity.RESTRICTED
    if is_restricted and not _NAMED_FOR_RESTRICTED & set(request.user.roles):
        raise Http404
    return found


def _campaign_page(
    request: AccountRequest, language: str, one: Campaign,
    print_form: PrintForm | None = None, double_form: DoubleForm | None = None,
) -> HttpResponse:  # fmt: skip
    instrument = instrument_of(one.form)
    progress = read.paper_progress(one)
    agreements = read.agreements_of(one)
    is_editor = bool(set(request.user.roles) & {Role.COORDINATOR, Role.ANALYST})
    return show(
        request, "fieldwork/paper/campaign.html",
        language=language, title=one.title, nav=NAV, campaign=one, progress=progress,
        print_form=print_form or _print_form(
            request, language, instrument, first=progress.printed_to + 1, bound=False
        ),
        number_form=NumberForm(language=language, initial={"number": read.next_number(one)}),
        double_form=double_form or DoubleForm(
            language=language, initial={"share": progress.percent}
        ),
        agreements=agreements, tables=read.agreement_rows(agreements, instrument, language),
        page=page_of(request, read.sheets_of(one), FIGURES), is_editor=is_editor,
    )  # fmt: skip


def _print_form(
    request: AccountRequest, language: str, instrument: Instrument, *, first: int,
    bound: bool = True,
) -> PrintForm:  # fmt: skip
    codes = instrument.languages
    own = language if language in codes else codes[0]
    data = request.POST if bound and request.method == "POST" else None
    initial = {"language": own, "first": first, "sheets": 20}
    return PrintForm(data, language=language, codes=codes, initial=initial)


def _order(form: PrintForm, instrument: Instrument, *, code: str, title: str = "") -> PaperOrder:
    asked = form.cleaned_data
    return PaperOrder(
        instrument, known_language(asked["language"]), code, title,
        first=asked["first"], sheets=asked["sheets"], is_large=asked["is_large"],
    )  # fmt: skip


def _document(order: PaperOrder) -> HttpResponse:
    name = paper_file_name(order)
    return HttpResponse(
        paper_form(order),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
