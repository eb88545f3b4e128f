"""Agreements: drafted, proposed by one person, confirmed by another, renewed, withdrawn, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from convive.app.evidence_room.terms import AgreementTerms, State, missing
from convive.core.errors import ConflictError, RequestError
from convive.web.accounts.independence import WAITING, hands_on, waits_until
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.audit_log.selectors import last_event
from convive.web.rights.models import Agreement
from convive.web.staff.city import disclosure_now

FIELDS = (
    "title", "gives", "sources", "legal_basis", "legal_reference", "purposes", "fields", "levels",
    "floor", "retention_months", "weeding", "contact", "valid_from", "valid_until",
)  # fmt: skip
"""What people write, beside the organisations that may use."""


def draft(code: str, fields: Mapping[str, Any], *, by: Any) -> Agreement:
    """Keep a new draft.

    Raises
    ------
    ConflictError
        AGREEMENT_EXISTS.
    """
    made = Agreement(code=code)
    try:
        with transaction.atomic():
            _write(made, fields)
            record("rights.agreement_drafted", actor=by, thing=_thing(made), code=code)
    except IntegrityError as error:
        raise ConflictError("AGREEMENT_EXISTS") from error
    return made


@transaction.atomic
def change(agreement: Agreement, fields: Mapping[str, Any], *, revision: int, by: Any) -> Agreement:
    """Change a draft.

    Raises
    ------
    ConflictError
        AGREEMENT_CHANGED: somebody wrote it meanwhile, or it is no draft any more.
    """
    kept = _locked(agreement, State.DRAFT)
    if kept.revision != revision:
        raise ConflictError("AGREEMENT_CHANGED")
    kept.revision += 1
    _write(kept, fields)
    record("rights.agreement_changed", actor=by, thing=_thing(kept), revision=kept.revision)
    return kept


@transaction.atomic
def propose(agreement: Agreement, *, by: Any) -> Agreement:
    """Put a complete draft before somebody else.

    Raises
    ------
    RequestError
        AGREEMENT_NOT_COMPLETE with the fields that are missing.
    ConflictError
        AGREEMENT_CHANGED.
    """
    kept = _locked(agreement, State.DRAFT)
    _refuse_incomplete(kept)
    kept.state, kept.proposed_by = State.PROPOSED, by
    kept.save()
    record("rights.agreement_proposed", actor=by, thing=_thing(kept))
    return kept


@transaction.atomic
def send_back(agreement: Agreement, *, by: Any) -> Agreement:
    """Make a proposed agreement a draft again."""
    kept = _locked(agreement, State.PROPOSED)
    kept.state, kept.proposed_by = State.DRAFT, None
    kept.save()
    record("rights.agreement_sent_back", actor=by, thing=_thing(kept))
    return kept


@transaction.atomic
def confirm(agreement: Agreement, *, by: Any) -> Agreement:
    """Make a proposed agreement active; an earlier version ends where this one begins.

    Raises
    ------
    ConflictError
        AGREEMENT_SAME_PERSON: whoever proposed it must not confirm it; AGREEMENT_NOT_TWO,
        AGREEMENT_PROPOSED_AS_ONE where the two could be one; AGREEMENT_CHANGED.
    RequestError
        AGREEMENT_NOT_COMPLETE; AGREEMENT_OVER: its last day has passed.
    """
    kept = _locked(agreement, State.PROPOSED)
    if kept.proposed_by_id is None or kept.proposed_by_id == by.pk:
        raise ConflictError("AGREEMENT_SAME_PERSON")
    refuse_one_person(kept, by)
    _refuse_incomplete(kept)
    if kept.valid_until is not None and kept.valid_until < timezone.localdate():
        raise RequestError("AGREEMENT_OVER")
    kept.state, kept.confirmed_by, kept.confirmed_at = State.ACTIVE, by, timezone.now()
    kept.save()
    record("rights.agreement_confirmed", actor=by, thing=_thing(kept), version=kept.version)
    if kept.valid_from is not None:
        _end_before(kept, kept.valid_from, by)
    return kept


def refuse_one_person(agreement: Agreement, by: Any) -> None:
    """Refuse a confirmation by somebody who could be whoever has proposed.

    Raises
    ------
    ConflictError
        AGREEMENT_NOT_TWO with the day from which the confirmation counts;
        AGREEMENT_PROPOSED_AS_ONE where the one who proposed was in the same hands then.
    """
    now = timezone.now()
    proposed = last_event("rights.agreement_proposed", _thing(agreement))
    first = agreement.proposed_by_id
    if proposed is None or first is None:
        raise ConflictError("AGREEMENT_SAME_PERSON")
    second = hands_on(by.pk, now)
    if not second & hands_on(first, proposed.at, proposed.pk):
        return
    until = waits_until(by.pk, now)
    if until is None:
        raise ConflictError("AGREEMENT_PROPOSED_AS_ONE", days=WAITING.days)
    raise ConflictError("AGREEMENT_NOT_TWO", day=timezone.localdate(until), days=WAITING.days)


def _end_before(kept: Agreement, begins: date, by: Any) -> None:
    """Let earlier versions end on the day before the new one begins."""
    earlier = Agreement.objects.select_for_update().filter(
        code=kept.code, state=State.ACTIVE, version__lt=kept.version, valid_until__gte=begins
    )
    for one in earlier:
        one.valid_until = begins - timedelta(days=1)
        if one.valid_from is not None and one.valid_until < one.valid_from:
            one.state, one.closed_at = State.WITHDRAWN, timezone.now()
        one.save()
        record("rights.agreement_replaced", actor=by, thing=_thing(one), by_version=kept.version)


@transaction.atomic
def withdraw(agreement: Agreement, *, by: Any) -> Agreement:
    """End an agreement at once, or throw a draft away; the row stays."""
    kept = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if kept.state in {State.ENDED, State.WITHDRAWN}:
        raise ConflictError("AGREEMENT_CHANGED")
    kept.state, kept.closed_at = State.WITHDRAWN, timezone.now()
    kept.save()
    record("rights.agreement_withdrawn", actor=by, thing=_thing(kept))
    return kept


def renew(agreement: Agreement, *, by: Any) -> Agreement:
    """Make the next version as a draft, from the day after the last one.

    Raises
    ------
    ConflictError
        AGREEMENT_EXISTS: there is a newer version already.
    """
    fields = {name: getattr(agreement, name) for name in FIELDS} | {
        "uses": list(agreement.uses.all())
    }
    if agreement.valid_until is not None:
        fields |= {"valid_from": agreement.valid_until + timedelta(days=1), "valid_until": None}
    made = Agreement(code=agreement.code, version=agreement.version + 1)
    try:
        with transaction.atomic():
            _write(made, fields)
            record("rights.agreement_renewed", actor=by, thing=_thing(made), version=made.version)
    except IntegrityError as error:
        raise ConflictError("AGREEMENT_EXISTS") from error
    return made


def import_draft(terms: AgreementTerms, *, by: Any) -> Agreement:
    """Keep the agreement of a file as a draft; organisations are found by their codes.

    Raises
    ------
    RequestError
        AGREEMENT_PARTY_NOT_KNOWN with the codes that are not known here.
    ConflictError
        AGREEMENT_EXISTS.
    """
    known = {one.code: one for one in Organisation.objects.filter(code__in=terms.parties())}
    unknown = sorted(terms.parties() - known.keys())
    if unknown:
        raise RequestError("AGREEMENT_PARTY_NOT_KNOWN", codes=unknown)
    fields: dict[str, Any] = {
        name: getattr(terms, name) for name in FIELDS if name != "gives"
    }  # fmt: skip
    fields = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
    fields |= {"gives": known.get(terms.gives), "uses": [known[code] for code in terms.uses]}
    return draft(terms.code, fields, by=by)


@transaction.atomic
def note_ends(now: datetime) -> int:
    """Note, once each, that agreements have ended; they opened nothing any more before."""
    today = timezone.localdate(now)
    over = Agreement.objects.select_for_update().filter(state=State.ACTIVE, valid_until__lt=today)
    n = 0
    for one in over:
        one.state, one.closed_at = State.ENDED, now
        one.save()
        record("rights.agreement_ended", label="job", thing=_thing(one), version=one.version)
        n += 1
    return n


def _write(agreement: Agreement, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(agreement, name, fields[name])
    agreement.save()
    if "uses" in fields:
        agreement.uses.set(fields["uses"])


def _locked(agreement: Agreement, state: State) -> Agreement:
    """Lock an agreement in a state, with the very terms that the caller has read."""
    kept = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if kept.state != state or kept.revision != agreement.revision:
        raise ConflictError("AGREEMENT_CHANGED")
    return kept


def _refuse_incomplete(agreement: Agreement) -> None:
    found = missing(agreement.terms(), minimum=disclosure_now().min_count)
    if found:
        raise RequestError("AGREEMENT_NOT_COMPLETE", fields=list(found))


def _thing(agreement: Agreement) -> tuple[str, int]:
    return ("agreement", agreement.pk)
