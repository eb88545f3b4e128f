"""Taking over a plan file: seen first, then written whole in one transaction, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError, RequestError
from convive.core.strategy import model as plain
from convive.core.strategy.taking_over import Change, Outcome, changes_of, fresh_rows
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.workspace import models
from convive.web.workspace.actions import import_fields as parts
from convive.web.workspace.actions.import_fields import Rows
from convive.web.workspace.actions.import_rows import Todo, add_rows, write_answers, write_meetings
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.codes import RESERVED, free_code
from convive.web.workspace.selectors.plan import plan_of
from convive.wiring.plans import write_plan

MOST_PARTS = 5_000
"""More new or changed parts than a page can write while somebody waits."""
_WRITTEN = (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True)
class Preview:
    """What becomes of every part, and the name under which that was seen."""

    changes: tuple[Change, ...]
    digest: str

    def of(self, *outcomes: Outcome) -> tuple[Change, ...]:
        """Return the changes with one of these outcomes."""
        return tuple(one for one in self.changes if one.outcome in outcomes)


def preview_of(plan: plain.Plan, strategy: models.Strategy | None) -> Preview:
    """Return what taking over a plan would do; to a strategy, or as a new one."""
    return _preview(plan, _what_is_there(strategy), strategy)


def _what_is_there(strategy: models.Strategy | None) -> plain.Plan | None:
    """Return the plan with all that its diaries ever said.

    An entry that was put right stands in files that left before; it must not come back with them.
    """
    return plan_of(strategy, with_corrected=True) if strategy else None


def _preview(
    plan: plain.Plan, there: plain.Plan | None, strategy: models.Strategy | None
) -> Preview:
    base = there or _nothing_yet()
    bodies = {name for row in models.Body.objects.values_list("code", "name") for name in row}
    changes = changes_of(base if there else None, plan, bodies=bodies, taken=_taken(strategy))
    changes = tuple(_known_organisation(one, base) for one in changes)
    seen = f"{strategy.pk if strategy else 0}".encode() + write_plan(base, "json")
    return Preview(changes, hashlib.sha256(seen + b"\n" + write_plan(plan, "json")).hexdigest())


def _nothing_yet() -> plain.Plan:
    """Return an empty plan that knows the organisations of the workspace."""
    known = tuple(
        plain.Organisation(one.code, one.name, Sector(one.sector))
        for one in Organisation.objects.order_by("code")
    )
    return plain.Plan("", "", "", 0, 0, organisations=known)


def _known_organisation(change: Change, base: plain.Plan) -> Change:
    codes = {one.code for one in base.organisations} if change.kind == "organisation" else ()
    if change.code in codes:
        return Change(change.kind, change.code, change.title, Outcome.SAME)
    return change


def _taken(strategy: models.Strategy | None) -> dict[str, frozenset[str]]:
    """Return the codes of meetings, decisions and commitments that belong to other plans."""
    meetings = models.Meeting.objects.all()
    decisions = models.Decision.objects.all()
    commitments = models.Commitment.objects.all()
    if strategy is not None:
        meetings = meetings.exclude(strategy=strategy)
        decisions = decisions.exclude(meeting__strategy=strategy)
        own = commitments.filter(meeting__strategy=strategy) | commitments.filter(
            meeting=None, action__strategy=strategy
        )
        commitments = commitments.exclude(pk__in=own.values("pk"))
    return {
        "meeting": frozenset(meetings.values_list("code", flat=True)),
        "decision": frozenset(decisions.values_list("code", flat=True)),
        "commitment": frozenset(commitments.values_list("code", flat=True)),
    }


@transaction.atomic
def take_over(
    plan: plain.Plan, strategy: models.Strategy | None, *, digest: str, today: date, by: Any
) -> models.Strategy:
    """Write what a preview has shown, all of it or nothing.

    Parameters
    ----------
    strategy : Strategy or None
        Into which; None: as a new one.
    digest : str
        Of the preview that somebody has confirmed.

    Raises
    ------
    ConflictError
        PLAN_MOVED_ON where the plan is not as it was in the preview.
    RequestError
        PLAN_IMPORT_TOO_MANY, PLAN_CODE_RESERVED, PLAN_NAME_TAKEN.
    """
    if strategy is not None:
        strategy = models.Strategy.objects.select_for_update().get(pk=strategy.pk)
    else:
        list(models.Strategy.objects.select_for_update().values_list("pk", flat=True))
    there = _what_is_there(strategy)
    seen = _preview(plan, there, strategy)
    if seen.digest != digest:
        raise ConflictError("PLAN_MOVED_ON")
    todo = {one.ref: one for one in seen.of(*_WRITTEN)}
    refuse_impossible(seen)
    written = _Writer(plan, there, todo, by).write(strategy, today)
    record(
        "workspace.plan_imported", actor=by, thing=("strategy", written.pk),
        n_new=len(seen.of(Outcome.NEW)), n_changed=len(seen.of(Outcome.CHANGED)),
        n_refused=len(seen.of(Outcome.REFUSED)),
    )  # fmt: skip
    return written


def refuse_impossible(seen: Preview) -> None:
    """Refuse what could not be written, before anything is.

    Raises
    ------
    RequestError
        PLAN_IMPORT_TOO_MANY, PLAN_CODE_RESERVED, PLAN_NAME_TAKEN.
    """
    if len(seen.of(*_WRITTEN)) > MOST_PARTS:
        raise RequestError("PLAN_IMPORT_TOO_MANY", n=len(seen.of(*_WRITTEN)), most=MOST_PARTS)
    new = seen.of(Outcome.NEW)
    for one in new:
        if one.kind in ("challenge", "objective", "action") and one.code in RESERVED:
            raise RequestError("PLAN_CODE_RESERVED", part=one.code)
    names = {one.title: one.code for one in new if one.kind == "organisation"}
    there = Organisation.objects.filter(name__in=names).values_list("name", flat=True).first()
    if there is not None:
        raise RequestError("PLAN_NAME_TAKEN", name=there, part=names[there])


class _Writer:
    """Writes the parts of a plan in the order in which they point at one another."""

    def __init__(self, plan: plain.Plan, there: plain.Plan | None, todo: Todo, by: Any) -> None:
        self.plan, self.todo, self.by, self.rows = plan, todo, by, Rows()
        self.before = {one.code: one for _, _, one in there.actions()} if there else {}

    def write(self, strategy: models.Strategy | None, today: date) -> models.Strategy:
        self._organisations()
        self._bodies()
        parts.keep_findings(self.plan, self.rows)
        strategy = self._strategy(strategy, today)
        self._challenges(strategy)
        self._objectives(strategy)
        self._actions(strategy)
        write_meetings(strategy, self.plan, self.todo, self.rows, today=today, by=self.by)
        write_answers(strategy, self.plan, self.todo, self.by)
        return strategy

    def _organisations(self) -> None:
        for one in self.plan.organisations:
            if f"organisation:{one.code}" in self.todo:
                made = Organisation.objects.create(
                    code=one.code, name=one.name, sector=one.sector.value
                )
                record(
                    "workspace.organisation_made", actor=self.by, thing=("organisation", made.pk)
                )
        self.rows.organisations = {one.code: one for one in Organisation.objects.all()}

    def _bodies(self) -> None:
        taken = set(models.Body.objects.values_list("code", flat=True))
        for change in self.todo.values():
            if change.kind == "body":
                code = free_code(change.code, taken, "body")
                taken.add(code)
                fields = {"name": change.code, "kind": models.Body.Kind.WORKING_GROUP}
                create(models.Body(code=code), fields, by=self.by)
        for body in models.Body.objects.all():
            self.rows.bodies[body.name] = body
        for body in models.Body.objects.all():
            self.rows.bodies[body.code] = body

    def _strategy(self, strategy: models.Strategy | None, today: date) -> models.Strategy:
        fields = parts.strategy_fields(self.plan)
        if fields["state"] == models.Strategy.State.ADOPTED and not (
            strategy and strategy.adopted_on
        ):
            fields["adopted_on"] = today
        if strategy is not None:
            changed = "strategy:" in self.todo
            return (
                revise(strategy, fields, version=strategy.version, by=self.by)
                if changed
                else strategy
            )
        taken = set(models.Strategy.objects.values_list("code", flat=True)) | RESERVED
        code = self.plan.code
        if code in taken:
            code = free_code(code, taken, "strategy")
        return create(models.Strategy(code=code), fields, by=self.by)

    def _challenges(self, strategy: models.Strategy) -> None:
        known = {one.code: one for one in models.Challenge.objects.filter(strategy=strategy)}
        last = max((one.position for one in known.values()), default=0)
        for place, one in enumerate(self.plan.challenges, start=last + 1):
            blank = models.Challenge(strategy=strategy, code=one.code, position=place)
            known[one.code] = self._part(
                one.ref, known.get(one.code), blank,
                lambda one=one: parts.challenge_fields(one, self.rows),  # type: ignore[misc]
            )  # fmt: skip
        self.rows.challenges = known

    def _objectives(self, strategy: models.Strategy) -> None:
        found = models.Objective.objects.filter(challenge__strategy=strategy)
        known = {one.code: one for one in found}
        last = max((one.position for one in known.values()), default=0)
        for place, (above, one) in enumerate(self.plan.objectives(), start=last + 1):
            blank = models.Objective(code=one.code, position=place)
            known[one.code] = self._part(
                one.ref, known.get(one.code), blank,
                lambda above=above, one=one: parts.objective_fields(above, one, self.rows, known.get(one.code)),  # type: ignore[misc]
            )  # fmt: skip
        self.rows.objectives = known

    def _actions(self, strategy: models.Strategy) -> None:
        known = {one.code: one for one in models.Action.objects.filter(strategy=strategy)}
        last = max((one.position for one in known.values()), default=0)
        for place, (_, above, one) in enumerate(self.plan.actions(), start=last + 1):
            blank = models.Action(strategy=strategy, code=one.code, position=place)
            known[one.code] = self._part(
                one.ref, known.get(one.code), blank,
                lambda above=above, one=one: parts.action_fields(above, one, self.rows, known.get(one.code)),  # type: ignore[misc]
            )  # fmt: skip
            if one.ref in self.todo:
                self._add_rows(known[one.code], one)
        self.rows.actions = known

    def _part(self, ref: str, there: Any, blank: Any, fields: Callable[[], dict[str, Any]]) -> Any:
        change = self.todo.get(ref)
        if change is None:
            return there
        if change.outcome is Outcome.NEW:
            return create(blank, fields(), by=self.by)
        return revise(there, fields(), version=there.version, by=self.by)

    def _add_rows(self, action: models.Action, one: plain.Action) -> None:
        before = self.before.get(one.code)
        fresh = {
            name: fresh_rows(getattr(before, name, ()), getattr(one, name))
            for name in ("spending", "diary")
        }
        if any(fresh.values()):
            add_rows(action, fresh, self.rows, self.by)
