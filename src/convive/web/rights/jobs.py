"""What the app has done beside the pages and every day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from convive.app.evidence_room.terms import NOTICE_DAYS, State
from convive.catalogue.texts import format_date
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import seal
from convive.web.jobs.actions import enqueue, once_more
from convive.web.jobs.daily import every_day
from convive.web.jobs.models import Run
from convive.web.jobs.tasks import prepared
from convive.web.notices.actions import notify
from convive.web.rights.actions.agreements import note_ends
from convive.web.rights.actions.proofs import keep_proof
from convive.web.rights.models import Agreement
from convive.web.rights.room import make
from convive.web.rights.site import pack_now
from convive.web.roles import Role
from convive.web.staff.city import disclosure_now
from convive.wiring import evidence_room


@every_day("rights.agreements")
def watch_agreements(now: datetime) -> dict[str, Any]:
    """Tell who answers for it what is about to end, and note what has ended."""
    today = timezone.localdate(now)
    told = 0
    active = Agreement.objects.filter(state=State.ACTIVE, valid_until__isnull=False)
    for one in active.prefetch_related("uses__accounts", "gives__accounts"):
        left = (one.valid_until - today).days  # type: ignore[operator]
        passed = [days for days in NOTICE_DAYS if left <= days]
        if passed and left >= -1:
            told += _tell(one, min(passed))
    return {"told": told, "ended": note_ends(now)}


@every_day("rights.seal")
def seal_log(now: datetime) -> dict[str, Any]:
    """Write the head of the audit log down."""
    kept = seal(now)
    return {"n": kept.n}


@every_day("rights.room")
def prepare_rooms(now: datetime) -> dict[str, Any]:  # noqa: ARG001
    """Have the tables made that agreements in force open."""
    sources = {
        source for one in Agreement.objects.filter(state=State.ACTIVE) for source in one.sources
    }
    if pack_now() is not None:
        for source in sorted(sources):
            ask_for(source)
    return {"n": len(sources)}


@every_day("rights.weeding")
def weed_daily(now: datetime) -> dict[str, Any]:
    """Have the restricted store weeded."""
    if pack_now() is not None:
        enqueue(weed_store, key=timezone.localdate(now).isoformat(), day=now.isoformat())
    return {}


@task()
@prepared(make)
def prepare_room(made: bool, *, source_id: str) -> dict[str, Any]:  # noqa: ARG001, FBT001
    """Tell whether a source has tables now."""
    return {"made": int(made)}


def ask_for(source_id: str) -> None:
    """Ask a worker to make the tables of a source, once for each state of the evidence."""
    pack = pack_now()
    if pack is None:
        return
    minimum = disclosure_now().min_count
    wanted = evidence_room.wanted_version(pack, source_id, minimum=minimum)
    if not wanted:
        return
    run = enqueue(prepare_room, key=f"{source_id[:80]}:{wanted[:24]}", source_id=source_id)
    # They were made for this state, and others since: a town goes back to what it had before.
    if run.state == Run.State.DONE and not evidence_room.is_ready(pack, source_id, minimum=minimum):
        once_more(run)


def _weeded(*, day: str) -> list[dict[str, Any]]:
    pack = pack_now()
    if pack is None:
        return []
    found = evidence_room.weed_pack(pack, now=datetime.fromisoformat(day), actor="worker")
    return [
        {"source": one.source_id, "limit": one.limit, "n": one.n_removed,
         "removed": list(one.removed)}
        for one in found.sources if one.removed
    ]  # fmt: skip


@task()
@prepared(_weeded)
def weed_store(weeded: list[dict[str, Any]], *, day: str) -> dict[str, Any]:
    """Keep the proof of what was weeded; every remaining row has been read by then."""
    for one in weeded:
        keep_proof(
            "evidence", rule=f"retention:{one['limit']}", ids=one["removed"], n_left=0,
            now=datetime.fromisoformat(day), source=one["source"], n=one["n"],
        )  # fmt: skip
    return {"sources": len(weeded), "rows": sum(one["n"] for one in weeded)}


def _tell(agreement: Agreement, days: int) -> int:
    """Tell data protection, coordinators and the parties' people, each once."""
    parties = {one.pk for one in agreement.uses.all()}
    parties |= {agreement.gives_id} if agreement.gives_id else set()
    keepers = Account.objects.filter(
        held_roles__role__in=(Role.DATA_PROTECTION, Role.COORDINATOR), is_active=True
    )
    own = Account.objects.filter(
        organisation__in=parties,
        organisation__is_active=True,
        held_roles__role=Role.PARTNER,
        is_active=True,
    )
    people = {one.pk: one for one in (*keepers, *own)}
    for account in people.values():
        address = reverse("agreement", args=(account.language, agreement.code, agreement.version))
        day = format_date(agreement.valid_until, account.language) if agreement.valid_until else ""
        notify(
            account, "agreement_ends" if days else "agreement_over",
            key=f"agreement:{agreement.pk}:{days}:{account.pk}", thing=("agreement", agreement.pk),
            due=agreement.valid_until, address=address, title=agreement.title, day=day,
        )  # fmt: skip
    return len(people)
