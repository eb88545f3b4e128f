"""A sound method card as the text of its file, for tests to spoil."""

from __future__ import annotations

from collections.abc import Mapping

from convive.catalogue.yaml_files import LANGUAGES

TEXTS = ("title", "summary", "when", "not_when", "steps", "pitfalls", "fairness", "rights")
COUNTS = {"steps": 4, "pitfalls": 2}
ALL = ", ".join(f'{one}: "{{text}} ({one})"' for one in LANGUAGES)
REST = f"""\
effort: {{weeks_from: 2, weeks_to: 6, people: {{{ALL.format(text="one coordinator")}}}}}
category: assessment
topics: [public_space]
kinds: [knowledge]
sectors: [municipality]
instruments: [safety_audit]
practices: []
cards: []
convive: {{{ALL.format(text="not yet")}}}
sources:
  - {{document: icarus_d22, section: "4.4", heading: "Lamps", lines: "3-5"}}
"""


def card_file(identifier: str, *, counts: Mapping[str, int] | None = None, words: int = 0) -> str:
    """Return a card's file.

    Parameters
    ----------
    identifier : str
        Its id.
    counts : mapping, optional
        How many steps and pitfalls it has; by default as few as may be.
    words : int
        How many more words each text but the title has.
    """
    many = {**COUNTS, **(counts or {})}
    more = " word" * words
    parts = [f"id: {identifier}\nversion: 1\nstatus: checked\n"]
    for name in TEXTS:
        longer = "" if name == "title" else more
        if name in many:
            items = [f"Words of {name} {i} ({{language}}){longer}" for i in range(many[name])]
            parts += [f"{name}:\n", *(_texts(item, "  - ", "    ") for item in items)]
        else:
            parts += [f"{name}:\n", _texts(f"Words of {name} ({{language}}){longer}", "  ", "  ")]
    return "".join(parts) + REST


def _texts(words: str, first: str, rest: str) -> str:
    """Return the lines of one text in every language."""
    return "".join(
        f'{first if i == 0 else rest}{language}: "{words.format(language=language)}"\n'
        for i, language in enumerate(LANGUAGES)
    )
