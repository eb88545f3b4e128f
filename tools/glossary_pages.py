"""The reference page of the glossary: every term in seven languages, and words not to be used."""

from __future__ import annotations

from collections.abc import Iterator

from convive.catalogue.glossary import exceptions, sources, terms, wordings
from convive.catalogue.texts import languages

NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"
ABOUT = (
    "{terms} terms. A text uses the word given here; within a sentence it may bend it or say a "
    "word that the files name beside it. Tests hold every text to the words that are not to be "
    "used, and hold the terms in bold to being said wherever the English says them, but for "
    "{exceptions} exceptions with a reason each (`catalogue/glossary/exceptions.yaml`).\n\n"
)
USAGE = (
    "\n## Whose usage the translations follow\n\nNamed where a term is set by a text of law, a "
    "classification or a network of towns. The words were chosen by the project after these; "
    "nobody named here has reviewed them.\n\n"
)


def glossary_page() -> str:
    """Return the page of the glossary."""
    others = [language for language in languages() if language != "en"]
    return "".join(
        [
            "# Glossary of the texts in seven languages\n\n",
            NOTE,
            ABOUT.format(terms=len(terms()), exceptions=sum(map(len, exceptions().values()))),
            f"| en | {' | '.join(others)} | usage |\n|{'---|' * (len(others) + 2)}\n",
            *_rows(others),
            "\n## Not to be used\n\n| language | instead of | say |\n|---|---|---|\n",
            *_forbidden(others),
            USAGE,
            *(f"- {short}: {long}\n" for short, long in sources().items()),
        ]
    )


def _rows(others: list[str]) -> Iterator[str]:
    for key, term in terms().items():
        english = f"**{term.english}**" if term.found_by else term.english
        words = " | ".join(wordings(language)[key].say for language in others)
        yield f"| {english} | {words} | {term.source or ''} |\n"


def _forbidden(others: list[str]) -> Iterator[str]:
    for language in others:
        for wording in wordings(language).values():
            if wording.never:
                yield f"| {language} | {', '.join(wording.never)} | {wording.say} |\n"
