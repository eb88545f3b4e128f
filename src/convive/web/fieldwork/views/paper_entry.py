"""Typing sheets in, and settling what two people typed differently."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.app.fieldwork.double_entry import Difference, Path, compare
from convive.catalogue.texts import explain, localised, say
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.entry_keys import entry_keys
from convive.core.instruments.form_rules import rules_of
from convive.core.instruments.model import Instrument, Item
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.fieldwork.actions import paper as write
from convive.web.fieldwork.field_names import name_of
from convive.web.fieldwork.forms.paper import NumberForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, PaperSheet
from convive.web.fieldwork.paper_lines import lines_of
from convive.web.fieldwork.paper_typing import DAYPART_KEYS, Typed, read_day, read_one, read_sheet
from convive.web.fieldwork.selectors import paper as read
from convive.web.fieldwork.views.paper import NAV, TYPISTS, campaign_or_404
from convive.web.staff.page import go, show, tell

_STEPS = ("add", "remove", "update")
"""Buttons that change the page and save nothing."""


@access.role(*TYPISTS, methods=access.FORM)
def enter(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Ask for the number of a sheet, show its lines, keep what was typed."""
    campaign = campaign_or_404(request, code)
    data = request.POST if request.method == "POST" else request.GET
    if "number" not in data:
        return _ask_number(request, language, campaign)
    form = NumberForm(data, language=language)
    if not form.is_valid():
        return _ask_number(request, language, campaign, form)
    number = form.cleaned_data["number"]
    refused = _refusal(campaign, number, request)
    if refused:
        return _ask_number(request, language, campaign, form, refused)
    typed = read_sheet(instrument_of(campaign.form), request.POST, language)
    if request.method == "GET" or any(step in request.POST for step in _STEPS):
        return _lines(request, language, campaign, number, _stepped(typed, request))
    return _save(request, language, campaign, number, typed)


def _refusal(campaign: Campaign, number: int, request: AccountRequest) -> str:
    """Return the code of why a sheet cannot be typed in by this person; empty if it can."""
    sheet = read.find_sheet(campaign, number)
    if sheet is None or request.method == "POST":
        return ""  # the action decides, under its lock
    try:
        write.refuse_second(sheet, request.user)
    except ConflictError as error:
        return error.code
    return ""


def _ask_number(
    request: AccountRequest, language: str, campaign: Campaign,
    form: NumberForm | None = None, refused: str = "",
) -> HttpResponse:  # fmt: skip
    if form is None:
        form = NumberForm(language=language, initial={"number": read.next_number(campaign)})
    elif refused:
        code = {"PAPER_OWN_SHEET": "own_sheet", "PAPER_SHEET_DONE": "done_sheet"}[refused]
        form.add_error("number", NumberForm.refusal(code))
    return show(
        request, "fieldwork/paper/number.html",
        language=language, title=say("paper.enter.title", language), nav=NAV,
        campaign=campaign, form=form,
    )  # fmt: skip


def _stepped(typed: Typed, request: AccountRequest) -> Typed:
    """Return what was typed with a round more or less, where a button asks for it."""
    raw = dict(typed.raw)
    for step, change in (("add", 1), ("remove", -1)):
        name = request.POST.get(step, "")
        if name in raw and raw[name].isdecimal():
            raw[name] = str(max(0, int(raw[name]) + change))
    return Typed(typed.answers, typed.head, raw, typed.wrong)


def _save(
    request: AccountRequest, language: str, campaign: Campaign, number: int, typed: Typed
) -> HttpResponse:
    now = timezone.now()
    instrument = instrument_of(campaign.form)
    wrong = {**typed.wrong, **_unknown(campaign, typed.head)}
    typed = Typed(typed.answers, typed.head, typed.raw, wrong)
    page = lines_of(instrument, typed, language=language, today=now.date())
    if _hindering(typed, page.lines) or (page.unclear and "as_is" not in request.POST):
        return _lines(request, language, campaign, number, typed, asks_as_is=True)
    try:
        sheet = write.enter(
            campaign, number, answers=typed.answers, head=typed.head, by=request.user, now=now
        )
    except ConflictError as error:
        if error.code not in ("PAPER_OWN_SHEET", "PAPER_SHEET_DONE"):
            raise
        form = NumberForm({"number": number}, language=language)
        return _ask_number(request, language, campaign, form, error.code)
    except RequestError as error:
        return _lines(request, language, campaign, number, typed, refused=explain(error, language))
    tell(request, f"paper.saved.{_became(sheet)}", language, n=str(number))
    response = go("fieldwork-paper-enter", language, campaign.code)
    response["Location"] += f"?number={number + 1}"
    return response


def _hindering(typed: Typed, lines: tuple[Any, ...]) -> bool:
    """Whether something cannot be read that is asked; what is not asked is left out anyway."""
    hidden = {line.name for line in lines if not line.is_asked}
    return bool(typed.wrong.keys() - hidden)


