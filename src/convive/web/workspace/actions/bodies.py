"""Councils, boards and groups, and who has a seat in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from convive.web.accounts.models import Account, Organisation
from convive.web.audit_log.actions import record
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.actions.standing import take_back_notices
from convive.web.workspace.models import Body, Member

Seats = Mapping[int, str]
"""Organisation → code of its seat; who is missing has none."""


@transaction.atomic
def make_body(fields: Mapping[str, Any], seats: Seats, *, by: Any) -> Body:
    """Make a body with its members."""
    made = create(Body(code=_free_code(str(fields["name"]))), fields, by=by)
    set_seats(made, seats, by=by)
    return made


@transaction.atomic
def change_body(body: Body, fields: Mapping[str, Any], *, version: int, by: Any) -> Body:
    """Change name, kind, rhythm and rules."""
    return revise(body, fields, version=version, by=by)


@transaction.atomic
def set_seats(body: Body, seats: Seats, *, by: Any) -> None:
    """Give seats to organisations, and take them from those that are not named.

    Who acts for an organisation without a seat any more loses the notices about its meetings.
    """
    Body.objects.select_for_update().get(pk=body.pk)
    held = {one.organisation_id: one for one in body.members.all()}
    gone = [pk for pk in held if pk not in seats]
    body.members.filter(organisation__in=gone).delete()
    for account in Account.objects.filter(organisation__in=gone).order_by("pk"):
        take_back_notices(account)
    known = set(Organisation.objects.filter(pk__in=seats).values_list("pk", flat=True))
    n_changed = len(gone)
    for organisation_id, seat in seats.items():
        now = held.get(organisation_id)
        if organisation_id not in known or (now is not None and now.seat == seat):
            continue
        Member.objects.update_or_create(
            body=body, organisation_id=organisation_id, defaults={"seat": seat}
        )
        n_changed += 1
    if n_changed:
        record("workspace.seats_changed", actor=by, thing=("body", body.pk), n=len(seats))


def _free_code(name: str) -> str:
    stem = slugify(name)[:36].strip("-") or "body"
    taken = set(Body.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)  # fmt: skip
