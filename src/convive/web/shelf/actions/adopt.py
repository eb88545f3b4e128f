"""An entry of the shelf becomes an action of the plan: an idea, filled in as far as is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db import transaction

from convive.app.shelf.fitting import draft_action
from convive.catalogue import find
from convive.catalogue.texts import localised, say
from convive.core.errors import ConflictError
from convive.core.shelf.adopt import Aim, Draft, Start
from convive.core.shelf.entry import Entry
from convive.core.shelf.fit import Need
from convive.core.shelf.fitting import fit_of
from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import ActionState
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.shelf.selectors.partners import Partners, partners_for
from convive.web.shelf.selectors.subjects import Subject, town_of
from convive.web.workspace.actions.findings import challenge_from_finding, keep_finding
from convive.web.workspace.actions.import_fields import Rows, action_fields
from convive.web.workspace.actions.plan import make_action, make_objective
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.models import Action, Objective, Strategy

_TITLE, _RISK, _LOGIC, _MIDDLE = 200, 400, 2000, 2


@dataclass(frozen=True)
class Adopting:
    """An entry that somebody wants in the plan, for a problem of the town."""

    entry: Entry
    subject: Subject
    today: date
    language: str

    def draft(self, starts_on: date | None = None) -> Draft:
        """Return the action as it would stand in the plan.

        Raises
        ------
        RequestError
            SHELF_NOT_TO_DO_…, where it is nothing that a town can do.
        """
        need = self.subject.need or Need(frozenset())
        fit = fit_of(
            self.entry, need, town_of(self.subject.strategy),
            kin=find.shelf_needs().kin, this_year=self.today.year,
        )  # fmt: skip
        start = Start("new", starts_on or self.today)
        return draft_action(fit, need, self.subject.aim, start, language=self.language)

    def partners(self, draft: Draft) -> Partners:
        """Return who could take part: who is proposed, and who is offered."""
        return partners_for(draft.sectors, self.subject)


@dataclass(frozen=True)
class Wanted:
    """Where and with whom somebody wants it."""

    objective: Objective | None
    """None: a new one, of the challenge that the finding of the subject is or becomes."""
    partners: tuple[Organisation, ...]
    is_again: bool
    """Whether it is meant also where the objective has an action from this entry already."""


@transaction.atomic
def adopt_entry(adopting: Adopting, draft: Draft, wanted: Wanted, *, by: Any) -> Action:
    """Put a draft into the plan, with its finding, its partners and how one will see what came of it.

    Raises
    ------
    ConflictError
        SHELF_ADOPTED_ALREADY.
    NotFoundError
        FINDING_NOT_FOUND where a new challenge is needed and the audit has no such finding.
    """
    subject, ref, objective = adopting.subject, adopting.entry.ref, wanted.objective
    Strategy.objects.select_for_update().get(pk=subject.strategy.pk)
    if objective is None:
        objective = _new_objective(adopting, by)
    there = Action.objects.filter(objective=objective, shelf_ref=ref)
    there = there.exclude(state=ActionState.STOPPED)
    if not wanted.is_again and (known := there.first()) is not None:
        raise ConflictError("SHELF_ADOPTED_ALREADY", action=known.title, objective=objective.title)
    fields_ = _fields(adopting, draft, objective, wanted.partners)
    made = make_action(objective, fields_, by=by)
    record("shelf.entry_adopted", actor=by, thing=("action", made.pk), entry=ref)
    refresh_action(made, today=adopting.today)
    return made


def objective_title(aim: Aim, language: str) -> str:
    """Return what a new objective would be called: what is to change, and where."""
    title = say(
        "shelf.adopt.outcome", language,
        direction=aim.direction, indicator=aim.indicator_id, area=aim.area,
    )  # fmt: skip
    return _cut(title.rstrip("."), _TITLE)


def _new_objective(adopting: Adopting, by: Any) -> Objective:
    subject = adopting.subject
    challenge = challenge_from_finding(
        subject.strategy, subject.finding_id, adopting.language, by=by
    )
    if subject.aim is None:
        title = challenge.title
    else:
        title = objective_title(subject.aim, adopting.language)
    there = challenge.objectives.filter(title=title).first()
    return there or make_objective(challenge, {"title": title}, by=by)


def _fields(
    adopting: Adopting, draft: Draft, objective: Objective, partners: Iterable[Organisation]
) -> dict[str, Any]:
    finding_id, named = adopting.subject.finding_id, {one.code: one for one in partners}
    evidence = (f"finding:{finding_id}",) if finding_id else ()
    action = replace(
        _with_evaluation(draft), shelf_ref=adopting.entry.ref, evidence=evidence,
        title=_cut(localised(adopting.entry.title, adopting.language), _TITLE),
        partners=tuple(named),
    )  # fmt: skip
    rows = Rows(
        organisations=named,
        objectives={objective.code: objective},
        findings={finding_id: keep_finding(finding_id)} if finding_id else {},
    )
    return action_fields(plain.Objective(objective.code, objective.title), action, rows)


def _with_evaluation(draft: Draft) -> plain.Action:
    """Return the action with how one will see what came of it, where its editors look for it.

    What to count stands with what is delivered, what to compare with what should change, and what
    would show harm among the risks; the days to look are milestones already.
    """
    action, plan = draft.action, draft.evaluation
    logic = replace(
        action.logic,
        outputs="\n".join((action.logic.outputs, *plan.diary)),
        outcomes="\n".join(text for text in (action.logic.outcomes, plan.compare) if text),
    )
    told = {one.text for one in action.risks}
    harms = tuple(plain.Risk(text, _MIDDLE, _MIDDLE) for text in plan.harm if text not in told)
    return replace(
        action,
        logic=plain.LogicModel(
            **{one.name: _cut(getattr(logic, one.name), _LOGIC) for one in fields(logic)}
        ),
        risks=tuple(replace(one, text=_cut(one.text, _RISK)) for one in (*action.risks, *harms)),
    )


def _cut(text: str, most: int) -> str:
    """Return a text as long as its field takes; that something is missing is seen."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
