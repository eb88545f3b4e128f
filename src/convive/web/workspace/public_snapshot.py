"""What residents see of a plan, as plain JSON without any sentence of ours: words come later.

Left out: ideas, notes, risks, the diary's texts, who spoke in which meeting, commitments. Numbers
of people reached pass the town's rule of disclosure: below its floor only "fewer than" is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from convive.core.disclosure import rounded_counts
from convive.core.model import DisclosureRule
from convive.core.strategy import model as plain
from convive.core.strategy.balance import balance_of
from convive.core.strategy.lights import Reason, Standing
from convive.core.strategy.vocabulary import ActionState, TargetGroup
from convive.web.workspace.frozen import freeze
from convive.web.workspace.published_plan import Snapshot
from convive.web.workspace.selectors.figures import figure_as_json

_TOLD = ("milestone_overdue", "milestone_done", "start_late", "past_end")
"""Reasons that rest on what is public anyway; the diary and the accounts stay inside."""
_UNKNOWN = "unknown"


def snapshot_of(
    plan: plain.Plan, *, on: date, standings: Mapping[str, Standing], rule: DisclosureRule,
    decided: Mapping[str, date], language: str,
) -> Snapshot:  # fmt: skip
    """Return the snapshot of a plan.

    Parameters
    ----------
    on : date
        Day on which it is published.
    standings : mapping of reference to Standing
    rule : DisclosureRule
        Of the town.
    decided : mapping
        Code of a decision whose minutes are final → its day.
    language : str
        In which the plan was written.
    """
    told = _without_ideas(plan)
    balance = balance_of(told)
    names = {one.code: one.name for one in plan.organisations}
    decisions = [
        one for meeting in plan.meetings for one in meeting.decisions if one.code in decided
    ]
    return {
        "code": plan.code, "title": plan.title, "about": plan.about, "city": plan.city,
        "from_year": plan.from_year, "until_year": plan.until_year, "currency": plan.currency,
        "state": plan.state, "published_on": on.isoformat(), "language": language,
        "n": balance.n, "planned": str(balance.planned), "spent": str(balance.spent),
        "pillars": [
            {"code": one.code, "planned": str(one.planned), "spent": str(one.spent), "n": one.n}
            for one in balance.splits["pillar"].parts
        ],
        "challenges": [_challenge(one, names, standings, rule) for one in told.challenges],
        "decisions": [
            {"text": one.text, "on": decided[one.code].isoformat(), "about": list(one.about)}
            for one in decisions if _concerns(one, told)
        ],
    }  # fmt: skip


def _without_ideas(plan: plain.Plan) -> plain.Plan:
    """Return the plan without actions that nobody has decided on."""

    def objective(one: plain.Objective) -> plain.Objective:
        return replace(
            one, actions=tuple(a for a in one.actions if a.state is not ActionState.IDEA)
        )

    challenges = (
        replace(one, objectives=tuple(objective(each) for each in one.objectives))
        for one in plan.challenges
    )
    return replace(plan, challenges=tuple(challenges))


def _concerns(decision: plain.Decision, plan: plain.Plan) -> bool:
    known = {one.ref for one in plan.challenges}
    known |= {one.ref for _, one in plan.objectives()} | {one.ref for _, _, one in plan.actions()}
    return not known.isdisjoint(decision.about)


def _challenge(
    one: plain.Challenge, names: Mapping[str, str], standings: Mapping[str, Standing],
    rule: DisclosureRule,
) -> Snapshot:  # fmt: skip
    return {
        "code": one.code, "title": one.title, "about": one.about, "topic": one.topic.value,
        "findings": [_finding(each) for each in one.findings],
        "objectives": [
            {
                "code": each.code, "title": each.title, "about": each.about,
                "targets": [_target(target) for target in each.targets],
                "actions": [_action(a, names, standings.get(a.ref), rule) for a in each.actions],
            }
            for each in one.objectives
        ],
    }  # fmt: skip


def _finding(one: plain.KeptFinding) -> Snapshot:
    return {
        "finding_id": one.finding_id, "kept_on": one.kept_on.isoformat(),
        "row": {
            "code": one.code, "params": dict(one.params), "certainty": one.certainty.value,
            "level": one.level, "area_id": one.area_id,
            "faces": [face.value for face in one.faces], "indicator_ids": list(one.indicator_ids),
        },
    }  # fmt: skip


def _target(one: plain.Target) -> Snapshot:
    return {
        "indicator_id": one.indicator_id, "level": one.level, "area_id": one.area_id,
        "direction": one.direction, "baseline": figure_as_json(one.baseline), "value": one.value,
        "due": one.due.isoformat() if one.due else None,
    }  # fmt: skip


def _action(
    one: plain.Action, names: Mapping[str, str], standing: Standing | None, rule: DisclosureRule
) -> Snapshot:
    return {
        "code": one.code, "title": one.title, "about": one.about, "kind": one.kind.value,
        "pillar": one.pillar.value, "level": one.level.value, "state": one.state.value,
        "groups": [group.value for group in one.groups], "times": [t.value for t in one.times],
        "places": [spot.name for spot in one.spots], "gender_lens": one.gender_lens.value,
        "lead": names.get(one.lead, ""), "partners": [names.get(c, c) for c in one.partners],
        "starts_on": one.starts_on.isoformat() if one.starts_on else None,
        "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        "planned": str(one.planned_money), "spent": str(one.spent_money),
        "progress": standing.progress.value if standing else "",
        "reasons": _reasons(standing.reasons if standing else ()),
        "milestones": [
            {"title": m.title, "due": m.due.isoformat(),
             "done_on": m.done_on.isoformat() if m.done_on else None}
            for m in one.milestones
        ],
        "targets": [_target(target) for target in one.targets],
        "delivered": _delivered(one, rule),
    }  # fmt: skip


def _reasons(reasons: Iterable[Reason]) -> list[Snapshot]:
    return [
        {"code": one.code, "params": freeze(dict(one.params))}
        for one in reasons
        if one.code in _TOLD
    ]


def _delivered(one: plain.Action, rule: DisclosureRule) -> Snapshot:
    amounts = [entry.amount for entry in one.diary if entry.amount is not None]
    return {
        "unit": one.dose_unit, "planned": one.dose_planned,
        "amount": sum(amounts) if amounts else None,
        "last": max((entry.on for entry in one.diary), default=one.starts_on).isoformat()
        if one.diary else None,
        "reached": _reached(one.diary, rule),
    }  # fmt: skip


def _reached(diary: Iterable[plain.DiaryEntry], rule: DisclosureRule) -> list[Snapshot]:
    """Return people reached by group: a number, or below which number it is; never 0."""
    sums: dict[str, int] = {}
    for entry in diary:
        for group, n in entry.reached.items():
            sums[group] = sums.get(group, 0) + n
    order = [*map(str, TargetGroup), _UNKNOWN]
    return [_told_count(group, sums[group], rule) for group in order if group in sums]


def _told_count(group: str, n: int, rule: DisclosureRule) -> Snapshot:
    floor = max(rule.min_count, 1)
    if n < floor:
        return {"group": group, "n": None, "below": floor}
    shown = int(rounded_counts([n], rule.rounding)[0]) if rule.rounding > 1 else n
    return {"group": group, "n": shown, "below": None}
