"""Terms of a source that are missing or over are told; they never make a source doubtful."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from convive.app.assess.quality import DOUBTFUL_SHARE, USABLE_SHARE, _weight
from convive.app.protection.checks import with_terms_checked
from convive.app.protection.words import terms_sentences
from convive.catalogue.texts import languages, say
from factories.evidence import make_evidence, source_row

TODAY = date(2026, 6, 15)


def _told(kind: str = "incidents", **terms: Any) -> list[dict[str, Any]]:
    evidence = make_evidence(sources=[source_row("police", kind, **terms)])
    return with_terms_checked(evidence, TODAY).quality.to_pylist()


def _codes(kind: str = "incidents", **terms: Any) -> list[tuple[str, str]]:
    return [(row["code"], row["severity"]) for row in _told(kind, **terms)]


@pytest.mark.parametrize("kind", ["incidents", "survey", "observations", "notes"])
def test_a_source_about_people_without_legal_basis_is_noted(kind: str) -> None:
    assert _codes(kind) == [("no_legal_basis", "note")]
    assert _codes(kind, legal_basis="Art. 6") == []
    assert _codes(kind, personal_data="none") == []


@pytest.mark.parametrize("kind", ["counts", "statistics"])
def test_figures_need_no_legal_basis(kind: str) -> None:
    assert _codes(kind) == []


@pytest.mark.parametrize(
    ("ends", "codes"),
    [
        (date(2026, 6, 14), [("agreement_expired", "warning")]),
        (date(2026, 6, 15), []),
    ],
)
def test_an_agreement_holds_through_its_last_day(ends: date, codes: list[tuple[str, str]]) -> None:
    assert _codes(legal_basis="x", agreement_ends=ends) == codes


@pytest.mark.parametrize(
    ("starts", "codes"),
    [
        (date(2024, 6, 14), [("retention_over", "warning")]),
        (date(2024, 6, 15), []),
        (None, []),
    ],
)
def test_delivered_rows_that_are_too_old_are_told(
    starts: date | None, codes: list[tuple[str, str]]
) -> None:
    terms = {"legal_basis": "x", "retention_months": 24, "period_start": starts}
    assert _codes(**terms) == codes


def test_terms_lower_the_light_to_usable_at_most() -> None:
    (row,) = _told(legal_basis="x", agreement_ends=date(2020, 1, 1))
    assert USABLE_SHARE <= _weight(row) < DOUBTFUL_SHARE


@pytest.mark.parametrize("language", languages())
def test_terms_and_their_faults_are_said_in_words(language: str) -> None:
    source = {
        "legal_basis": "Art. 6.",
        "purpose": "one; two",
        "retention_months": 24,
        "agreement_ends": date(2027, 12, 31),
        "contact": "office",
    }
    sentences = terms_sentences(source, language)
    assert len(sentences) == 5
    assert all(
        part in " ".join(sentences) for part in ("Art. 6", "one; two", "24", "2027", "office")
    )
    assert terms_sentences({}, language) == []
    for code in ("agreement_expired", "retention_over"):
        assert "2026" in say(f"quality.{code}", language, day="2026-06-15")
