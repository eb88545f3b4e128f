"""The page for the council: one page whatever is put into it, by rule, in every language."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import docx
import pypdf
import pytest

from convive.app.brief_decisions import decisions_of
from convive.app.council_brief import MOST_DECISIONS, BriefPlan, council_brief, short
from convive.app.documents import Bullets, Document, Heading
from convive.app.findings import PublishedFinding, findings_of
from convive.catalogue.texts import languages, say
from convive.core.strategy.lights import standings_of
from convive.core.strategy.model import (
    BudgetLine,
    Commitment,
    Objective,
    Organisation,
    Plan,
    Spending,
)
from convive.core.strategy.vocabulary import Pillar, Sector
from convive.wiring.documents import render
from factories.build import shared_build
from factories.plans import action, diary, full_plan, kept_finding
from integration.test_document_files import vera
from integration.test_plan_documents import KEY, texts

TODAY = date(2026, 7, 1)
LONG = "Straßenbeleuchtungserneuerungsmaßnahme und alles was dazugehört " * 4


def told(plan: Plan, **more) -> BriefPlan:
    return BriefPlan(plan, standings_of(plan, today=TODAY), **more)


def brief(language: str = "en", plan: Plan | None = None, **more) -> Document:
    given = told(plan or full_plan(), **more)
    return council_brief(shared_build(), given, language=language, on=TODAY)


def crowded() -> Plan:
    """A plan with far more of everything than a page holds, under very long titles."""
    actions = tuple(
        action(
            f"a{n}", title=f"{n} {LONG}", dose_unit=LONG, dose_planned=12_345_678.5,
            diary=diary(date(2026, 2, n + 1), amount=1234567.5), pillar=list(Pillar)[n % 3],
            budget=(BudgetLine(2026, Decimal("98765432.10"), Sector.STATE),),
            spending=(Spending(date(2026, 3, 1), Decimal("12345678.90")),),
        )
        for n in range(12)
    )  # fmt: skip
    base = full_plan()
    challenge = base.challenges[0]
    objectives = tuple(Objective(f"o{n}", f"{n} {LONG}") for n in range(9))
    challenge = replace(
        challenge, objectives=(replace(challenge.objectives[0], actions=actions), *objectives)
    )
    promises = tuple(Commitment(f"c{n}", LONG, "works", date(2026, 5, n + 1)) for n in range(20))
    meeting = replace(base.meetings[0], commitments=promises)
    return replace(
        base, title=LONG, challenges=(challenge,), meetings=(meeting,), answers=(),
        organisations=(Organisation("works", LONG, Sector.MUNICIPALITY),),
    )  # fmt: skip


@cache
def pdf(language: str) -> bytes:
    return render(brief(language, crowded()), "pdf")


@pytest.mark.parametrize("language", languages())
def test_it_is_one_page_whatever_is_put_into_it(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf(language)))
    assert len(reader.pages) == 1
    said = " ".join(reader.pages[0].extract_text().split())
    for name in ("changed", "noise", "promised", "delivered", "cost", "decisions"):
        assert say(f"brief.section.{name}", language) in said
    assert say("brief.rule", language)[:40] in said, "the foot of the page is on it"


def test_the_pdf_passes_vera_pdf(tmp_path) -> None:
    vera(pdf("de"), tmp_path / "brief.pdf")


@pytest.mark.parametrize("language", languages())
def test_nothing_is_left_unsaid_in_any_language(language: str) -> None:
    without = council_brief(shared_build(), None, language=language, on=TODAY)
    for document in (brief(language), brief(language, crowded()), without):
        said = texts(document)
        assert not [text for text in said if KEY.search(text) or "brief." in text]
        assert all("{" not in text for text in said)


def test_what_changed_and_what_did_not_are_the_words_of_the_audit() -> None:
    said = "\n".join(texts(brief()))
    rows = shared_build().tables["trends"].to_pylist()
    verdicts = [row["verdict"] for row in rows if row["level"] == "city"]
    n, of = verdicts.count("no_clear_change"), len(verdicts)
    assert f"{n} of {of} city-wide figures" in said
    falls = [one for one in findings_of(shared_build()) if one.code == "trend_fall"]
    whole = [one for one in falls if one.level == "city"]
    assert whole
    assert all(one.sentence("en").rstrip(".") in said for one in whole)
    parts = [one for one in falls if one.level != "city"]
    assert not any(one.sentence("en") in said for one in parts)


def test_money_and_deeds_are_not_told_in_outline() -> None:
    whole, outline = ("\n".join(texts(brief(is_outline=one))) for one in (False, True))
    for secret in ("4,000.25", "20 of 120 lamps", say("plan.doc.spent", "en")):
        assert secret in whole
        assert secret not in outline
    assert "15,000.50" in outline


def test_the_docx_has_the_same_words_in_real_styles() -> None:
    document = brief("fr")
    paragraphs = docx.Document(io.BytesIO(render(document, "docx"))).paragraphs
    styled = {(one.style.name, one.text) for one in paragraphs}
    for block in document.blocks:
        if isinstance(block, Heading):
            assert ("Heading 1", block.text) in styled
        if isinstance(block, Bullets):
            style = "List Number" if block.is_numbered else "List Bullet"
            assert {(style, item) for item in block.items} <= styled


# --- decisions ------------------------------------------------------------------------------------
def rise(level: str = "city", certainty: str = "strong") -> PublishedFinding:
    return PublishedFinding(
        "r1", 1, "trend_rise", level, "x", "X", ("burglary_rate",), ("recorded",), "clear_rise",
        certainty, 0.001, (), (), {},
    )  # fmt: skip


def codes(findings=(), plan: Plan | None = None, on: date | None = TODAY) -> list[str]:
    return [one.code for one in decisions_of(findings, told(plan) if plan else None, on)]


def test_a_sure_rise_that_no_challenge_comes_from_is_asked_first() -> None:
    assert codes([rise()], full_plan())[0] == "rise"
    assert codes([rise()]) == ["rise_no_plan"]
    assert codes([rise("district"), rise(certainty="tentative")]) == []


def test_a_rise_that_the_plan_takes_up_is_not_asked_again_after_the_next_audit() -> None:
    base = full_plan()
    taken = replace(kept_finding("of-last-year"), indicator_ids=("burglary_rate",))
    base = replace(base, challenges=(replace(base.challenges[0], findings=(taken,)),))
    assert "rise" not in codes([rise()], base)


def test_promises_are_overdue_on_a_day_only_and_kept_ones_never() -> None:
    assert codes(plan=full_plan()).count("overdue") == 1
    assert "overdue" not in codes(plan=full_plan(), on=date(2026, 5, 1))
    assert "overdue" not in codes(plan=full_plan(), on=None)


def test_more_than_fit_are_counted_and_never_dropped_silently() -> None:
    given = told(crowded())
    n = len(decisions_of(findings_of(shared_build()), given, TODAY))
    assert n > MOST_DECISIONS
    assert say("brief.more_decisions", "en", n=n - MOST_DECISIONS) in texts(brief("en", crowded()))


def test_a_long_title_is_cut_between_words() -> None:
    assert short("a b") == "a b"
    assert short("lamps and more " * 20, 20) == "lamps and more…"
    assert len(short("w" * 200)) == 90
