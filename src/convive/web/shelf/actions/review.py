"""Reviewing what other towns propose: accepted whole, in part, or rejected with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from convive.core.errors import ConflictError
from convive.core.shelf.merge import accept
from convive.web.audit_log.actions import record
from convive.web.shelf.actions.memory import shelf_changed
from convive.web.shelf.models import Proposal, ReceivedEntry
from convive.web.shelf.selectors.exchange import plain_proposal, received_of
from convive.wiring.shelf_parts import entry_as_json

Decisions = Mapping[str, Literal["kept", "sent"]]


@transaction.atomic
def accept_proposal(proposal: Proposal, decided: Decisions, *, by: Any) -> ReceivedEntry:
    """Put what is proposed on the shelf; fields that both sides changed are decided by a person.

    Raises
    ------
    ConflictError
        SHELF_PROPOSAL_OVER, SHELF_CLASH_OPEN.
    """
    kept = _waiting(proposal)
    accepted = accept(plain_proposal(kept), decided)
    row = received_of(kept) or ReceivedEntry(town=kept.town, name=kept.name)
    row.base, row.kept = entry_as_json(accepted.base), entry_as_json(accepted.kept)
    row.is_withdrawn = accepted.is_withdrawn
    row.save()
    _decide(kept, Proposal.State.ACCEPTED, by)
    shelf_changed()
    record(
        "shelf.proposal_accepted", actor=by, thing=("proposal", kept.pk),
        version=accepted.kept.practice.version, fields=sorted(decided),
    )  # fmt: skip
    return row


@transaction.atomic
def reject_proposal(proposal: Proposal, answer: str, *, by: Any) -> None:
    """Leave what is proposed, and keep why.

    Raises
    ------
    ConflictError
        SHELF_PROPOSAL_OVER.
    """
    kept = _waiting(proposal)
    kept.answer = answer
    _decide(kept, Proposal.State.REJECTED, by)
    record("shelf.proposal_rejected", actor=by, thing=("proposal", kept.pk))


@transaction.atomic
def note_entry(row: ReceivedEntry, text: str, *, by: Any) -> None:
    """Keep a note of this town about a received entry; it is never sent."""
    if ReceivedEntry.objects.filter(pk=row.pk).exclude(note=text).update(note=text):
        record("shelf.entry_noted", actor=by, thing=("received_entry", row.pk))


def _waiting(proposal: Proposal) -> Proposal:
    kept = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if kept.state != Proposal.State.WAITING:
        raise ConflictError("SHELF_PROPOSAL_OVER")
    return kept


def _decide(proposal: Proposal, state: str, by: Any) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save()
