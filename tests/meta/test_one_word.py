"""The audit of a town has one word in each language, which is the word of the glossary."""

from __future__ import annotations

import re

import pytest

from convive.catalogue.glossary import wordings
from convive.catalogue.texts import CHOOSERS, PLACEHOLDER, texts_of

SAID = {
    "fr": ("audit", r"\bdiagnostic"),
    "it": ("analisi", r"\bdiagnosi|\baudit\b"),
    "es": ("auditoría", r"\bdiagnóstic|\baudit\b"),
    "pt": ("auditoria", r"\bdiagnóstic|\baudit\b"),
    "de": ("Auswertung", r"\bAnalysen?\b|\bDiagnosen?\b|\bAudits?\b"),
    "nl": ("audit", r"\banalyses?\b|\bdiagnoses?\b"),
}
"""By language the word for the audit, and words of the field that could stand for it too."""

CODE = re.compile(r"`[^`]*`|convive audit|convive \w+ \{\w+\}")
OTHER_THING = re.compile(r"\baudit log\b|\baudits? of places\b", re.IGNORECASE)
OTHERWISE = {
    "report.kind": "the printed report has the name that the field gives such a document",
    "report.title": "the printed report has the name that the field gives such a document",
    "plan.topic.audit": "a topic of methods, not the audit of this town",
    "rights.reason.audit": "what such an undertaking is called where people may object to it",
    "rights.purpose.diagnosis": "a purpose of data, of which the audit is one part",
    "shelf.cards.card": "the name of a method card",
    "campaigns.kind.audit": "a French audit of places is a diagnostic de lieux",
    "campaigns.card": "a French audit of places is a diagnostic de lieux",
    "campaigns.campaign.instrument.error.no_place": "a French audit of places is one too",
    "openrosa.kind.audit": "a French audit of places is a diagnostic de lieux",
    "role.analyst": "a role, which German calls by what it does",
    "accounts.policy.needs_second_factor": "a role, which German calls by what it does",
    "strategy.new.explain": "a role, which German calls by what it does",
}  # fmt: skip


def _whole(language: str, key: str) -> str:
    """Return all forms of a text, without what is no word of the language."""
    entry = texts_of(language)[key]
    forms = (
        [entry] if isinstance(entry, str) else [t for f, t in entry.items() if f not in CHOOSERS]
    )
    return CODE.sub("", PLACEHOLDER.sub("", " ".join(map(str, forms))))


def _unlike(language: str) -> set[str]:
    """Return the keys of the texts that speak of the audit in another word, or in none."""
    word, others = SAID[language]
    said = re.compile(re.escape(word.rstrip("aio")), re.IGNORECASE)
    # In German only the noun has a capital: "analysen" is the end of a longer word.
    other = re.compile(others, re.NOFLAG if language == "de" else re.IGNORECASE)
    spoken_of = re.compile(r"\baudits?\b", re.IGNORECASE)
    return {
        key
        for key in texts_of("en")
        if other.search(_whole(language, key))
        or (
            spoken_of.search(OTHER_THING.sub("", _whole("en", key)))
            and not said.search(_whole(language, key))
        )
    }


@pytest.mark.parametrize("language", SAID)
def test_the_audit_has_one_word(language: str) -> None:
    assert wordings(language)["audit"].say == SAID[language][0]
    assert sorted(_unlike(language) - set(OTHERWISE)) == []


def test_every_other_word_is_still_needed() -> None:
    assert set(OTHERWISE) - set.union(*map(_unlike, SAID)) == set()
