"""What a practice is looked for: a finding, a challenge or an objective, as a need and an aim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from convive.app.findings import PublishedFinding
from convive.app.shelf.fitting import aim_of, indicator_of
from convive.catalogue import find
from convive.core.shelf.adopt import Aim
from convive.core.shelf.fit import Need, TownProfile
from convive.core.shelf.needs import need_of_challenge, need_of_finding, need_of_objective
from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.models import Organisation
from convive.web.shelf.selectors.plan_outline import plan_outline
from convive.web.staff.audit import area_name
from convive.web.staff.city import profile_now
from convive.web.workspace.models import Challenge, KeptFinding, Objective, Strategy
from convive.web.workspace.secrecy import strategies_of
from convive.web.workspace.selectors.figures import figure_now
from convive.web.workspace.selectors.findings import published_finding, sentence_of
from convive.web.workspace.selectors.still_told import row_told


@dataclass(frozen=True)
class Subject:
    """A problem of the town for which the shelf is asked."""

    strategy: Strategy
    title: str
    need: Need | None
    """None: it calls for no practice."""
    aim: Aim | None
    objective: Objective | None
    """Under which an action would stand; None where that is not decided."""
    finding_id: str = ""


def open_strategies(account: Any) -> QuerySet[Strategy]:
    """Return the strategies that actions can be added to, the newest first."""
    return strategies_of(account).exclude(state=Strategy.State.CLOSED)


def open_objectives(account: Any) -> QuerySet[Objective]:
    """Return the objectives that an action can be added to, in the order of the plans."""
    found = Objective.objects.filter(challenge__strategy__in=open_strategies(account))
    return found.select_related("challenge__strategy").order_by(
        "-challenge__strategy__from_year", "challenge__position", "position", "pk"
    )


def subject_of_finding(strategy: Strategy, finding_id: str, language: str) -> Subject | None:
    """Return a finding as a subject, None where neither the audit nor a plan knows it."""
    row = published_finding(finding_id)
    if row is None:
        kept = KeptFinding.objects.filter(finding_id=finding_id).order_by("-pk").first()
        if kept is None:
            return None
        row = row_told(kept.finding_id, kept.row)
    found = _published(finding_id, row)
    plan = plan_outline(strategy)
    objective = Objective.objects.filter(
        challenge__strategy=strategy, challenge__findings__finding_id=finding_id
    ).first()
    need = need_of_finding(found, find.shelf_needs(), plan)
    title = sentence_of(dict(row), language)
    return Subject(strategy, title, need, _aim_of(found), objective, finding_id)


def subject_of_challenge(challenge: Challenge) -> Subject:
    """Return a challenge as a subject; the aim is that of its first finding."""
    plan = plan_outline(challenge.strategy)
    told = next(one for one in plan.challenges if one.code == challenge.code)
    need = need_of_challenge(told, find.shelf_needs())
    first = challenge.objectives.first()
    return Subject(challenge.strategy, challenge.title, need, _first_aim(challenge), first)


def subject_of_objective(objective: Objective) -> Subject:
    """Return an objective as a subject; the aim is its first target, else that of a finding."""
    challenge = objective.challenge
    plan = plan_outline(challenge.strategy)
    above, told = next(
        (above, one) for above, one in plan.objectives() if one.code == objective.code
    )
    need = need_of_objective(above, told, find.shelf_needs())
    aim = _aim_of_target(told.targets[0]) if told.targets else _first_aim(challenge)
    return Subject(challenge.strategy, objective.title, need, aim, objective)


def town_of(strategy: Strategy) -> TownProfile:
    """Return what the town has to work with: from the audit, and from who is active here."""
    sectors = Organisation.objects.filter(is_active=True).values_list("sector", flat=True)
    return replace(
        profile_now(),
        sectors=frozenset(Sector(one) for one in sectors), currency=strategy.currency,
    )  # fmt: skip


def _published(finding_id: str, row: Mapping[str, Any]) -> PublishedFinding:
    area = area_name(row["level"], row["area_id"])
    return PublishedFinding(
        id=finding_id, rank=0, code=row["code"], level=row["level"], area_id=row["area_id"],
        area=area, indicator_ids=tuple(row["indicator_ids"] or ()),
        faces=tuple(row["faces"] or ()), verdict="", certainty=row["certainty"], q=None,
        caveats=(), evidence=(), params={"area": area, **(row["params"] or {})},
    )  # fmt: skip


def _aim_of(found: PublishedFinding) -> Aim | None:
    identifier = indicator_of(found)
    return aim_of(found, figure_now(identifier, found.level, found.area_id))


def _aim_of_target(target: plain.Target) -> Aim:
    where = target.level, target.area_id
    now = figure_now(target.indicator_id, *where)
    return Aim(target.indicator_id, *where, area_name(*where), target.direction, now)


def _first_aim(challenge: Challenge) -> Aim | None:
    for kept in challenge.findings.order_by("pk"):
        aim = _aim_of(_published(kept.finding_id, kept.row))
        if aim is not None:
            return aim
    return None
