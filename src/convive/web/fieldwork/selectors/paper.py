"""Reads about paper sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Max, Q, QuerySet

from convive.app.fieldwork.double_entry import DEFAULT_SHARE, Agreement, Agreements, compare
from convive.catalogue.texts import localised, say
from convive.core.instruments.entry_keys import question_numbers
from convive.core.instruments.model import Instrument
from convive.web.accounts.models import Account
from convive.web.fieldwork.models import Campaign, PaperSheet
from convive.web.fieldwork.paper_typing import head_name
from convive.web.fieldwork.secrecy import by_staff, known_to

State = PaperSheet.State


@dataclass(frozen=True)
class Progress:
    """How far a campaign's paper is."""

    typed: int
    twice: int
    waiting: int
    differing: int
    counted: int
    share: float
    printed_to: int

    @property
    def percent(self) -> int:
        """Return the share that is typed twice, in percent."""
        return round(100 * self.share)


_COUNTS = {
    "typed": Count("sheets"),
    "twice": Count("sheets", filter=Q(sheets__second_by__isnull=False) | Q(sheets__state=State.DONE)),
    "waiting": Count("sheets", filter=Q(sheets__state=State.ONCE, sheets__submission=None)),
    "differing": Count("sheets", filter=Q(sheets__state=State.DIFFERS)),
    "counted": Count("sheets__submission"),
}  # fmt: skip


def campaigns_with_paper(account: Account) -> QuerySet[Campaign]:
    """Return campaigns that an account may know of and that are no drafts, with their counts."""
    found = Campaign.objects.exclude(state=Campaign.State.DRAFT).select_related("form")
    return found.filter(~by_staff(), known_to(account)).annotate(**_COUNTS)


def find_campaign(code: str) -> Campaign | None:
    """Return a campaign by its code."""
    return Campaign.objects.select_related("form").filter(~by_staff(), code=code).first()


def paper_progress(campaign: Campaign) -> Progress:
    """Return how far a campaign's paper is."""
    counts = Campaign.objects.filter(pk=campaign.pk).aggregate(**_COUNTS)
    plan = campaign.plan.get("paper", {})
    return Progress(
        share=plan.get("double_share", DEFAULT_SHARE),
        printed_to=plan.get("printed_to", 0),
        **counts,
    )


def sheets_of(campaign: Campaign) -> QuerySet[PaperSheet]:
    """Return the sheets, those to be settled first."""
    return campaign.sheets.order_by(F("submission").asc(nulls_first=True), "number")


def find_sheet(campaign: Campaign, number: int) -> PaperSheet | None:
    """Return a sheet by its number."""
    return campaign.sheets.filter(number=number).first()


def next_number(campaign: Campaign, after: int = 0) -> int:
    """Return the number that comes after one, or after the last one typed."""
    last = campaign.sheets.aggregate(last=Max("number"))["last"] or 0
    return (after or last) + 1


def agreements_of(campaign: Campaign) -> Agreements:
    """Return how well two entries agree, in all, by item and by pair of accounts."""
    found = Agreements()
    for sheet in campaign.sheets.exclude(second_answers=None).iterator():
        found.add(compare(*entries_of(sheet)), (sheet.first_by_id or 0, sheet.second_by_id or 0))
    return found


def agreement_rows(
    found: Agreements, instrument: Instrument, language: str
) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of agreement, the weakest first."""
    numbers = question_numbers(instrument)
    accounts = {one for pair in found.by_pair for one in pair}
    names = {a.pk: str(a) for a in get_user_model().objects.filter(pk__in=accounts)}
    nobody = say("paper.agreement.somebody", language)
    items = [
        {"text": item_words(instrument, item, language), "n": numbers.get(item, ""), "rate": rate}
        for item, rate in found.by_item.items()
    ]
    pairs = [
        {"text": " · ".join(names.get(one, nobody) for one in pair), "rate": rate}
        for pair, rate in found.by_pair.items()
    ]
    return {"items": sorted(items, key=_weakest), "pairs": sorted(pairs, key=_weakest)}


def item_words(instrument: Instrument, name: str, language: str) -> str:
    """Return the question of an item, or the label of a field of the head."""
    item = instrument.item(name)
    if item is not None:
        return localised(item.question, language)
    return say(f"paper.head.{name.lstrip('_')}", language)


def _weakest(row: dict[str, Any]) -> tuple[float, int]:
    rate: Agreement = row["rate"]
    return (1.0 if rate.share is None else rate.share, -rate.n)


def entries_of(sheet: PaperSheet) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both entries, their heads among the answers under names that no item has."""
    first = _with_head(sheet.first_answers, sheet.first_head)
    return first, _with_head(sheet.second_answers or {}, sheet.second_head or {})


def _with_head(answers: Mapping[str, Any], head: Mapping[str, str]) -> dict[str, Any]:
    return {**{head_name(name): value for name, value in head.items()}, **answers}
