"""Pages on what becomes of a campaign's results: evidence, files, change over time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from convive.catalogue.texts import format_number, say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions.export import ExportRequest, export_forms
from convive.web.fieldwork.actions.hand_over import hand_over, preview_hand_over
from convive.web.fieldwork.forms.results import ExportForm, RoundForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.pack import own_pack
from convive.web.fieldwork.secrecy import is_by_staff
from convive.web.fieldwork.selectors.follow_up import changes_between
from convive.web.fieldwork.selectors.kept_forms import earlier_rounds
from convive.web.fieldwork.views.campaign_base import NAV, may_see
from convive.web.staff.page import go, show, tell

_SHOWN_ROWS = 5


@access.editor(methods=access.FORM)
def evidence(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what a campaign would hand over to the evidence, and hand it over."""
    campaign = _campaign_or_404(request, code)
    problem = ""
    if request.method == "POST":
        try:
            handed = hand_over(campaign, own_pack(), today=timezone.localdate(), by=request.user)
        except ConviveError as error:
            problem = _words(error, language)
        else:
            tell(request, "fieldwork_results.evidence.done", language, source=handed.source_id)
            return go("fieldwork-evidence", language, code)
    found: dict[str, Any] = {}
    try:
        handed, before = preview_hand_over(campaign, own_pack())
        found = _preview(handed, before, language)
    except ConviveError as error:
        problem = problem or _words(error, language)
    return show(
        request, "fieldwork/results/evidence.html", language=language, nav=NAV,
        title=say("fieldwork_results.evidence.title", language), campaign=campaign,
        problem=problem, found=found,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def export(request: AccountRequest, language: str, code: str) -> HttpResponseBase:
    """Ask which file is wanted, and send it."""
    campaign = _campaign_or_404(request, code)
    form = ExportForm(
        request.POST if request.method == "POST" else None, language=language,
        initial={"format": "csv"},
    )  # fmt: skip
    problem = ""
    if request.method == "POST" and form.is_valid():
        wanted = ExportRequest(form.cleaned_data["format"], language, form.cleaned_data["reason"])
        try:
            file = export_forms(campaign, wanted, by=request.user)
        except ConviveError as error:
            problem = _words(error, language)
        else:
            answer = StreamingHttpResponse(file.parts, content_type=file.media_type)
            answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
            return answer
    return show(
        request, "fieldwork/results/export.html", language=language, nav=NAV,
        title=say("fieldwork_results.export.title", language), campaign=campaign, form=form,
        problem=problem,
    )  # fmt: skip


@access.editor()
def follow_up(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what changed at the same places since an earlier round."""
    campaign = _campaign_or_404(request, code)
    rounds = earlier_rounds(campaign)
    asked = request.GET if "before" in request.GET else None
    form = RoundForm(
        asked, language=language, rounds=rounds,
        initial={"before": rounds[-1].code if rounds else ""},
    )  # fmt: skip
    wanted = rounds[-1] if rounds else None
    same_raters = False
    if asked is not None and form.is_valid():
        wanted = next(one for one in rounds if one.code == form.cleaned_data["before"])
        same_raters = form.cleaned_data["same_raters"]
    return show(
        request, "fieldwork/results/follow_up.html", language=language, nav=NAV,
        title=say("fieldwork_results.follow_up.title", language), campaign=campaign, form=form,
        change=changes_between(wanted, campaign, language, same_raters=same_raters)
        if wanted else None,
    )  # fmt: skip


def _campaign_or_404(request: AccountRequest, code: str) -> Campaign:
    """Return a campaign; a restricted one, or an assessment by staff, does not exist here."""
    found = Campaign.objects.select_related("form").filter(code=code).first()
    if found is None or is_by_staff(found) or not may_see(request, instrument_of(found.form)):
        raise Http404
    return found


def _words(error: ConviveError, language: str) -> str:
    return say(f"error.{error.code}", language, **error.data)


def _preview(handed: Any, before: Any, language: str) -> dict[str, Any]:
    """Return a hand-over in words: what is written, what is left out and why."""
    facts = handed.provenance
    return {
        "source_id": handed.source_id,
        "family": say(f"fieldwork_results.family.{handed.family}", language),
        "n_rows": handed.n_rows,
        "n_forms": facts["n_forms"],
        "first_day": facts["first_day"],
        "last_day": facts["last_day"],
        "instrument": facts["instrument"],
        "is_open_link": handed.found.mapping.get("survey", {}).get("sampling") == "open_link",
        "channels": [
            {"name": say(f"fieldwork_results.channel.{name}", language), "n": n}
            for name, n in facts["channels"].items()
        ],
        "left_out": [
            {"why": say(f"fieldwork_results.left_out.{code}", language), "n": format_number(n, language)}
            for code, n in facts["left_out"].items()
            if code != "excluded"
        ],
        "excluded": [{"why": why, "n": n} for why, n in facts["excluded"].items()],
        "items": list(handed.found.items.items()),
        "items_left": _by_reason(handed.found.items_left, language),
        "columns": handed.found.columns,
        "rows": handed.found.rows[:_SHOWN_ROWS],
        "before": before.provenance.get("handed_over") if before else None,
    }  # fmt: skip


def _by_reason(left: Any, language: str) -> list[dict[str, Any]]:
    codes = dict.fromkeys(left.values())
    return [
        {
            "why": say(f"fieldwork_results.item_left.{code}", language),
            "items": [item for item, why in left.items() if why == code],
        }
        for code in codes
    ]
