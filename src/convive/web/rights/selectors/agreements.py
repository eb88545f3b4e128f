"""Who may know of which agreement, and what it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from convive.app.evidence_room.tables import Opened
from convive.app.evidence_room.terms import State
from convive.web.accounts.independence import SECOND_PERSONS
from convive.web.rights.models import Agreement
from convive.web.roles import EDITORS, Role
from convive.web.staff.city import disclosure_now

KEEPERS = EDITORS | {Role.DATA_PROTECTION}
"""Roles that see every agreement, and that a source exists."""
MAY_CONFIRM = SECOND_PERSONS


@dataclass(frozen=True)
class Access:
    """What one agreement in force opens of a source to an organisation."""

    agreement: Agreement
    opened: Opened


def is_keeper(account: Any) -> bool:
    """Tell whether somebody sees every agreement."""
    return bool(account.roles & KEEPERS)


def agreements_of(account: Any) -> QuerySet[Agreement]:
    """Return the agreements that an account may know of; a party's drafts are not its business."""
    found = Agreement.objects.select_related("gives").prefetch_related("uses")
    if is_keeper(account):
        return found
    if account.acts_for is None or Role.PARTNER not in account.roles:
        return found.none()
    own = Q(gives=account.acts_for) | Q(uses=account.acts_for)
    return found.filter(own).exclude(state__in=(State.DRAFT, State.PROPOSED)).distinct()


def find_version(account: Any, code: str, version: int) -> Agreement | None:
    """Return one version of an agreement that an account may know of."""
    return agreements_of(account).filter(code=code, version=version).first()


def in_force_for(account: Any, today: date | None = None) -> list[Agreement]:
    """Return the agreements in force that let an account's organisation use evidence.

    None where the organisation was switched off: it takes part no more.
    """
    if account.acts_for is None or not account.roles:
        return []
    day = today or timezone.localdate()
    found = Agreement.objects.filter(
        state=State.ACTIVE, valid_from__lte=day, valid_until__gte=day
    ).prefetch_related("uses")
    own = Q(gives=account.acts_for) | Q(uses=account.acts_for)
    return list(found.filter(own).distinct())


def accesses_to(account: Any, source_id: str) -> list[Access]:
    """Return what an account may see of a source, agreement by agreement; empty: nothing."""
    return [
        Access(one, opened_by(one))
        for one in in_force_for(account) if source_id in one.sources
    ]  # fmt: skip


def opened_by(agreement: Agreement) -> Opened:
    """Return what an agreement opens, never below what the town shows anywhere."""
    rule = disclosure_now()
    return Opened(
        fields=frozenset(agreement.fields),
        levels=tuple(agreement.levels),
        floor=max(agreement.floor, rule.min_count),
        rounding=rule.rounding,
    )


def ended_for(account: Any, source_id: str) -> Agreement | None:
    """Return the last agreement that once opened a source to an organisation, and does no more."""
    if account.acts_for is None:
        return None
    today = timezone.localdate()
    own = Q(gives=account.acts_for) | Q(uses=account.acts_for)
    past = Agreement.objects.filter(own, confirmed_at__isnull=False).order_by("-valid_until", "-pk")
    over = (State.ENDED, State.WITHDRAWN)
    return next(
        (
            one
            for one in past.distinct()
            if source_id in one.sources and one.state_on(today) in over
        ),
        None,
    )


def last_day(agreement: Agreement) -> date | None:
    """Return the last day on which an agreement that is over opened anything."""
    if agreement.state == State.WITHDRAWN and agreement.closed_at is not None:
        closed = timezone.localdate(agreement.closed_at)
        return min(closed, agreement.valid_until or closed)
    return agreement.valid_until


def sources_open_to(account: Any) -> set[str]:
    """Return the sources that an account may open now."""
    return {source for one in in_force_for(account) for source in one.sources}