def _unknown(campaign: Campaign, head: dict[str, str]) -> dict[str, str]:
    found = {}
    if head.get("place") and write.find_place(campaign, head["place"]) is None:
        found["_place"] = "paper.enter.place_unknown"
    if head.get("rater") and write.find_rater(campaign, head["rater"]) is None:
        found["_rater"] = "paper.enter.rater_unknown"
    return found


def _became(sheet: PaperSheet) -> str:
    if sheet.state == PaperSheet.State.DIFFERS:
        return "differs"
    if sheet.state == PaperSheet.State.DONE:
        return "same"
    return "counts" if sheet.submission_id else "waits"


def _lines(
    request: AccountRequest, language: str, campaign: Campaign, number: int, typed: Typed,
    **told: Any,
) -> HttpResponse:  # fmt: skip
    """Show the lines; `told`: `asks_as_is` or `refused`, a sentence."""
    instrument = instrument_of(campaign.form)
    today = timezone.localdate()
    page = lines_of(instrument, typed, language=language, today=today)
    return show(
        request, "fieldwork/paper/enter.html",
        language=language, title=say("paper.enter.of", language, n=str(number)), nav=NAV,
        campaign=campaign, number=number, page=page,
        problems=[line for line in page.lines if line.sentence and line.kind == "field"],
        rules={"form": rules_of(instrument), "today": today.isoformat()}, **told,
    )  # fmt: skip


@access.role(*TYPISTS, methods=access.FORM)
def differences(request: AccountRequest, language: str, code: str, number: int) -> HttpResponse:
    """Show what two entries of a sheet differ in, and settle it."""
    campaign = campaign_or_404(request, code)
    sheet = read.find_sheet(campaign, number)
    if sheet is None:
        raise Http404
    instrument = instrument_of(campaign.form)
    rows: list[dict[str, Any]] = []
    if sheet.state == PaperSheet.State.DIFFERS:
        found = compare(*read.entries_of(sheet)).differences
        rows = [_row(instrument, one, language, request) for one in found]
    if request.method == "POST" and rows and not any(row["sentence"] for row in rows):
        chosen = {row["path"]: row["value"] for row in rows}
        write.settle(sheet, chosen, by=request.user, now=timezone.now())
        tell(request, "paper.saved.counts", language, n=str(number))
        return go("fieldwork-paper-campaign", language, code)
    return show(
        request, "fieldwork/paper/differences.html",
        language=language, title=say("paper.differences.title", language, n=str(number)),
        nav=NAV, campaign=campaign, sheet=sheet, rows=rows,
        problems=[row for row in rows if row["sentence"]],
    )  # fmt: skip


def _row(
    instrument: Instrument, one: Difference, language: str, request: AccountRequest
) -> dict[str, Any]:
    name = name_of(one.path)
    item = instrument.item(str(one.path[-1]))
    choice = request.POST.get(f"{name}.choice", "")
    other = request.POST.get(f"{name}.other", "")
    value: Any = {"first": one.first, "second": one.second}.get(choice)
    sentence = ""
    if request.method == "POST":
        if choice == "other":
            value = _other(item, one.path, other, language)
            sentence = "paper.enter.unreadable" if other.strip() and value is None else ""
        elif choice not in ("first", "second"):
            sentence = "paper.differences.choose"
    return {
        "path": one.path, "name": name, "where": _where(instrument, one.path, language),
        "text": read.item_words(instrument, str(one.path[-1]), language),
        "first": _shown(item, one.first, language), "second": _shown(item, one.second, language),
        "choice": choice, "other": other, "value": value,
        "sentence": say(sentence, language) if sentence else "",
        "codes": _codes(item, language),
    }  # fmt: skip


def _codes(item: Item | None, language: str) -> list[tuple[str, str]]:
    if item is None or item.scale is None:
        return []
    keys = entry_keys(item.scale)
    return [
        (keys[c.code], localised(c.label, language)) for c in item.scale.choices if c.code in keys
    ]


def _other(item: Item | None, path: Path, said: str, language: str) -> Any:
    if item is not None:
        return read_one(item, said, language)
    said = said.strip()[:40]
    if path[-1] == "_daypart":
        return DAYPART_KEYS.get(said)
    return read_day(said) if path[-1] == "_date" else said or None


def _where(instrument: Instrument, path: Path, language: str) -> str:
    """Return the rounds that an answer stands in: "Stop 3"."""
    titles = {section.id: localised(section.title, language) for section in instrument.sections()}
    pairs = zip(path[::2], path[1::2], strict=False)
    return " · ".join(f"{titles.get(str(name), name)} {int(k) + 1}" for name, k in pairs)


def _shown(item: Item | None, value: Any, language: str) -> str:
    """Return an answer in words; empty where it was left blank."""
    if value is None:
        return ""
    if item is not None and item.scale is not None:
        codes = value if isinstance(value, list) else [value]
        found = [item.scale.choice(str(code)) for code in codes]
        return ", ".join(localised(one.label, language) for one in found if one)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    return str(value)
