"""Looking at restricted evidence: nothing is handed out whose reason is not kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.rights.models import Agreement, RestrictedRead

if TYPE_CHECKING:
    from convive.app.evidence_room.tables import Question

REMEMBERED = timedelta(minutes=60)
_SESSION_KEY = "evidence_reasons"


@dataclass(frozen=True)
class GivenReason:
    """Why somebody looks, as they have said within the last hour."""

    reason: str
    reference: str


def give_reason(session: Any, source_id: str, given: GivenReason, *, now: datetime) -> None:
    """Remember a reason for this source in this session, for an hour."""
    kept = dict(session.get(_SESSION_KEY, {}))
    kept[source_id] = [given.reason, given.reference, (now + REMEMBERED).timestamp()]
    session[_SESSION_KEY] = kept


def reason_given(session: Any, source_id: str, *, now: datetime) -> GivenReason | None:
    """Return the reason that holds for a source, None where it must be asked (again)."""
    found = session.get(_SESSION_KEY, {}).get(source_id)
    if not found or found[2] <= now.timestamp():
        return None
    return GivenReason(found[0], found[1])


@transaction.atomic
def note_read(
    account: Any, agreement: Agreement, question: Question, *,
    source_id: str, what: str, given: GivenReason,
) -> RestrictedRead:  # fmt: skip
    """Keep that somebody looked, with its event; the table is handed out after that."""
    asked: Mapping[str, str] = dict(question.only)
    fields = [f"{name}={asked[name]}" if name in asked else name for name in question.dimensions]
    kept = RestrictedRead.objects.create(
        account_id=account.pk, organisation_id=account.organisation_id, agreement=agreement,
        source_id=source_id, what=what, fields=fields, reason=given.reason,
        reference=given.reference,
    )  # fmt: skip
    record(
        "rights.evidence_read", actor=account, thing=("source", source_id[:80]),
        agreement=agreement.pk, what=what, fields=fields, reason=given.reason,
        reference=given.reference, purposes=agreement.purposes,
    )  # fmt: skip
    return kept
