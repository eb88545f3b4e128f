"""The documents of a plan: complete, in every language, without a key or a code in sight."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from convive.app.documents import Bullets, Document, Facts, Grid, Heading, Paragraph
from convive.app.plan_comparison_document import comparison_document
from convive.app.plan_document import Beside, balance_document, plan_document
from convive.app.plan_wording import UNNAMED, Names, target_rows
from convive.catalogue import find
from convive.catalogue.texts import languages
from convive.core.model import Status
from convive.core.strategy.comparison import compare
from convive.core.strategy.coverage import coverage, offer_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.lights import standings_of
from convive.core.strategy.model import Figure
from convive.wiring.documents import render
from factories.plans import action, full_plan, plan

TODAY = date(2026, 7, 1)
KEY = re.compile(r"\b(plan|status|certainty|unit|error)\.[a-z_]+(\.[a-z_]+)?\b")


def texts(document: Document) -> list[str]:
    found = [document.title, document.subtitle, document.footer]
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            found.append(block.text)
        elif isinstance(block, Bullets):
            found += block.items
        elif isinstance(block, Facts):
            found += [text for pair in block.pairs for text in pair]
        elif isinstance(block, Grid):
            found += [*block.columns, *(cell for row in block.rows for cell in row), block.caption]
    return found


def whole_document(language: str, one=None) -> Document:
    one = one or full_plan()
    met = [(frame, coverage(offer_of(one), frame)) for frame in find.frameworks()]
    stand = standings_of(one, today=TODAY)
    return plan_document(one, language=language, beside=Beside(stand, met), on=TODAY)


def comparison(language: str) -> Document:
    a = full_plan()
    b = replace(plan(action(title="Lamps"), currency="CHF"), city="Hill")
    return comparison_document(compare(a, b, residents=(1000, None)), language=language, on=TODAY)


@pytest.mark.parametrize("language", languages())
def test_nothing_is_left_unsaid_in_any_language(language: str) -> None:
    documents = (
        whole_document(language), balance_document(full_plan(), ledger_of(full_plan()), language=language, on=TODAY),
        comparison(language), comparison_document(compare(full_plan(), plan(action())), language=language),
    )  # fmt: skip
    for document in documents:
        said = texts(document)
        assert not [text for text in said if KEY.search(text)], document.title
        assert all(isinstance(text, str) for text in said)


def test_the_plan_document_has_the_whole_thread() -> None:
    said = "\n".join(texts(whole_document("en")))
    for part in (
        "The station after dark", "Fewer people avoid the station", "Better light at the station",
        "=Night mediators", "Public works", "Tender by May", "15,000.50\N{NO-BREAK SPACE}EUR",
        "Off track", "n = 500", "2023", "Overdue",
    ):  # fmt: skip
        assert part in said, part


def test_a_figure_that_is_not_shown_is_said_and_never_a_number() -> None:
    one = full_plan()
    hidden = Figure(Status.SUPPRESSED, reason="too_few")
    challenge = one.challenges[0]
    objective = challenge.objectives[0]
    target = replace(objective.targets[0], now=hidden)
    objective = replace(objective, targets=(target,), actions=())
    one = replace(
        one, challenges=(replace(challenge, objectives=(objective,)),), answers=(), meetings=()
    )
    grid = next(
        b for b in whole_document("en", one).blocks if isinstance(b, Grid) and len(b.columns) == 7
    )
    assert not re.search(r"\d", grid.rows[0][-1])
    assert grid.rows[0][-1]


def test_amounts_of_different_currencies_are_never_side_by_side() -> None:
    said = "\n".join(texts(comparison("en")))
    assert "The currencies differ" in said
    assert "→ 0 EUR" not in said
    assert "15.00\N{NO-BREAK SPACE}EUR" in said or "15\N{NO-BREAK SPACE}EUR" in said


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_they_can_be_printed_and_edited(kind) -> None:
    for document in (
        whole_document("fr"),
        balance_document(full_plan(), ledger_of(full_plan()), language="de"),
        comparison("es"),
    ):
        assert render(document, kind)


def test_an_empty_plan_has_a_document() -> None:
    empty = plan(challenges=(), organisations=())
    for document in (
        whole_document("en", empty),
        balance_document(empty, ledger_of(empty), language="en"),
    ):
        assert render(document, "docx")


def test_targets_name_areas_and_sources_as_the_audit_does() -> None:
    one = full_plan()
    (found,) = (target for _, objective in one.objectives() for target in objective.targets)
    sourced = replace(found, baseline=replace(found.baseline, source_ids=("asked",)))
    names = Names({(found.level, found.area_id): "Beside the Mill"}, {"asked": "What people said"})
    told, codes = (target_rows([sourced], "en", given).rows[0] for given in (names, UNNAMED))
    assert told[1] == "Beside the Mill"
    assert told[3].endswith("What people said")
    assert (codes[1], codes[3].rpartition(" ")[2]) == (found.area_id, "asked")
    whole = plan_document(one, language="en", beside=Beside(names=names), on=TODAY)
    assert "Beside the Mill" in texts(whole)
