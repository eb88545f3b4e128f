"""The plan of the workspace as plain values, in a fixed number of queries however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from convive.core.errors import NotFoundError
from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Delivery,
    GenderLens,
    Obstacle,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)
from convive.web.accounts.models import Organisation
from convive.web.staff.page import site_name
from convive.web.workspace import models, secrecy
from convive.web.workspace.selectors.figures import figure_now, figure_of_json
from convive.web.workspace.selectors.findings import plain_finding
from convive.web.workspace.selectors.plan_meetings import answers_of, meetings_of, plain_commitment
from convive.web.workspace.selectors.still_told import figure_told

Parts = dict[int, list[Any]]
Where = dict[str, Any]


@dataclass(frozen=True)
class _Rows:
    """The rows of a strategy, sorted to what they belong to."""

    organisations: dict[int, str]
    partners: Parts
    areas: Parts
    budget: Parts
    spending: Parts
    milestones: Parts
    risks: Parts
    evidence: Parts
    diary: Parts
    targets_of_actions: Parts
    targets_of_objectives: Parts
    findings: Parts
    whole: frozenset[int] | None
    """Actions that may be seen whole; None: all."""


def plan_of(
    strategy: models.Strategy, *, for_account: Any = None, with_corrected: bool = False
) -> plain.Plan:
    """Return a strategy as a plan; figures of targets are those of the shown audit.

    Parameters
    ----------
    for_account : Account, optional
        Only what this account may know of; None: the whole plan (exports of editors, jobs).
    with_corrected : bool
        The diary with entries that were put right, as an import has to know it.

    Raises
    ------
    NotFoundError
        STRATEGY_NOT_FOUND where the account may not know of the strategy.
    """
    known = (
        for_account is None or secrecy.strategies_of(for_account).filter(pk=strategy.pk).exists()
    )
    if not known:
        raise NotFoundError("STRATEGY_NOT_FOUND", strategy=strategy.code)
    where = {"action__strategy": strategy}, {"objective__challenge__strategy": strategy}
    rows = _read(*where, for_account, with_corrected=with_corrected)
    rows = replace(rows, findings=_findings(strategy))
    return replace(
        head_of(strategy),
        organisations=tuple(
            plain.Organisation(one.code, one.name, Sector(one.sector))
            for one in Organisation.objects.order_by("code")
        ),
        challenges=_challenges(strategy, rows),
        meetings=meetings_of(strategy, for_account),
        answers=answers_of(strategy),
    )  # fmt: skip


def head_of(strategy: models.Strategy) -> plain.Plan:
    """Return a plan without its parts: what it is called, its town, years and currency."""
    return plain.Plan(
        code=strategy.code, title=strategy.title, city=site_name(), from_year=strategy.from_year,
        until_year=strategy.until_year, currency=strategy.currency,
        state=strategy.state,  # type: ignore[arg-type]
        about=strategy.about,
    )  # fmt: skip


def plain_action(action: models.Action, *, for_account: Any = None) -> plain.Action:
    """Return one action as the plan's plain value; only what the account may see of it."""
    return _action(action, _read({"action": action}, {"pk": None}, for_account))


def plain_actions(
    actions: Iterable[models.Action], *, for_account: Any = None
) -> dict[int, plain.Action]:
    """Return some actions as plain values by their number, in as many queries as one."""
    rows = list(actions)
    read = _read({"action__in": [one.pk for one in rows]}, {"pk": None}, for_account)
    return {one.pk: _action(one, read) for one in rows}


def plain_objective(objective: models.Objective) -> plain.Objective:
    """Return one objective with its actions as plain values, whole."""
    rows = _read({"action__objective": objective}, {"objective": objective}, None)
    return _objective(objective, list(objective.actions.all()), rows)


def commitments_about(action: models.Action) -> tuple[plain.Commitment, ...]:
    """Return every commitment about an action as plain values."""
    rows = action.commitments.select_related("owner", "action", "decision")
    return tuple(plain_commitment(one) for one in rows)


def commitments_about_all(
    actions: Iterable[models.Action],
) -> dict[int, list[plain.Commitment]]:
    """Return every commitment about each of some actions as plain values, by action."""
    rows = models.Commitment.objects.filter(action__in=[one.pk for one in actions])
    found: dict[int, list[plain.Commitment]] = defaultdict(list)
    for one in rows.select_related("owner", "action", "decision"):
        found[one.action_id or 0].append(plain_commitment(one))
    return found


def _read(
    of_action: Where, of_objective: Where, account: Any, *, with_corrected: bool = False
) -> _Rows:
    """Return the rows of the actions that are meant, and the targets of the objectives."""
    whole = None
    if account is not None and not account.roles & secrecy.WHOLE:
        whole = frozenset(secrecy.whole_actions_of(account).values_list("pk", flat=True))
    return _Rows(
        organisations=dict(Organisation.objects.values_list("pk", "code")),
        partners=_linked(models.Action.partners.through, of_action, "organisation__code"),
        areas=_sorted(models.ActionArea.objects.filter(**of_action)),
        budget=_sorted(models.BudgetLine.objects.filter(**of_action)),
        spending=_sorted(models.Spending.objects.filter(**of_action).order_by("on", "pk")),
        milestones=_sorted(models.Milestone.objects.filter(**of_action)),
        risks=_sorted(models.Risk.objects.filter(**of_action)),
        evidence=_linked(models.Action.evidence.through, of_action, "keptfinding__finding_id"),
        diary=_sorted(_diary(of_action, with_corrected=with_corrected)),
        targets_of_actions=_sorted(models.Target.objects.filter(**of_action)),
        targets_of_objectives=_sorted(
            models.Target.objects.filter(**of_objective), lambda one: one.objective_id
        ),
        findings={},
        whole=whole,
    )


