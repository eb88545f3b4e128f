"""What the parts of a strategy hang by, asked of the database however many actions there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from convive.core.strategy.model import Commitment, Spot
from convive.core.strategy.orphans import ActionThread, PartThread, Threads
from convive.core.strategy.vocabulary import ActionState
from convive.web.workspace import models
from convive.web.workspace.selectors.columns import Row, below, objectives_in_order

_FINDINGS = models.KeptFinding.challenges.through.objects
_EVIDENCE = models.Action.evidence.through.objects


def threads_in(strategy: models.Strategy, *, today: date) -> Threads:
    """Return what the parts of a strategy hang by as it is now.

    Of the commitments only those whose day has passed without a report. Answers to points of
    frameworks are kept with their parts, so that none can be lost.
    """
    kept = _FINDINGS.filter(challenge__strategy=strategy).order_by(
        "challenge__position", "challenge", "keptfinding__finding_id"
    )
    findings = list(kept.values_list("keptfinding__finding_id", "challenge", "challenge__code"))
    based = {challenge for _, challenge, _ in findings}
    objectives = objectives_in_order(
        strategy,
        "challenge",
        "code",
        Exists(models.Target.objects.filter(objective=OuterRef("pk"))),
    )
    actions = [(one, row) for one, row in below(objectives, _actions(strategy))]
    used = {row[0] for _, row in actions}
    followed = {objective[1] for objective, _ in actions}
    challenges = models.Challenge.objects.filter(strategy=strategy).values_list("pk", "code")
    with_objective = {challenge for _, challenge, _, _ in objectives}
    evidence = _EVIDENCE.filter(action__strategy=strategy).order_by()
    return Threads(
        [PartThread(code, pk in based, pk in with_objective) for pk, code in challenges],
        [PartThread(code, has_target, pk in used) for pk, _, code, has_target in objectives],
        [_thread(row, has_finding=objective[1] in based) for objective, row in actions],
        _spots(strategy),
        {finding: code for finding, _, code in findings},
        frozenset(finding for finding, challenge, _ in findings if challenge in followed).union(
            evidence.values_list("keptfinding__finding_id", flat=True).distinct()
        ),
        _overdue(strategy, today),
    )


def _actions(strategy: models.Strategy) -> Iterable[Row]:
    own = {"action": OuterRef("pk")}
    return models.Action.objects.filter(strategy=strategy).values_list(
        "objective", "code", "state", "evidence_note", "lead",
        Exists(_EVIDENCE.filter(**own)),
        Exists(models.Action.partners.through.objects.filter(**own)),
        Exists(models.BudgetLine.objects.filter(**own)),
    )  # fmt: skip


def _thread(row: Row, *, has_finding: bool) -> ActionThread:
    _, code, state, note, lead, has_evidence, has_partner, has_budget = row
    return ActionThread(
        code, state == ActionState.STOPPED, has_finding or has_evidence or bool(note.strip()),
        lead is not None, has_partner, has_budget,
    )  # fmt: skip


def _spots(strategy: models.Strategy) -> list[tuple[str, Spot]]:
    rows = models.ActionArea.objects.filter(action__strategy=strategy).exclude(area_id="")
    ordered = rows.order_by("action__position", "action", "pk")
    fields = ordered.values_list("action__code", "level", "area_id", "name")
    return [(code, Spot(level, area_id, name)) for code, level, area_id, name in fields]


def _overdue(strategy: models.Strategy, today: date) -> list[Commitment]:
    rows = models.Commitment.objects.filter(
        Q(meeting__strategy=strategy) | Q(meeting=None, action__strategy=strategy),
        done_on=None, is_dropped=False, due__lt=today,
    ).order_by("meeting__starts_at", "due", "pk")  # fmt: skip
    fields = rows.values_list("code", "text", "owner__code", "due")
    return [Commitment(code, text, owner, due) for code, text, owner, due in fields]
