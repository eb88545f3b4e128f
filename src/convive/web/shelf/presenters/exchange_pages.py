"""What the pages of memory and exchange show: everything of other towns as text, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.urls import reverse

from convive.catalogue.texts import format_date, has_text, say
from convive.core.shelf import merge
from convive.core.shelf.bundle import spoken
from convive.core.shelf.entry import Entry
from convive.web.shelf.models import Letter, OwnEntry, PartnerTown, Proposal, Publishing
from convive.web.shelf.presenters import shelf_words as words
from convive.web.shelf.presenters.entry_page import present_entry
from convive.web.shelf.public_shelf import public_feed
from convive.web.shelf.selectors.exchange import own_fingerprint
from convive.web.shelf.selectors.on_shelf import OWN, cards_now, entries_now
from convive.web.workspace.presenters.differences import differences
from convive.wiring.shelf_parts import entry_of_json

_LABELS = {
    "title": "shelf.field.title", "summary": "shelf.field.summary", "places": "shelf.field.places",
    "years": "shelf.field.years", "status": "shelf.field.status", "grades": "shelf.entry.grades",
    "gradings": "shelf.entry.grades", "experiences": "shelf.entry.experiences",
    "sources": "shelf.entry.sources", "cost": "shelf.part.resources",
    "topics": "shelf.facet.topic", "kinds": "shelf.facet.kind", "pillars": "shelf.facet.pillar",
    "levels": "shelf.facet.level", "groups": "shelf.facet.group", "times": "shelf.facet.time",
    "sectors": "shelf.facet.sector",
}  # fmt: skip


def field_label(path: str, language: str) -> str:
    """Return a field of an entry in words, with the language or theme of its part."""
    name, _, key = path.partition(".")
    known = (_LABELS.get(name, ""), f"shelf.part.{name}", f"shelf.facet.{name}")
    label = next((say(one, language) for one in known if one and has_text(one)), name)
    if not key:
        return label
    theme = f"shelf.theme.{key}"
    part = say(theme, language) if has_text(theme) else words.language_name(key, language)
    return f"{label} · {part}"


def as_text(value: Any) -> str:
    """Return any value of an entry as plain lines."""
    if isinstance(value, list | tuple):
        return "\n".join(map(as_text, value))
    told: Mapping[str, Any] = {}
    if isinstance(value, Mapping):
        told = value
    elif is_dataclass(value) and not isinstance(value, type):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
    if told:
        lines = {name: as_text(one) for name, one in told.items()}
        return "\n".join(f"{name}: {text}" for name, text in lines.items() if text)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def present_own_row(own: OwnEntry, language: str) -> dict[str, Any]:
    """Return a line of the list of own entries."""
    entry = entry_of_json(own.draft or own.content)
    told = entry.experiences[0]
    return {
        "own": own, "title": words.titled(entry.title, language), "state": state_of(own),
        "verdict": say(f"shelf.verdict.{told.verdict}", language), "version": entry.practice.version,
        "on": format_date(own.changed_at.date(), language),
    }  # fmt: skip


def state_of(own: OwnEntry) -> str:
    """Return where an own entry stands: ``draft``, ``changed``, ``shelved``, ``withdrawn``."""
    if own.is_withdrawn:
        return "withdrawn"
    if own.content is None:
        return "draft"
    return "changed" if own.draft is not None else "shelved"


def present_own(own: OwnEntry, language: str) -> dict[str, Any]:
    """Return an own entry: what it says, what is new in it, its versions."""
    entry = entry_of_json(own.draft or own.content)
    before = entry_of_json(own.content) if own.content and own.draft else None
    changes = merge.differences(before, before, entry) if before else ()
    address = reverse("shelf-entry", args=(language, OWN, own.name))
    return {
        "title": words.titled(entry.title, language), "state": state_of(own),
        "entry": present_entry(entry, entries_now(), cards_now(), language),
        "address": address if own.content and not own.is_withdrawn else "",
        "changes": [_change(one, language) for one in changes],
        "versions": [
            {"version": one.version, "at": one.at, "writer": _who(one.written_by),
             "checker": _who(one.checked_by)}
            for one in own.versions.select_related("written_by", "checked_by")
        ],
        "is_draft": own.draft is not None,
    }  # fmt: skip


def present_publishing(account: Any, language: str) -> dict[str, Any]:
    """Return whether and what this town publishes, and by which key it is known."""
    state = Publishing.objects.first() or Publishing(pk=1)
    fingerprint = own_fingerprint()
    return {
        "state": state, "is_own_ask": state.asked_by_id == account.pk,
        "fingerprint": spoken(fingerprint), "n_chosen": OwnEntry.objects.filter(is_published=True).count(),
        "on": format_date(state.published_at.date(), language) if state.published_at else "",
        "feed": reverse("shelf-feed") if public_feed() is not None else "",
    }  # fmt: skip


def present_town(town: PartnerTown, language: str, *, is_whole: bool = False) -> dict[str, Any]:
    """Return a town with the state of its feed; whole with its key, problems and entries."""
    error = f"error.{town.error}"
    shown: dict[str, Any] = {
        "town": town, "last_good": town.last_good, "next_due": town.next_due,
        "n_waiting": getattr(town, "n_waiting", 0), "n_entries": getattr(town, "n_entries", 0),
        "error": _sentence(error, language, address=town.feed, megabytes=0, status="") if town.error else "",
    }  # fmt: skip
    if is_whole:
        shown |= {
            "fingerprint": spoken(town.fingerprint), "problems": _problems(town, language),
            "entries": [
                words.entry_link(entries_now()[ref], language)
                for one in town.entries.all()
                if (ref := f"{town.root}/{one.name}") in entries_now()
            ],
            "decided": [
                _row(one, language)
                for one in town.proposals.filter(
                    state__in=(Proposal.State.ACCEPTED, Proposal.State.REJECTED)
                )[:20]
            ],
        }  # fmt: skip
    return shown


def proposal_rows(proposals: Iterable[Proposal], language: str) -> list[dict[str, Any]]:
    """Return proposals as lines of a list."""
    return [_row(one, language) for one in proposals]


def present_proposal(
    proposal: Proposal, plain: merge.Proposal | None, language: str
) -> dict[str, Any]:
    """Return a proposal with its entry, or field by field what differs from what stands here."""
    sent = entry_of_json(proposal.sent)
    shown = _row(proposal, language) | {
        "is_open": plain is not None, "reason": proposal.reason,
        "changes": [_change(one, language) for one in plain.changes] if plain else [],
        "entry": None,
    }  # fmt: skip
    if proposal.kind == merge.ProposalKind.NEW or plain is None:
        shown["entry"] = present_entry(sent, {}, {}, language)
    return shown


def present_letter(letter: Letter, language: str) -> dict[str, Any]:
    """Return a question with its answer."""
    name = letter.about.partition("/")[2]
    publisher = letter.town.root if letter.is_asked_here else OWN
    entry: Entry | None = entries_now().get(f"{publisher}/{name}")
    own = "" if letter.language == language else letter.language
    answered = "" if letter.answer_language == language else letter.answer_language
    return {
        "pk": letter.pk, "is_asked_here": letter.is_asked_here, "town": letter.town.name,
        "text": words.Written(letter.text, own), "on": format_date(letter.on, language),
        "contact": letter.contact, "answer": words.Written(letter.answer, answered),
        "answered_on": format_date(letter.answered_on, language) if letter.answered_on else "",
        "answer_contact": letter.answer_contact, "about": name,
        "entry": words.entry_link(entry, language) if entry else None,
    }  # fmt: skip


def _row(proposal: Proposal, language: str) -> dict[str, Any]:
    entry = entry_of_json(proposal.sent)
    return {
        "proposal": proposal, "title": words.titled(entry.title, language),
        "town": proposal.town.name, "kind": say(f"shelf.proposal.{proposal.kind}", language),
        "state": say(f"shelf.proposal.state.{proposal.state}", language),
        "version": entry.practice.version, "answer": proposal.answer,
    }  # fmt: skip


def _change(one: merge.FieldChange, language: str) -> dict[str, Any]:
    kept, sent = as_text(one.kept), as_text(one.sent)
    return {
        "field": one.field, "label": field_label(one.field, language), "is_clash": one.is_clash,
        "kept": kept, "sent": sent, "stretches": differences(kept, sent),
        "takes": "sent" if one.merged == one.sent else "kept" if one.merged == one.kept else "both",
        "merged": as_text(one.merged),
    }  # fmt: skip


def _problems(town: PartnerTown, language: str) -> list[str]:
    return [
        _sentence(
            f"problem.{one['code']}", language, column=one.get("column", ""), row=one.get("row", ""),
            **one.get("data", {}),
        )
        for one in town.problems
    ]  # fmt: skip


def _sentence(key: str, language: str, **params: Any) -> str:
    """Return a sentence, its code where a value that it needs was not kept."""
    try:
        return say(key, language, **params)
    except (KeyError, ValueError, TypeError):
        return key.partition(".")[2]


def _who(account: Any) -> str:
    return str(account.name or account.email) if account else ""
