"""One document of every kind that a town hands out, in any language, on small data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from convive.app.council_brief import BriefPlan, council_brief
from convive.app.documents import Document
from convive.app.meeting_documents import (
    MeetingPaper,
    PaperItem,
    PaperLine,
    PaperPromise,
    minutes_document,
    pack_document,
)
from convive.app.plan_comparison_document import comparison_document
from convive.app.plan_document import Beside, balance_document, plan_document
from convive.app.ports import Build
from convive.app.yearly_document import yearly_document
from convive.catalogue import find
from convive.core.evaluation import yearly_report
from convive.core.model import DisclosureRule
from convive.core.strategy.comparison import compare
from convive.core.strategy.coverage import coverage, offer_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.lights import standings_of
from convive.reports.atlas.document import atlas_document
from factories.build import make_build
from factories.look import town_look
from factories.plans import action, full_plan, plan

TODAY = date(2026, 7, 1)


@cache
def small_build() -> Build:
    """Return an audit of two neighbourhoods of a town with a look of its own."""
    build = make_build()
    rows = build.tables["areas"].to_pylist()
    mask = [row["level"] != "neighbourhood" or row["area_id"] in {"n01", "n04"} for row in rows]
    tables = dict(build.tables) | {"areas": build.tables["areas"].filter(mask)}
    return Build(city=replace(build.city, look=town_look()), tables=tables, run=build.run)


def _brief(language: str) -> Document:
    one = full_plan()
    told = BriefPlan(one, standings_of(one, today=TODAY))
    return council_brief(small_build(), told, language=language, on=TODAY)


def _strategy(language: str) -> Document:
    one = full_plan()
    frame = find.frameworks()[0]
    return plan_document(
        one, language=language, on=TODAY,
        beside=Beside(
            standings_of(one, today=TODAY), [(frame, coverage(offer_of(one), frame))]
        ),
    )  # fmt: skip


def _balance(language: str) -> Document:
    return balance_document(full_plan(), ledger_of(full_plan()), language=language, on=TODAY)


def _comparison(language: str) -> Document:
    other = replace(plan(action(title="Lamps")), city="Hill")
    found = compare(full_plan(), other, residents=(1000, None))
    return comparison_document(found, language=language, on=TODAY)


def _year(language: str) -> Document:
    one = full_plan()
    report = yearly_report(one, 2026, today=TODAY, rule=DisclosureRule(), known={})
    return yearly_document(report, one, language=language, on=TODAY)


def _meeting(language: str) -> MeetingPaper:
    promise = PaperPromise("Tender by May", "Public works", "31 May 2026", "Better light")
    lines = (
        PaperLine("Bicycle theft fell at the station.", "n = 512, 2025", kind="finding"),
        PaperLine("Tender by May", tag="overdue", kind="commitment", who="Public works", due="31 May"),
        PaperLine("The survey is in the field.", details=("1,200 of 3,000 answered",)),
    )  # fmt: skip
    items = (
        PaperItem(1, "information", "What changed", "10:00", 20, lines, "Bring the map."),
        PaperItem(
            2, "decision", "Night bus", "10:20", 15, minutes="Agreed.\nNobody objected.",
            decisions=("The night bus runs from June.",), promises=(promise,),
        ),
    )  # fmt: skip
    return MeetingPaper(
        "Meeting of July", "Security council", "Ribera", language, TODAY, "10:00 – 11:00",
        "Town hall", ("Police", "Public works"), ("Police",), items, (promise,), is_final=True,
    )  # fmt: skip


HELD: dict[tuple[str, str], Document] = {}
"""Documents that are made from tables, by kind and language; a test that has some puts them in."""

DOCUMENTS: Mapping[str, Callable[[str], Document]] = {
    "brief": _brief,
    "atlas": lambda language: atlas_document(small_build(), language=language),
    "meeting": lambda language: pack_document(_meeting(language)),
    "minutes": lambda language: minutes_document(_meeting(language)),
    "strategy": _strategy,
    "balance": _balance,
    "comparison": _comparison,
    "year": _year,
    "dossier": lambda language: HELD["dossier", language],
}
"""Name of a kind → the document in a language."""


def letter(language: str) -> dict[str, object]:
    """Return a letter of invitation as the sending of a wave words it."""
    return {
        "lang": language, "contact": "Ana Ruiz\nCalle Mayor 1", "title": "How safe is our town?",
        "paragraphs": ["We ask for ten minutes.", "Nobody learns what you answered."],
        "address": "https://town.example/a/7KQ2-M4XD", "code_label": "Your way in",
        "closing": "The mayor",
    }  # fmt: skip
