"""How actions, objectives and a whole plan stand, by rules from data, always with the reasons.

A reason of weight 2 takes an action off track, one of weight 1 puts it at risk, weight -1 speaks
for it, 0 is only said. The rules and their numbers are in ``docs/methods/traffic_lights.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from convive.core.strategy import light_rules as rules
from convive.core.strategy.change import TargetReading, TargetVerdict, read_targets
from convive.core.strategy.light_rules import GOOD, RISK, SERIOUS, TOLD, Reason, Standing
from convive.core.strategy.model import Action, Commitment, Objective, Plan, Target
from convive.core.strategy.vocabulary import ActionState, Progress

__all__ = ["Reason", "Standing", "progress_of", "standing_of", "standings_of"]

_SILENCE = frozenset({"diary_silent", "spending_none", "spending_under", "past_end"})
"""Reasons that tell of something missing, not of something that was seen."""
_OVER = {ActionState.DONE: Progress.DONE, ActionState.STOPPED: Progress.STOPPED}


def progress_of(action: Action, *, today: date, commitments: Iterable[Commitment] = ()) -> Standing:
    """Return how an action stands, with the reasons, the gravest first.

    Parameters
    ----------
    action : Action
    today : date
        Nothing dated later counts.
    commitments : iterable of Commitment
        Those of the plan; the ones that concern the action are picked out.
    """
    mine = [one for one in commitments if action.ref in one.about]
    told = [*rules.overdue_milestones(action, today), *rules.overdue_commitments(mine, today)]
    told += target_reasons(action.targets, today)
    if action.state in _OVER:
        kept = tuple(Reason(r.code, r.params, min(r.weight, TOLD)) for r in told)
        return Standing(_OVER[action.state], kept)
    if action.state is not ActionState.RUNNING:
        told += rules.late_start(action, today)
        return _standing(told, otherwise=Progress.NOT_STARTED)
    told += rules.past_end(action, today)
    told += rules.diary(action, today)
    told += rules.dose(action, today)
    told += rules.money(action, today)
    told += rules.done_milestones(action, today)
    if all(reason.code in _SILENCE or reason.weight == TOLD for reason in told):
        code = "just_begun" if rules.has_just_begun(action, today) else "no_evidence"
        told = [Reason(code), *told]
        return Standing(Progress.CANNOT_TELL, tuple(told))
    return _standing(told, otherwise=Progress.ON_TRACK)


def standing_of(
    objective: Objective, *, today: date, commitments: Iterable[Commitment] = ()
) -> Standing:
    """Return how an objective stands: from its targets, and from its actions."""
    commitments = tuple(commitments)
    standings = [progress_of(a, today=today, commitments=commitments) for a in objective.actions]
    return _objective_standing(objective, standings, today)


def standings_of(plan: Plan, *, today: date) -> Mapping[str, Standing]:
    """Return reference → standing of every action and objective of a plan."""
    about: dict[str, list[Commitment]] = defaultdict(list)
    for _, commitment in plan.commitments():
        for ref in commitment.about:
            about[ref].append(commitment)
    found: dict[str, Standing] = {}
    for _, objective in plan.objectives():
        standings = [
            progress_of(action, today=today, commitments=about[action.ref])
            for action in objective.actions
        ]
        refs = [action.ref for action in objective.actions]
        found.update(zip(refs, standings, strict=True))
        found[objective.ref] = _objective_standing(objective, standings, today)
    return found


def target_reasons(targets: Sequence[Target], today: date) -> list[Reason]:
    """Return what the targets say, one reason a target."""
    return [_target_reason(reading, today) for reading in read_targets(targets)]


def _target_reason(reading: TargetReading, today: date) -> Reason:
    target = reading.target
    is_due = target.due is not None and target.due <= today
    params: dict[str, Any] = {"indicator": target.indicator_id}
    params |= {"area": target.area_id, "level": target.level}
    if reading.verdict is TargetVerdict.CANNOT_TELL:
        return Reason("target_cannot_tell", params | {"why": reading.why}, TOLD)
    if reading.change is not None:
        change = reading.change
        params |= {"amount": change.amount, "low": change.low, "high": change.high}
    if reading.verdict is TargetVerdict.WRONG_WAY:
        return Reason("target_wrong_way", params, SERIOUS if is_due else RISK)
    return Reason(f"target_{reading.verdict}", params, GOOD)


def _standing(reasons: Iterable[Reason], *, otherwise: Progress) -> Standing:
    ordered = tuple(sorted(reasons, key=lambda reason: -reason.weight))
    worst = ordered[0].weight if ordered else TOLD
    progress = {SERIOUS: Progress.OFF_TRACK, RISK: Progress.AT_RISK}.get(worst, otherwise)
    return Standing(progress, ordered)


def _objective_standing(
    objective: Objective, standings: Sequence[Standing], today: date
) -> Standing:
    reasons = target_reasons(objective.targets, today)
    counts = {p: sum(s.progress is p for s in standings) for p in Progress}
    reasons += [
        Reason(f"actions_{progress}", {"n": n, "of": len(standings)}, _weight(progress, counts))
        for progress, n in counts.items()
        if n
    ]
    if not standings:
        reasons.append(Reason("no_action", {}, RISK))
    standing = _standing(reasons, otherwise=_by_actions(counts))
    if standing.progress is Progress.ON_TRACK and all(r.weight <= TOLD for r in reasons):
        is_seen = any(reason.weight == GOOD for reason in reasons)
        return standing if is_seen else Standing(Progress.CANNOT_TELL, standing.reasons)
    return standing


def _weight(progress: Progress, counts: Mapping[Progress, int]) -> int:
    """Return what actions that stand so mean for their objective."""
    if progress is Progress.OFF_TRACK:
        live = sum(n for p, n in counts.items() if p not in (Progress.DONE, Progress.STOPPED))
        return SERIOUS if 2 * counts[progress] >= live else RISK
    return {Progress.AT_RISK: RISK, Progress.ON_TRACK: GOOD, Progress.DONE: GOOD}.get(
        progress, TOLD
    )


def _by_actions(counts: Mapping[Progress, int]) -> Progress:
    """Return how an objective stands of which nothing is at risk."""
    present = {progress for progress, n in counts.items() if n}
    for only in (Progress.STOPPED, Progress.DONE, Progress.NOT_STARTED):
        if present and present <= {only, Progress.STOPPED}:
            return only
    return Progress.ON_TRACK
