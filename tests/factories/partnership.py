"""A partnership with a body that meets, for tests of its pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from convive.web.accounts.models import Account, Organisation
from convive.web.roles import Role
from convive.web.workspace.actions import bodies, meetings, minutes
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.clock import local
from convive.web.workspace.models import (
    Action,
    Body,
    Challenge,
    Commitment,
    Meeting,
    Objective,
    Strategy,
)
from factories.web_objects.accounts import make_account

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def organisation(code: str = "police", sector: str = "police", **fields: Any) -> Organisation:
    """An organisation; the one of that code where it is there already."""
    wanted = {"name": code.replace("-", " ").title(), "sector": sector} | fields
    return Organisation.objects.get_or_create(code=code, defaults=wanted)[0]


def body(*members: Organisation, **fields: Any) -> Body:
    """A steering board of these organisations that meets every month."""
    wanted = {"name": "Steering board", "kind": Body.Kind.BOARD, "every_months": 1} | fields
    return bodies.make_body(wanted, {one.pk: "member" for one in members}, by=None)


def meeting(of: Body | None = None, *, state: str = "planned", by: Any = None) -> Meeting:
    """The next meeting of a body, in the state that is asked for."""
    by = by or make_account(Role.COORDINATOR)
    made, _ = meetings.plan_next(of or body(organisation()), now=NOW, by=by)
    if state != "planned":
        made = meetings.convene(made, by=by)
    if state in {"held", "minuted"}:
        item = made.items.first()
        assert item is not None
        minutes.write_minutes(made, minutes.Written(item.pk, "Began in time.", 1), by=by)
        # Its day is still to come by the clock of the machine.
        made = revise(made, {"state": Meeting.State.HELD}, version=made.version, by=by)
    if state == "minuted":
        made = meetings.finalise(made, today=local(made.starts_at).date(), by=by)
    if state == "cancelled":
        made = meetings.cancel(made, by=by)
    made.refresh_from_db()
    return made


def commitment(of: Meeting | None = None, *, due: date | None = None, owner: Any = None) -> Any:
    """Something that an organisation has promised at a meeting."""
    held = of or meeting()
    fields = {
        "text": "Repair the lamps", "owner": owner or organisation(),
        "due": due or NOW.date() + timedelta(days=20),
    }  # fmt: skip
    code = f"{held.code}-c{held.commitments.count() + 1}"
    return create(Commitment(meeting=held, code=code), fields, by=None)


def partner(of: Organisation, *roles: Role) -> Account:
    """Somebody who acts for an organisation."""
    return make_account(*(roles or (Role.PARTNER,)), organisation=of)


def strategy(n_actions: int = 1, **fields: Any) -> Strategy:
    """An adopted strategy with a challenge, an objective and running actions."""
    code = f"s{Strategy.objects.count() + 1}"
    wanted = {"code": code, "title": "Together", "from_year": 2026, "until_year": 2028}
    made = Strategy.objects.create(**wanted | {"state": Strategy.State.ADOPTED} | fields)
    challenge = Challenge.objects.create(strategy=made, code="night", title="Night", topic="nightlife")  # fmt: skip
    objective = Objective.objects.create(challenge=challenge, code="calm", title="Calmer nights")
    with transaction.atomic():
        Action.objects.bulk_create(
            Action(
                strategy=made, objective=objective, code=f"a{k}", title=f"Action {k}", kind="social",
                pillar="prevention", level="primary", state="running", lead=organisation(),
                starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), position=k,
            )
            for k in range(n_actions)
        )  # fmt: skip
    return made
