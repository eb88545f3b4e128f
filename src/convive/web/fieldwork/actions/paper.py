"""Writes about paper sheets; each is one transaction with its event in the log."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from convive.app.fieldwork.double_entry import DEFAULT_SHARE, Path, compare, is_drawn, settled
from convive.app.fieldwork.paper_forms import sheet_id
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.filling import fill
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.receive import Envelope, receive
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, PaperSheet, Place, Rater, Submission
from convive.web.fieldwork.selectors.paper import entries_of

State = PaperSheet.State


@transaction.atomic
def plan_double_entry(campaign: Campaign, share: float, *, by: Account) -> None:
    """Say which share of the sheets is typed twice; the lot is drawn with a seed that stays."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    plan = dict(campaign.plan)
    before = plan.get("paper", {})
    seed = before.get("seed", secrets.randbelow(2**31))
    plan["paper"] = {**before, "double_share": share, "seed": seed}
    campaign.plan = plan
    campaign.save(update_fields=["plan"])
    record(
        "fieldwork.double_entry_planned", actor=by, thing=("campaign", campaign.pk),
        before=before.get("double_share", DEFAULT_SHARE), after=share,
    )  # fmt: skip


@transaction.atomic
def note_printed(
    campaign: Campaign, *, first: int, sheets: int, language: str, by: Account
) -> None:
    """Keep up to which number sheets were printed, so that the next batch goes on from there."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    plan = dict(campaign.plan)
    paper = dict(plan.get("paper", {}))
    paper["printed_to"] = max(paper.get("printed_to", 0), first + sheets - 1)
    plan["paper"] = paper
    campaign.plan = plan
    campaign.save(update_fields=["plan"])
    record(
        "fieldwork.sheets_printed", actor=by, thing=("campaign", campaign.pk),
        first=first, sheets=sheets, language=language,
    )  # fmt: skip


def drawn(campaign: Campaign, number: int) -> bool:
    """Tell whether a sheet of a campaign is to be typed twice."""
    paper = campaign.plan.get("paper", {})
    # As long as nobody has planned anything, the campaign itself is the seed.
    seed = paper.get("seed", campaign.pk.int % 2**31)
    return is_drawn(number, share=paper.get("double_share", DEFAULT_SHARE), seed=seed)


@transaction.atomic
def enter(
    campaign: Campaign, number: int, *, answers: Mapping[str, Any], head: Mapping[str, str],
    by: Account, now: datetime,
) -> PaperSheet:  # fmt: skip
    """Keep what somebody typed from a sheet; it counts once that is sure enough.

    Raises
    ------
    ConflictError
        PAPER_OWN_SHEET: the second time the same person; PAPER_SHEET_DONE.
    RequestError
        CAMPAIGN_CLOSED.
    """
    if not campaign.takes_forms:
        raise RequestError("CAMPAIGN_CLOSED", campaign=campaign.code)
    kept = dict(fill(instrument_of(campaign.form), answers, today=now.date()).answers)
    sheet, is_new = PaperSheet.objects.select_for_update().get_or_create(
        campaign=campaign,
        number=number,
        defaults={"first_answers": kept, "first_head": dict(head), "first_by": by},
    )
    if is_new:
        _log("fieldwork.sheet_typed", sheet, by)
        if not drawn(campaign, number):
            _hand_in(sheet, kept, head, now)
        return sheet
    if sheet.first_by_id == by.pk and (sheet.first_answers, sheet.first_head) == (kept, dict(head)):
        return sheet  # sent twice by a double click or the back button
    return _enter_again(sheet, kept, dict(head), by, now)


def _enter_again(
    sheet: PaperSheet, answers: dict[str, Any], head: dict[str, str], by: Account, now: datetime
) -> PaperSheet:
    refuse_second(sheet, by)
    sheet.second_answers, sheet.second_head, sheet.second_by = answers, head, by
    same = not compare(*entries_of(sheet)).differences
    sheet.state = State.DONE if same else State.DIFFERS
    sheet.save()
    _log("fieldwork.sheet_typed_again", sheet, by, agrees=same)
    if same:
        _hand_in(sheet, answers, head, now)
    return sheet


def refuse_second(sheet: PaperSheet, by: Account) -> None:
    """Refuse a second entry that is not wanted, or by the person of the first.

    Raises
    ------
    ConflictError
        PAPER_OWN_SHEET, PAPER_SHEET_DONE.
    """
    if sheet.state != State.ONCE or sheet.submission_id is not None:
        raise ConflictError("PAPER_SHEET_DONE")
    if sheet.first_by_id == by.pk:
        raise ConflictError("PAPER_OWN_SHEET")


@transaction.atomic
def settle(
    sheet: PaperSheet, chosen: Mapping[Path, Any], *, by: Account, now: datetime
) -> PaperSheet:
    """Hand a sheet in with what stands on it where the two entries differ.

    Raises
    ------
    ConflictError
        PAPER_SHEET_DONE.
    """
    sheet = PaperSheet.objects.select_for_update().select_related("campaign__form").get(pk=sheet.pk)
    if sheet.state != State.DIFFERS:
        raise ConflictError("PAPER_SHEET_DONE")
    final = settled(entries_of(sheet)[0], chosen)
    head = {name[1:]: value for name, value in final.items() if name.startswith("_")}
    answers = {name: value for name, value in final.items() if not name.startswith("_")}
    sheet.state = State.DONE
    sheet.save(update_fields=["state"])
    _log("fieldwork.sheet_settled", sheet, by, n=len(chosen))
    _hand_in(sheet, answers, head, now)
    return sheet


@transaction.atomic
def count_waiting(campaign: Campaign, *, by: Account, now: datetime) -> int:
    """Hand in the sheets that wait for a second person, as the first one typed them."""
    waiting = PaperSheet.objects.select_for_update().filter(
        campaign=campaign, state=State.ONCE, submission=None
    )
    sheets = list(waiting.order_by("number"))
    for sheet in sheets:
        sheet.campaign = campaign
        _hand_in(sheet, sheet.first_answers, sheet.first_head, now)
    record("fieldwork.sheets_counted", actor=by, thing=("campaign", campaign.pk), n=len(sheets))
    return len(sheets)


def _hand_in(
    sheet: PaperSheet, answers: Mapping[str, Any], head: Mapping[str, str], now: datetime
) -> None:
    campaign = sheet.campaign
    receipt = receive(
        Envelope(
            id=sheet_id(campaign.pk, sheet.number),
            campaign=campaign,
            channel=Submission.Channel.PAPER,
            answers=answers,
            place=find_place(campaign, head.get("place", "")),
            rater=find_rater(campaign, head.get("rater", "")),
            daypart=head.get("daypart", ""),
        ),
        now=now,
    )
    if head.get("date"):
        # Only the day is on the sheet; a time of day would be made up.
        filled_on = date.fromisoformat(head["date"])
        Submission.objects.filter(pk=receipt.submission.pk).update(filled_on=filled_on)
    sheet.submission = receipt.submission
    sheet.save(update_fields=["submission"])


def find_place(campaign: Campaign, code: str) -> Place | None:
    """Return a place by its code: one of the campaign's, or any where it has no list."""
    if not code:
        return None
    places = Place.objects.filter(code__iexact=code)
    if campaign.places.exists():
        places = places.filter(campaigns__campaign=campaign)
    return places.first()


def find_rater(campaign: Campaign, label: str) -> Rater | None:
    """Return an observer of a campaign by the label."""
    return campaign.raters.filter(label__iexact=label).first() if label else None


def _log(verb: str, sheet: PaperSheet, by: Account, **more: Any) -> None:
    record(
        verb, actor=by, thing=("sheet", f"{sheet.campaign.code}:{sheet.number}"),
        campaign=sheet.campaign.code, **more,
    )  # fmt: skip