def _diary(of_action: Where, *, with_corrected: bool) -> Any:
    """Return the entries; those that were put right by others do not hold."""
    found = models.DiaryEntry.objects.filter(**of_action).order_by("on", "pk")
    return found if with_corrected else found.filter(corrected_by=None)


def _sorted(rows: Iterable[Any], key: Callable[[Any], int] = lambda row: row.action_id) -> Parts:
    found: Parts = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _linked(through: Any, where: Where, value: str) -> Parts:
    found: Parts = defaultdict(list)
    # By code, not by when they were added: a plan that was carried elsewhere is the same plan.
    pairs = through.objects.filter(**where).order_by(value).values_list("action_id", value)
    for one, other in pairs:
        found[one].append(other)
    return found


def _findings(strategy: models.Strategy) -> Parts:
    links = models.KeptFinding.challenges.through.objects
    found: Parts = defaultdict(list)
    for link in (
        links.filter(challenge__strategy=strategy)
        .select_related("keptfinding")
        .order_by("keptfinding__finding_id", "keptfinding__pk")
    ):
        found[link.challenge_id].append(plain_finding(link.keptfinding))
    return found


# --- parts ---------------------------------------------------------------------------------------


def _challenges(strategy: models.Strategy, rows: _Rows) -> tuple[plain.Challenge, ...]:
    actions = _sorted(models.Action.objects.filter(strategy=strategy), lambda one: one.objective_id)
    objectives = _sorted(
        models.Objective.objects.filter(challenge__strategy=strategy), lambda one: one.challenge_id
    )
    return tuple(
        plain.Challenge(
            one.code, one.title, Topic(one.topic), one.about, tuple(rows.findings[one.pk]),
            tuple(_objective(each, actions[each.pk], rows) for each in objectives[one.pk]),
        )
        for one in models.Challenge.objects.filter(strategy=strategy)
    )  # fmt: skip


def _objective(one: models.Objective, actions: list[models.Action], rows: _Rows) -> plain.Objective:
    return plain.Objective(
        one.code, one.title, one.about,
        tuple(plain_target(target) for target in rows.targets_of_objectives[one.pk]),
        tuple(_action(each, rows) for each in actions),
    )  # fmt: skip


def _action(one: models.Action, rows: _Rows) -> plain.Action:
    is_whole = rows.whole is None or one.pk in rows.whole
    return plain.Action(
        code=one.code, title=one.title, about=one.about, kind=ActionKind(one.kind),
        pillar=Pillar(one.pillar), level=PreventionLevel(one.level), state=ActionState(one.state),
        groups=tuple(TargetGroup(code) for code in one.groups),
        times=tuple(TimeOfDay(code) for code in one.times),
        spots=tuple(plain.Spot(a.level, a.area_id, a.name) for a in rows.areas[one.pk]),
        gender_lens=GenderLens(one.gender_lens), gender_note=one.gender_note if is_whole else "",
        lead=rows.organisations.get(one.lead_id or 0, ""),
        partners=tuple(rows.partners[one.pk]),
        starts_on=one.starts_on, ends_on=one.ends_on, dose_unit=one.dose_unit,
        dose_planned=one.dose_planned, diary_days=one.diary_days,
        evidence=tuple(f"finding:{name}" for name in rows.evidence[one.pk]),
        evidence_note=one.evidence_note if is_whole else "",
        shelf_ref=one.shelf_ref,
        logic=plain.LogicModel(**one.logic),
        budget=tuple(
            plain.BudgetLine(b.year, b.amount, Sector(b.payer), b.note if is_whole else "")
            for b in rows.budget[one.pk]
        ),
        milestones=tuple(plain.Milestone(m.title, m.due, m.done_on) for m in rows.milestones[one.pk]),
        targets=tuple(plain_target(target) for target in rows.targets_of_actions[one.pk]),
        **(_inner_parts(one, rows) if is_whole else {}),
    )  # fmt: skip


def _inner_parts(one: models.Action, rows: _Rows) -> dict[str, Any]:
    """Return what only those see who see an action whole."""
    return {
        "spending": tuple(plain.Spending(s.on, s.amount, s.note) for s in rows.spending[one.pk]),
        "risks": tuple(
            plain.Risk(r.text, r.likelihood, r.impact, r.answer) for r in rows.risks[one.pk]
        ),
        "diary": tuple(
            plain.DiaryEntry(
                d.on, rows.organisations[d.organisation_id], Delivery(d.delivery), d.amount,
                d.reached, Obstacle(d.obstacle) if d.obstacle else None, d.note,
            )
            for d in rows.diary[one.pk]
        ),
    }  # fmt: skip


def plain_target(one: models.Target) -> plain.Target:
    """Return a target with what the shown audit says now; of a withdrawn baseline its notice."""
    place = one.indicator_id, one.level, one.area_id
    return plain.Target(
        *place,
        one.direction,  # type: ignore[arg-type]
        figure_told(*place, figure_of_json(one.baseline)), one.value, one.due,
        figure_now(*place),
    )  # fmt: skip
