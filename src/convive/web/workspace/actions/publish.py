"""Publishing a plan, and taking it back: seen first, exactly as it will appear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.core.errors import ConflictError
from convive.core.strategy.lights import standings_of
from convive.core.strategy.vocabulary import ActionState
from convive.web.audit_log.actions import record
from convive.web.shared_files import digest_of
from convive.web.staff.city import disclosure_now, languages_now
from convive.web.workspace.models import Decision, Meeting, Strategy, ToldCount
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.web.workspace.published_plan import (
    Snapshot,
    published,
    remove_published,
    told_counts,
    write_published,
)
from convive.web.workspace.selectors.plan import plan_of
from convive.web.workspace.selectors.told_counts import counts_told


@dataclass(frozen=True)
class Proof:
    """What would appear, and the name under which that was seen."""

    snapshot: Snapshot
    digest: str
    n_ideas: int
    """Actions that are left out because nobody has decided on them."""


def proof_of(strategy: Strategy, today: date) -> Proof:
    """Return what would appear if the strategy were published now."""
    plan = plan_of(strategy)
    decided = Decision.objects.filter(
        meeting__strategy=strategy, meeting__state=Meeting.State.MINUTED
    ).values_list("code", "decided_on")
    snapshot = snapshot_of(
        plan, standings=standings_of(plan, today=today),
        rule=PeopleRule(disclosure_now(), today, counts_told()), decided=dict(decided), language=next(iter(languages_now()), ""),
    )  # fmt: skip
    n_ideas = sum(one.state is ActionState.IDEA for _, _, one in plan.actions())
    return Proof(snapshot, digest_of(snapshot), n_ideas)


@transaction.atomic
def publish_plan(strategy: Strategy, *, digest: str, today: date, by: Any) -> None:
    """Show a strategy to everybody; one that was shown before is shown no more.

    Parameters
    ----------
    digest : str
        Of the proof that somebody has confirmed.

    Raises
    ------
    ConflictError
        PLAN_IS_DRAFT, PLAN_MOVED_ON.
    StorageError
        PLAN_NOT_PUBLISHED; then nothing was changed.
    """
    strategy = _locked(strategy)
    if strategy.state == Strategy.State.DRAFT:
        raise ConflictError("PLAN_IS_DRAFT")
    proof = proof_of(strategy, today)
    if proof.digest != digest:
        raise ConflictError("PLAN_MOVED_ON")
    Strategy.objects.exclude(pk=strategy.pk).update(published_at=None)
    Strategy.objects.filter(pk=strategy.pk).update(published_at=timezone.now())
    record(
        "workspace.plan_published", actor=by, thing=("strategy", strategy.pk),
        digest=digest[:20], n_actions=proof.snapshot["n"],
    )  # fmt: skip
    _remember(proof.snapshot)
    # Last, so that what could not be written is not told as published.
    write_published(proof.snapshot)


def _remember(snapshot: Snapshot) -> None:
    """Keep the numbers of people that are told, with those of the plan that is replaced."""
    for shown in filter(None, (published(), snapshot)):
        ToldCount.objects.bulk_create(
            (
                ToldCount(action=action, group=group, n=n, on=on)
                for (action, group), (n, on) in told_counts(shown).items()
            ),
            ignore_conflicts=True,
        )


@transaction.atomic
def withdraw_plan(strategy: Strategy, *, by: Any) -> None:
    """Show the strategy no more; pressed twice, it is withdrawn once.

    Raises
    ------
    StorageError
        PLAN_NOT_WITHDRAWN; then nothing was changed.
    """
    strategy = _locked(strategy)
    found = published()
    is_shown = found is not None and found["code"] == strategy.code
    if not is_shown and strategy.published_at is None:
        return
    Strategy.objects.filter(pk=strategy.pk).update(published_at=None)
    if found is not None:
        _remember(found)
    record("workspace.plan_withdrawn", actor=by, thing=("strategy", strategy.pk))
    if is_shown:
        remove_published()


def _locked(strategy: Strategy) -> Strategy:
    """Let one person at a time publish, whatever the strategy."""
    rows = Strategy.objects.select_for_update().order_by("pk")
    return next(one for one in rows if one.pk == strategy.pk)
