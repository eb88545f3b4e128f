"""The golden thread: what stands before and after something, from finding to effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min, Q, QuerySet

from convive.core.strategy.vocabulary import ActionState
from convive.web.staff.audit import findings_now, newest_figure
from convive.web.workspace import secrecy
from convive.web.workspace.models import (
    Action,
    Challenge,
    Commitment,
    Decision,
    DiaryEntry,
    KeptFinding,
    Objective,
    Strategy,
    Target,
)

_BEGUN = (ActionState.RUNNING, ActionState.DONE, ActionState.STOPPED)
_EFFECT = "intervention_"
"""Before what an evaluation found: worked, harmful, no effect, cannot tell."""
MOST = 5
"""Of each kind; of the rest it is said that there are more."""


@dataclass(frozen=True)
class ToldEffect:
    """What another app knows about the effect of an action: its words and its page, by language."""

    pk: int
    text: Callable[[str], str]
    address: Callable[[str], str]


EFFECTS: list[Callable[[list[Action], Any], list[ToldEffect]]] = []
"""Asked for what some actions changed, as far as an account may know of it; apps put theirs in."""


@dataclass
class Thread:
    """Rows by kind, each list one longer than `MOST` where there are more."""

    strategy: Strategy | None
    found: dict[str, list[Any]] = field(default_factory=dict)
    has_effect: bool = False
    """Whether an evaluation, or a figure from after the beginning, tells of an effect."""


def read_thread(thing: Any, account: Any) -> Thread:
    """Return what belongs to a part of the plan, as far as an account may know of it.

    `thing` is a KeptFinding, Challenge, Objective, Action, Decision, Commitment or DiaryEntry.
    """
    actions = secrecy.actions_of(account).filter(_actions_of(thing)).distinct()
    objectives = _objectives_of(thing, account, actions)
    challenges = _challenges_of(thing, account, objectives)
    meant = Q(actions__in=actions.values("pk"))
    if not isinstance(thing, Action | DiaryEntry | Commitment):
        meant |= Q(objectives__in=objectives.values("pk")) | Q(
            challenges__in=challenges.values("pk")
        )
    found: dict[str, Any] = {
        "finding": _findings_of(thing, challenges, actions),
        "challenge": challenges.select_related("strategy"),
        "objective": objectives.select_related("challenge__strategy"),
        "action": actions.select_related("strategy"),
        "decision": _decisions(thing, account, meant),
        "commitment": _commitments(thing, account, actions),
        "diary": _diary(thing, account, actions),
    }
    rows = {kind: list(some[: MOST + 1]) for kind, some in found.items()}
    effects, targets = _effects(rows["action"]), _targets(objectives, actions)
    answers = [row for source in EFFECTS for row in source(rows["action"], account)]
    rows["effect"] = [*answers, *effects, *targets][: MOST + 1]
    has_effect = bool(answers or effects) or any(map(_is_measured_since, targets))
    return Thread(_strategy(rows), rows, has_effect)


def _effects(actions: list[Action]) -> list[KeptFinding]:
    """Return what the shown audit tells of interventions that bear the name of an action."""
    names = {one.title.casefold() for one in actions}
    return [
        KeptFinding(finding_id=row["finding_id"], row=row)
        for row in findings_now()
        if row["code"].startswith(_EFFECT)
        and str((row["params"] or {}).get("intervention", "")).casefold() in names
    ]


def _targets(objectives: QuerySet[Objective], actions: QuerySet[Action]) -> list[Target]:
    """Return the targets, each with the day on which something was begun for it as `begun_on`."""
    begun = Q(objective__actions__state__in=_BEGUN)
    found = Target.objects.filter(
        Q(objective__in=objectives.values("pk")) | Q(action__in=actions.values("pk"))
    ).annotate(objective_begun=Min("objective__actions__starts_on", filter=begun))
    rows: list[Any] = list(
        found.select_related("objective__challenge__strategy", "action__strategy")
    )
    for one in rows:
        own = one.action.starts_on if one.action and one.action.state in _BEGUN else None
        one.begun_on = own if one.action else one.objective_begun
    return rows


def _is_measured_since(target: Target) -> bool:
    """Tell whether the newest figure is newer than the baseline and than the beginning."""
    begun: date | None = target.begun_on  # type: ignore[attr-defined]
    row = newest_figure(target.indicator_id, target.level, target.area_id)
    if begun is None or row is None:
        return False
    before = target.baseline.get("period_end")
    after = max(begun, date.fromisoformat(before)) if before else begun
    return bool(row["period_end"] and row["period_end"] > after)


def _strategy(rows: dict[str, list[Any]]) -> Strategy | None:
    for one in (*rows["challenge"], *rows["action"]):
        return one.strategy  # type: ignore[no-any-return]
    return None


def _actions_of(thing: Any) -> Q:
    if isinstance(thing, Action):
        return Q(pk=thing.pk)
    if isinstance(thing, DiaryEntry | Commitment):
        decision = getattr(thing, "decision_id", None) or 0
        return Q(pk=thing.action_id or 0) | Q(decisions=decision)
    if isinstance(thing, Decision):
        return Q(decisions=thing.pk)
    if isinstance(thing, Objective):
        return Q(objective=thing.pk)
    if isinstance(thing, Challenge):
        return Q(objective__challenge=thing.pk)
    return Q(objective__challenge__findings__finding_id=thing.finding_id) | Q(
        evidence__finding_id=thing.finding_id
    )


def _objectives_of(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[Objective]:
    if isinstance(thing, Objective):
        return Objective.objects.filter(pk=thing.pk)
    known = secrecy.strategies_of(account).order_by().values("pk")
    meant = Q(pk__in=actions.order_by().values("objective"))
    if isinstance(thing, Challenge):
        meant = Q(challenge=thing.pk)
    elif isinstance(thing, KeptFinding):
        meant |= Q(challenge__findings__finding_id=thing.finding_id)
    elif isinstance(thing, Decision):
        meant |= Q(decisions=thing.pk)
    return Objective.objects.filter(meant, challenge__strategy__in=known).distinct()


def _challenges_of(
    thing: Any, account: Any, objectives: QuerySet[Objective]
) -> QuerySet[Challenge]:
    if isinstance(thing, Challenge):
        return Challenge.objects.filter(pk=thing.pk)
    known = secrecy.strategies_of(account).order_by().values("pk")
    meant = Q(pk__in=objectives.order_by().values("challenge"))
    if isinstance(thing, KeptFinding):
        meant |= Q(findings__finding_id=thing.finding_id)
    elif isinstance(thing, Decision):
        meant |= Q(decisions=thing.pk)
    return Challenge.objects.filter(meant, strategy__in=known).distinct()


def _findings_of(
    thing: Any, challenges: QuerySet[Challenge], actions: QuerySet[Action]
) -> QuerySet[KeptFinding]:
    if isinstance(thing, KeptFinding):
        return KeptFinding.objects.filter(pk=thing.pk)
    meant = Q(challenges__in=challenges.order_by().values("pk"))
    if not isinstance(thing, Challenge):
        meant |= Q(actions__in=actions.order_by().values("pk"))
    return KeptFinding.objects.filter(meant).distinct()


def _decisions(thing: Any, account: Any, meant: Q) -> QuerySet[Decision]:
    if isinstance(thing, Decision):
        meant = Q(pk=thing.pk)
    elif isinstance(thing, Commitment):
        meant |= Q(pk=thing.decision_id or 0)
    known = secrecy.meetings_of(account).values("pk")
    found = Decision.objects.filter(meant, meeting__in=known)
    return found.select_related("meeting").distinct().order_by("-decided_on", "-pk")


def _commitments(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[Commitment]:
    meant = Q(action__in=actions.order_by().values("pk"))
    if isinstance(thing, Decision):
        meant |= Q(decision=thing.pk)
    elif isinstance(thing, Commitment):
        meant |= Q(pk=thing.pk)
    found = secrecy.commitments_of(account).filter(meant)
    return found.select_related("owner", "meeting").distinct().order_by("-due", "-pk")


def _diary(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[DiaryEntry]:
    seen = secrecy.whole_actions_of(account).filter(pk__in=actions.order_by().values("pk"))
    found = DiaryEntry.objects.filter(action__in=seen.order_by().values("pk"))
    if isinstance(thing, DiaryEntry):
        found = found.filter(pk=thing.pk) if found.filter(pk=thing.pk).exists() else found.none()
    return found.select_related("action__strategy", "organisation").order_by("-on", "-pk")
