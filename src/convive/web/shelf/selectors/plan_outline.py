"""A strategy as far as needs are read from it: topics, findings, targets, and what is done."""

from __future__ import annotations

from collections import defaultdict

from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Pillar,
    PreventionLevel,
    Topic,
)
from convive.web.workspace.models import Action, Challenge, Objective, Strategy
from convive.web.workspace.selectors.findings import plain_finding
from convive.web.workspace.selectors.plan import head_of, plain_target


def plan_outline(strategy: Strategy) -> plain.Plan:
    """Return a strategy without what its actions hold, in five queries however long it is."""
    head = head_of(strategy)
    actions = _actions(strategy)
    objectives: dict[int, list[plain.Objective]] = defaultdict(list)
    found = Objective.objects.filter(challenge__strategy=strategy).prefetch_related("targets")
    for one in found:
        targets = tuple(plain_target(target) for target in one.targets.all())
        told = plain.Objective(one.code, one.title, targets=targets, actions=tuple(actions[one.pk]))
        objectives[one.challenge_id].append(told)
    challenges = Challenge.objects.filter(strategy=strategy).prefetch_related("findings")
    return plain.Plan(
        head.code, head.title, head.city, head.from_year, head.until_year, head.currency,
        challenges=tuple(
            plain.Challenge(
                one.code, one.title, Topic(one.topic),
                findings=tuple(plain_finding(kept) for kept in one.findings.all()),
                objectives=tuple(objectives[one.pk]),
            )
            for one in challenges
        ),
    )  # fmt: skip


def _actions(strategy: Strategy) -> dict[int, list[plain.Action]]:
    """Return the actions by their objective: only of what kind they are."""
    found: dict[int, list[plain.Action]] = defaultdict(list)
    rows = Action.objects.filter(strategy=strategy).order_by("position", "pk")
    for objective, code, title, kind, pillar, level, state in rows.values_list(
        "objective", "code", "title", "kind", "pillar", "level", "state"
    ):
        found[objective].append(
            plain.Action(
                code, title, ActionKind(kind), Pillar(pillar), PreventionLevel(level),
                ActionState(state),
            )
        )  # fmt: skip
    return found
