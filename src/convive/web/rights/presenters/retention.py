"""The register of what is kept and when it goes; proofs as documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.app.documents import Document, Facts, Paragraph
from convive.app.evidence_room.terms import State
from convive.app.protection.register import retention_words
from convive.app.protection.terms import months_after
from convive.catalogue.texts import format_date, format_number, localised, say
from convive.core.errors import ConviveError
from convive.web.rights.models import Agreement, Proof
from convive.web.rights.site import city_now, pack_now
from convive.wiring import evidence_room

WORKSPACE = ("accounts", "drafts", "fieldwork_names", "media", "notices", "sessions")
"""What the workspace keeps; its rules are texts ``rights.kept.<what>``."""


def register_rows(language: str, today: date) -> list[dict[str, Any]]:
    """Return what is kept: name, rule in words, the next day on which something of it goes."""
    return [
        *_evidence(language, today), *_agreements(language, today),
        *(
            {"name": say(f"rights.kept.{one}.name", language),
             "rule": say(f"rights.kept.{one}", language), "due": "", "is_due": False}
            for one in WORKSPACE
        ),
    ]  # fmt: skip


def _evidence(language: str, today: date) -> list[dict[str, Any]]:
    pack = pack_now()
    if pack is None:
        return []
    try:
        held = evidence_room.holdings_of(pack, actor="register")
    except ConviveError:
        return []
    rows = []
    for one in held:
        if one.terms is None:
            continue
        due = one.next_weeding
        rows.append({
            "name": localised(one.terms.title, language), "rule": retention_words(one.terms, language),
            "due": format_date(due, language) if due else "", "is_due": bool(due and due <= today),
        })  # fmt: skip
    return rows


def _agreements(language: str, today: date) -> list[dict[str, Any]]:
    rows = []
    for one in Agreement.objects.filter(confirmed_at__isnull=False).exclude(state=State.DRAFT):
        due = months_after(one.valid_until, one.retention_months or 0) if one.valid_until else None
        rule = say("rights.kept.agreement", language, n=one.retention_months or 0)
        rows.append({
            "name": f"{one.title} ({one.code} / {one.version})", "rule": rule,
            "due": format_date(due, language) if due else "", "is_due": bool(due and due <= today),
        })  # fmt: skip
    return rows


def rule_words(rule: str, language: str) -> str:
    """Return by which rule something went: ``days:14``, ``retention:2021-01-01``, ``erasure:…``."""
    name, _, number = rule.partition(":")
    if name == "days":
        return say("rights.rule.days", language, n=int(number))
    if name == "retention":
        day = format_date(date.fromisoformat(number), language)
        return say("rights.rule.retention", language, day=day)
    return say(f"rights.rule.{name}", language)


def proof_document(proof: Proof, language: str) -> Document:
    """Return a proof as a document."""

    def here(key: str) -> str:
        return say(f"rights.proof.{key}", language)

    facts = (
        (here("what"), here(f"kind.{proof.kind}")),
        (here("rule"), rule_words(proof.rule, language)),
        (here("n"), format_number(proof.n, language)),
        (here("left"), format_number(proof.n_left, language)),
        (here("at"), format_date(proof.at.date(), language)),
        (here("before"), proof.digest_before),
        (here("digest"), proof.digest),
        (here("event"), proof.event_hash),
    )
    return Document(
        title=here("title"), language=language, city=city_now(), on=proof.at.date(),
        blocks=(Paragraph(here("explain"), "lead"), Facts(facts)),
    )  # fmt: skip
