"""What residents see of a plan, as plain JSON without any sentence of ours: words come later.

Left out: ideas, notes, risks, the diary's texts, who spoke in which meeting, commitments. Numbers
of people reached, and amounts of work in a unit that counts people, pass the town's rule of disclosure: below its floor only "fewer than" is told, and
a number that was told stays until it has changed by as much as that floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from convive.catalogue.unit_words import unit_words
from convive.core.disclosure import successive_count
from convive.core.model import DisclosureRule
from convive.core.strategy import model as plain
from convive.core.strategy.balance import balance_of, noted
from convive.core.strategy.counted_units import amount_done
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.lights import Reason, Standing
from convive.core.strategy.reached import summed
from convive.core.strategy.vocabulary import ActionState
from convive.web.workspace.frozen import freeze
from convive.web.workspace.published_plan import AMOUNT, Cell, Snapshot
from convive.web.workspace.selectors.figures import figure_as_json

_TOLD = ("milestone_overdue", "milestone_done", "start_late", "past_end")
"""Reasons that rest on what is public anyway; the diary and the accounts stay inside."""


@dataclass(frozen=True)
class PeopleRule:
    """What may be told of people reached on a day, after what was told before.

    Parameters
    ----------
    told : mapping
        Action and group → number that was told → day on which it was told first.
    """

    disclosure: DisclosureRule
    on: date
    told: Mapping[Cell, Mapping[int, date]] = field(default_factory=dict)


def snapshot_of(
    plan: plain.Plan, *, standings: Mapping[str, Standing], rule: PeopleRule,
    decided: Mapping[str, date], language: str,
) -> Snapshot:  # fmt: skip
    """Return the snapshot of a plan.

    Parameters
    ----------
    standings : mapping of reference to Standing
    rule : PeopleRule
        With the day on which it is published.
    decided : mapping
        Code of a decision whose minutes are final → its day.
    language : str
        In which the plan was written.
    """
    told = _without_ideas(plan)
    balance = balance_of(ledger_of(told))
    names = {one.code: one.name for one in plan.organisations}
    decisions = [
        one for meeting in plan.meetings for one in meeting.decisions if one.code in decided
    ]
    return {
        "code": plan.code, "title": plan.title, "about": plan.about, "city": plan.city,
        "from_year": plan.from_year, "until_year": plan.until_year, "currency": plan.currency,
        "state": plan.state, "published_on": rule.on.isoformat(), "language": language,
        "n": balance.n, **_money(noted(balance, "planned"), noted(balance, "spent")),
        "pillars": [
            {"code": one.code, "n": one.n, **_money(noted(one, "planned"), noted(one, "spent"))}
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
    rule: PeopleRule,
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
    one: plain.Action, names: Mapping[str, str], standing: Standing | None, rule: PeopleRule
) -> Snapshot:
    return {
        "code": one.code, "title": one.title, "about": one.about, "kind": one.kind.value,
        "pillar": one.pillar.value, "level": one.level.value, "state": one.state.value,
        "groups": [group.value for group in one.groups], "times": [t.value for t in one.times],
        "places": [spot.name for spot in one.spots],
        "areas": [[spot.level, spot.area_id] for spot in one.spots if spot.area_id],
        "gender_lens": one.gender_lens.value,
        "lead": names.get(one.lead, ""), "partners": [names.get(c, c) for c in one.partners],
        "starts_on": one.starts_on.isoformat() if one.starts_on else None,
        "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        **_money(
            one.planned_money if one.budget else None, one.spent_money if one.spending else None
        ),
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


def _money(planned: Decimal | None, spent: Decimal | None) -> Snapshot:
    """Return amounts; null where nobody noted any, which is not 0."""
    return {
        "planned": None if planned is None else str(planned),
        "spent": None if spent is None else str(spent),
    }


def _reasons(reasons: Iterable[Reason]) -> list[Snapshot]:
    return [
        {"code": one.code, "params": freeze(dict(one.params))}
        for one in reasons
        if one.code in _TOLD
    ]


def _delivered(one: plain.Action, rule: PeopleRule) -> Snapshot:
    return {
        "unit": one.dose_unit, "planned": one.dose_planned, **_amount(one, rule),
        "last": max(entry.on for entry in one.diary).isoformat() if one.diary else None,
        "reached": _reached(one, rule),
    }  # fmt: skip


def _amount(action: plain.Action, rule: PeopleRule) -> Snapshot:
    """Return how much was done; where the unit counts people, as people reached are told."""
    amount = amount_done(action.diary)
    if amount is None or not unit_words().counts_people(action.dose_unit):
        return {"amount": amount, "of_people": False, "below": None, "on": None}
    told = _told_count((action.code, AMOUNT), round(amount), rule)
    return {"amount": told["n"], "of_people": True, "below": told["below"], "on": told["on"]}


def _reached(action: plain.Action, rule: PeopleRule) -> list[Snapshot]:
    """Return people reached by group: a number, or below which number it is; never 0."""
    return [_told_count((action.code, group), n, rule) for group, n in summed(action.diary).items()]


def _told_count(cell: Cell, n: int, rule: PeopleRule) -> Snapshot:
    floor, told = max(rule.disclosure.min_count, 1), rule.told.get(cell, {})
    shown = successive_count(n, tuple(told), floor=floor, rounding=rule.disclosure.rounding)
    if shown is None:
        return {"group": cell[1], "n": None, "below": floor, "on": None}
    # The day on which a number was told first, whether the count is still the same or not.
    on = told.get(shown, rule.on)
    return {"group": cell[1], "n": shown, "below": None, "on": on.isoformat()}
