"""Agreements in words, on the page and on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.app.documents import Document, Facts, Heading, Lines, Paragraph
from convive.catalogue.texts import format_date, localised, say
from convive.web.rights.models import Agreement
from convive.web.rights.site import city_now, levels_now, sources_now


def facts_of(agreement: Agreement, language: str) -> list[tuple[str, str]]:
    """Return what is agreed as pairs of a name and what it is."""
    open_point = say("rights.agreement.open", language)
    titles = {one.source_id: localised(one.title, language) for one in sources_now()}
    levels = levels_now(language)
    values: dict[str, str] = {
        "code": f"{agreement.code} / {agreement.version}",
        "gives": str(agreement.gives or ""),
        "uses": ", ".join(str(one) for one in agreement.uses.all()),
        "sources": ", ".join(titles.get(one, one) for one in agreement.sources),
        "legal_basis": _word("basis", agreement.legal_basis, language),
        "legal_reference": agreement.legal_reference,
        "purposes": ", ".join(_word("purpose", one, language) for one in agreement.purposes),
        "fields_seen": ", ".join(_word("field", one, language) for one in agreement.fields),
        "levels": ", ".join(levels.get(one, one) for one in agreement.levels),
        "floor": str(agreement.floor),
        "retention_months": str(agreement.retention_months or ""),
        "weeding": _word("weeding", agreement.weeding, language),
        "contact": agreement.contact,
        "valid_from": _day(agreement.valid_from, language),
        "valid_until": _day(agreement.valid_until, language),
    }
    return [
        (say(f"rights.agreement.{name}", language), value or open_point)
        for name, value in values.items()
    ]


def agreement_document(agreement: Agreement, language: str) -> Document:
    """Return an agreement as a document, with room for signatures."""

    def here(key: str, **data: Any) -> str:
        return say(f"rights.paper.{key}", language, **data)

    blocks: tuple[Any, ...] = (
        Paragraph(here("intro"), "lead"),
        Facts(tuple(facts_of(agreement, language))),
        Heading(here("rules")),
        Paragraph(here("counts", floor=agreement.floor)),
        Paragraph(here("reason")),
        Paragraph(here("ends")),
        Heading(here("signatures")),
        *(Lines(str(one), 2) for one in _parties(agreement)),
    )
    return Document(
        title=agreement.title, language=language, city=city_now(), blocks=blocks,
        subtitle=f"{agreement.code} / {agreement.version}",
        on=agreement.confirmed_at.date() if agreement.confirmed_at else None,
    )  # fmt: skip


def _parties(agreement: Agreement) -> list[str]:
    own = [str(agreement.gives)] if agreement.gives else []
    return [*own, *(str(one) for one in agreement.uses.all() if str(one) not in own)]


def _word(words: str, code: str, language: str) -> str:
    return say(f"rights.{words}.{code}", language) if code else ""


def _day(day: date | None, language: str) -> str:
    return format_date(day, language) if day else ""
