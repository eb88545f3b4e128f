"""What forms that anybody fills in say of a mistake: how it is mended (WCAG 2.2, 3.3.3)."""

from __future__ import annotations

import re

from convive.catalogue.find import instruments
from convive.catalogue.texts import languages, say, texts_of

KINDS = ("fill.wrong.", "answer_problem.", "form.error.", "accounts.sign_in.email.error.")
CRAFTED = {
    "fill.wrong.note": "a note takes no answer: only who writes a request by hand is told",
    "fill.wrong.calculated": "a computed value takes no answer either",
    "answer_problem.ANSWER_UNKNOWN": "no form sends an answer to a question that it does not have",
    "answer_problem.ANSWER_NOT_ASKED": "it is hidden where it is not asked, and nothing is to mend",
    "answer_problem.ANSWER_ASIDE": "of a field app; it was kept, and nothing is to mend",
    "form.error.taken": "told to the coordinator about an account that is there",
}
"""Texts without a remedy → why there is none."""
ASKS = re.compile(r"\bplease\b|\bmust\b|\bchoose below\b", re.I)


def told(language: str) -> dict[str, str]:
    """Return what may be said of a mistake, by key."""
    return {
        key: str(text)
        for key, text in texts_of(language).items()
        if key.startswith(KINDS) and key not in CRAFTED
    }


def test_what_is_said_of_a_mistake_says_how_to_mend_it() -> None:
    """Each asks for something in English, and has as many sentences in every language."""
    english = told("en")
    assert len(english) >= 25
    assert [key for key, text in english.items() if not ASKS.search(text)] == []
    assert set(CRAFTED) <= set(texts_of("en"))
    for language in languages():
        same = told(language)
        assert [key for key in english if sentences(same[key]) != sentences(english[key])] == []


def sentences(text: str) -> int:
    """Return how many sentences a text has."""
    return len(re.findall(r"[.!?](?=\s|$)", text))


def test_every_limit_of_an_answer_says_what_is_asked_for() -> None:
    """In every language that the form speaks; what stands for it elsewhere says less."""
    limited = [(one.id, item) for one in instruments() for item in one.items() if item.constraint]
    assert limited
    silent = [
        (where, item.id, set(item.question) - set(item.constraint_message))
        for where, item in limited
        if not set(item.constraint_message) >= set(item.question)
    ]
    assert silent == []


def test_who_cannot_sign_in_is_told_whom_to_ask() -> None:
    """What was wrong must not be said there; what helps stands below the fields."""
    assert all(say("accounts.sign_in.lost", language) for language in languages())
