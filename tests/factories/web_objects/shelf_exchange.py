"""Own entries, other towns, what they propose and ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from convive.web.shelf.models import Letter, OwnEntry, PartnerTown, Proposal, ReceivedEntry
from convive.wiring.shelf_parts import digest_of

KEY = "ab" * 32


def make_own() -> OwnEntry:
    """Make a draft that stands on the shelf as well."""
    from factories.shelf_town import draft_entry  # which makes people and plans by this package

    own = OwnEntry.objects.first() or draft_entry()
    OwnEntry.objects.filter(pk=own.pk).update(content=own.draft)
    return own


def make_town() -> PartnerTown:
    """Make a town that is followed."""
    found, _ = PartnerTown.objects.get_or_create(
        fingerprint=KEY, defaults={"name": "Hill", "feed": "https://hill.example/shelf/feed.atom",
                                   "next_due": timezone.now()}
    )  # fmt: skip
    return found


def _sent(town: PartnerTown) -> dict[str, Any]:
    sent = dict(make_own().draft or {})
    sent["origin"] = {**sent["origin"], "kind": "received", "publisher": KEY, "name": town.name}
    return sent


def make_received() -> ReceivedEntry:
    """Make an entry that was accepted."""
    from convive.web.shelf.actions.memory import shelf_changed

    town = make_town()
    sent = _sent(town)
    found, _ = ReceivedEntry.objects.get_or_create(
        town=town, name=sent["practice"]["id"], defaults={"base": sent, "kept": sent}
    )
    shelf_changed()
    return found


def make_proposal() -> Proposal:
    """Make a proposal that waits."""
    town = make_town()
    sent = _sent(town)
    return Proposal.objects.create(
        town=town, name="other.entry", kind="new", sent=sent, digest=digest_of(sent)
    )


def make_letter() -> Letter:
    """Make a question of another town."""
    return Letter.objects.create(
        town=make_town(), is_asked_here=False, code="q1", about=f"{KEY}/s.a", text="How?",
        language="en", on=date(2026, 11, 20),
    )  # fmt: skip


def _of_action() -> dict[str, Any]:
    from factories.shelf_town import done_action

    made = done_action()
    return {"code": made.strategy.code, "part": made.code}


def _of_received() -> dict[str, Any]:
    made = make_received()
    return {"publisher": made.town.root, "name": made.name}


ENTRY = {"publisher": "convive", "name": "a_vos_cotes"}
BUILDERS: dict[str, Any] = {
    **dict.fromkeys(
        ("shelf-own", "shelf-own-edit", "shelf-own-check", "shelf-own-withdraw"),
        lambda: {"number": make_own().pk},
    ),
    **dict.fromkeys(
        ("shelf-town", "shelf-town-look", "shelf-town-leave"), lambda: {"number": make_town().pk}
    ),
    **dict.fromkeys(
        ("shelf-proposal", "shelf-reject"), lambda: {"number": make_proposal().pk}
    ),
    "shelf-letter": lambda: {"number": make_letter().pk},
    "shelf-keep": _of_action,
    "shelf-grade": lambda: ENTRY,
    "shelf-ask": lambda: ENTRY,
    "shelf-note": _of_received,
    "shelf-bundle": lambda: {"sequence": 7},
}  # fmt: skip
