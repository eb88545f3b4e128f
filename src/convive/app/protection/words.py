"""The terms of a source in words, for pages and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import say


def terms_sentences(source: Mapping[str, Any], language: str) -> list[str]:
    """Return what a row of table ``sources`` says about its terms, a sentence each.

    Builds of before the columns were there give none.
    """
    found = []
    if source.get("legal_basis"):
        found.append(say("terms.legal_basis", language, text=_bare(source["legal_basis"])))
    if source.get("purpose"):
        found.append(say("terms.purpose", language, text=_bare(source["purpose"])))
    if source.get("retention_months"):
        found.append(say("terms.retention", language, n=source["retention_months"]))
    if source.get("agreement_ends"):
        found.append(say("terms.agreement", language, day=source["agreement_ends"]))
    if source.get("contact"):
        found.append(say("terms.contact", language, text=_bare(source["contact"])))
    return found


def _bare(text: str) -> str:
    return str(text).rstrip(". ")
