"""Enters everything in the order in which it happened, in one transaction."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
import os
from datetime import date
from pathlib import Path

import numpy as np

from convive.wiring import BUILD_FOLDER
from convive.wiring.workspace import open_workspace

from .days import Days


def write_partnership(folder: Path, *, seed: int, today: date | None = None) -> str:
    """Enter partnership, strategy and delivery into an audited pack; say how much there is.

    Where somebody has begun a strategy, nothing is entered.
    """
    os.environ["CONVIVE_BUILD"] = str(Path(folder) / BUILD_FOLDER)
    open_workspace(folder)
    from django.db import connection, transaction

    from convive.web.workspace.models import Action, DiaryEntry, Meeting, Strategy

    with transaction.atomic():
        if not Strategy.objects.exists():
            enter_year(Days.after_evidence(today), np.random.default_rng([seed, 11]))
    n_actions, n_entries = Action.objects.count(), DiaryEntry.objects.count()
    n_meetings = Meeting.objects.count()
    connection.close()
    return f"{n_actions} actions, {n_entries} diary entries, {n_meetings} meetings"


def enter_year(days: Days, rng: np.random.Generator) -> None:
    """Enter everything into the workspace that is open, on the audit that is shown."""
    from convive.web.workspace.actions.progress import refresh_strategy

    from . import agreements, delivery, meetings, memory, partners, strategy

    known = partners.enter_partners()
    agreements.enter_agreements(known, days)
    strategy.enter_older(known, days)
    plan = strategy.enter_strategy(known, days)
    bodies = partners.enter_bodies(known)
    delivery.deliver(plan, days, rng)
    refresh_strategy(plan, today=days.today)
    meetings.hold_meetings(plan, bodies, known, days)
    delivery.enter_places(plan, known, days)
    refresh_strategy(plan, today=days.today)
    memory.remember(plan, days)
    _publish(plan, days)


def _publish(plan: object, days: Days) -> None:
    """Show the plan to everybody, as a coordinator who has looked at the proof would."""
    from convive.web.workspace.actions.publish import proof_of, publish_plan
    from convive.web.workspace.models import Strategy

    strategy = Strategy.objects.get(pk=plan.pk)  # type: ignore[attr-defined]
    proof = proof_of(strategy, days.today)
    publish_plan(strategy, digest=proof.digest, today=days.today, by=None)
