"""Names of sheets and columns: what XLSForm calls them, what people write, what is only ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale

from convive.core.instruments.model import ItemType
from convive.core.model.city import Text

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
ABOUT, SCORES, STEPS, REFERENCES = (
    "convive",
    "convive_scores",
    "convive_bands",
    "convive_references",
)
"""Sheets that other tools leave alone: what XLSForm has no place for."""

LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "de": "German",
    "pt": "Portuguese",
    "nl": "Dutch",
}
_OWN_NAMES = {
    "français": "fr",
    "español": "es",
    "castellano": "es",
    "italiano": "it",
    "deutsch": "de",
    "português": "pt",
    "nederlands": "nl",
}
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\s*\)\s*$")
_BARE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")

TYPE_OF_ITEM: Mapping[ItemType, str] = {
    ItemType.CHOICE: "select_one",
    ItemType.CHOICES: "select_multiple",
    ItemType.INTEGER: "integer",
    ItemType.DECIMAL: "decimal",
    ItemType.TEXT: "text",
    ItemType.DATE: "date",
    ItemType.TIME: "time",
    ItemType.DATETIME: "dateTime",
    ItemType.POSITION: "geopoint",
    ItemType.PHOTO: "image",
    ItemType.NOTE: "note",
    ItemType.CALCULATED: "calculate",
}
ITEM_OF_TYPE: Mapping[str, ItemType] = {
    **{name.lower(): item for item, name in TYPE_OF_ITEM.items() if not name.startswith("select")},
    "int": ItemType.INTEGER,
    "string": ItemType.TEXT,
    "photo": ItemType.PHOTO,
    "add image prompt": ItemType.PHOTO,
    "location": ItemType.POSITION,
    "gps": ItemType.POSITION,
    "q geopoint": ItemType.POSITION,
    "q string": ItemType.TEXT,
    "add note prompt": ItemType.NOTE,
}
CHOICE_TYPES: Mapping[str, ItemType] = {
    "select one from": ItemType.CHOICE,
    "select one": ItemType.CHOICE,
    "select1": ItemType.CHOICE,
    "select all that apply from": ItemType.CHOICES,
    "select all that apply": ItemType.CHOICES,
    "select multiple from": ItemType.CHOICES,
    "select multiple": ItemType.CHOICES,
}
"""In words with blanks; a longer name stands before the shorter one it begins with."""

METADATA = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "imei",
        "username",
        "email",
        "phonenumber",
        "simserial",
        "subscriberid",
        "audit",
        "start-geopoint",
        "uri:deviceid",
        "uri:username",
        "uri:email",
        "uri:phonenumber",
    ]
)
TRANSLATED = ("label", "hint", "constraint_message")
KEPT = frozenset(
    [
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "calculation",
        "default",
        "appearance",
        "repeat_count",
        "parameters",
        "disabled",
        "list_name",
        "label",
        "hint",
        "constraint_message",
    ]
)
ALIASES: Mapping[str, str] = {
    "caption": "label",
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "bind::required": "required",
    "bind::jr:constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "calculate": "calculation",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
    "command": "type",
    "tag": "name",
    "value": "name",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "control::jr:count": "repeat_count",
    "body::jr:count": "repeat_count",
    "list name": "list_name",
    "list-name": "list_name",
    "set_form_title": "form_title",
    "title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "readonly": "read_only",
    "bind::readonly": "read_only",
}
CHANGES_ANSWERS = frozenset({"choice_filter", "trigger", "read_only", "save_to"})
"""Columns that change what is asked or answered: a form without them is another form."""


def heading(column: str, language: str) -> str:
    """Return the header of a translated column.

    Examples
    --------
    >>> heading("label", "fr")
    'label::French (fr)'
    """
    return f"{column}::{language_heading(language)}"


def language_heading(language: str) -> str:
    """Return how XLSForm names a language, with its code in brackets."""
    return f"{LANGUAGE_NAMES.get(language, language)} ({language})"


def language_of(words: str) -> str | None:
    """Return the code of a language as people name it in a header; None where it is unknown.

    Examples
    --------
    >>> language_of("French (fr)"), language_of("Français"), language_of("de"), language_of("x y")
    ('fr', 'fr', 'de', None)
    """
    found = _CODE.search(words)
    if found:
        return found[1].replace("_", "-")
    name = words.strip().lower()
    for code, english in LANGUAGE_NAMES.items():
        if name == english.lower():
            return code
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    known = _english_names().get(name)
    return known or (name if _BARE_CODE.fullmatch(name) else None)


@lru_cache(maxsize=1)
def _english_names() -> Mapping[str, str]:
    """Return language name in English → code."""
    return {name.lower(): code.replace("_", "-") for code, name in Locale("en").languages.items()}


def translated(column: str, text: Text) -> dict[str, str]:
    """Return the cells of a text, header → words."""
    return {heading(column, language): words for language, words in text.items()}


def in_order(headers: Iterable[str], first: Iterable[str]) -> list[str]:
    """Return headers in the usual order, further languages beside their column, ours last."""
    order = {name: index for index, name in enumerate(first)}

    def key(header: str) -> tuple[int, int, str]:
        base, _, language = header.partition("::")
        return (order.get(base, len(order)), 0 if "(en)" in language else 1, header)

    return sorted(set(headers), key=key)
