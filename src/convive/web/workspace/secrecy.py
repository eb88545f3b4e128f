"""Who may know of what in the workspace; every view and every export asks here, nowhere else.

=============  ===============================================================================
Who            May see
=============  ===============================================================================
editors        everything of the workspace
elected, dpo   every strategy that is not a draft, whole; meetings of bodies they sit in
partner        every strategy that is not a draft, in outline; whole where their organisation
               leads or takes part; meetings of bodies in which their organisation has a seat
field, reader  every strategy that is not a draft, in outline
=============  ===============================================================================

Who belongs to an organisation that was switched off acts for nobody, as a stranger does.
"In outline" is what the public page tells. The diary, spending, risks and notes belong to "whole".
What somebody may not know of does not exist for them (404).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from convive.web.roles import EDITORS, Role
from convive.web.workspace.models import (
    Action,
    AreaLead,
    Body,
    Commitment,
    DiaryEntry,
    Meeting,
    PlaceProject,
    Strategy,
)

WHOLE = EDITORS | {Role.ELECTED, Role.DATA_PROTECTION}
"""Roles that see a plan whole."""
ACTING = WHOLE | {Role.PARTNER}
"""Roles that act for their organisation: sit in its seats, answer for what it has promised.

Not field and reader: a reader may be somebody whom nobody invited, made by the town's own sign-in.
"""


def organisation_of(account: Any) -> int | None:
    """Return the organisation that somebody acts for, None where it is none, or one switched off."""
    found: int | None = account.acts_for if account.roles & ACTING else None
    return found


def is_editor(account: Any) -> bool:
    """Tell whether somebody writes the plan."""
    return bool(account.roles & EDITORS)


def sees_plans_whole(account: Any) -> bool:
    """Tell whether somebody sees every plan that they may know of with its diary and money."""
    return bool(account.roles & WHOLE)


def strategies_of(account: Any) -> QuerySet[Strategy]:
    """Return the strategies that an account may know of."""
    found = Strategy.objects.all()
    return found if is_editor(account) else found.exclude(state=Strategy.State.DRAFT)


def actions_of(account: Any) -> QuerySet[Action]:
    """Return the actions that an account may know of, at least in outline."""
    found = Action.objects.all()
    if is_editor(account):
        return found
    return found.exclude(strategy__state=Strategy.State.DRAFT)


def knows_of_action(account: Any, action: Action | None) -> bool:
    """Tell whether an account may know of an action whose strategy has been read with it."""
    return action is not None and (
        is_editor(account) or action.strategy.state != Strategy.State.DRAFT
    )


def whole_actions_of(account: Any) -> QuerySet[Action]:
    """Return the actions that an account may see whole."""
    found = actions_of(account)
    if account.roles & WHOLE:
        return found
    if account.acts_for is None or Role.PARTNER not in account.roles:
        return found.none()
    own = Q(lead=account.acts_for) | Q(partners=account.acts_for)
    return found.filter(own).distinct()


def sees_whole(account: Any, action: Action) -> bool:
    """Tell whether an account sees diary, spending, risks and notes of an action."""
    return whole_actions_of(account).filter(pk=action.pk).exists()


def may_write_diary(account: Any, action: Action) -> bool:
    """Tell whether an account may say what was done: editors, and partners of the action."""
    if is_editor(account):
        return True
    return Role.PARTNER in account.roles and sees_whole(account, action)


def may_correct(account: Any, entry: DiaryEntry) -> bool:
    """Tell whether an account may put an entry right: editors, and the organisation that wrote it."""
    own = is_editor(account) or entry.organisation_id == account.acts_for
    return own and may_write_diary(account, entry.action)


def may_note_spending(account: Any, action: Action) -> bool:
    """Tell whether an account may say what was spent: editors, and whoever leads the action."""
    if is_editor(account):
        return True
    leads = action.lead_id is not None and action.lead_id == account.acts_for
    return leads and may_write_diary(account, action)


def diary_of(account: Any) -> QuerySet[DiaryEntry]:
    """Return the entries that an account may read."""
    found = DiaryEntry.objects.all()
    if is_editor(account):
        return found
    return found.filter(action__in=whole_actions_of(account).order_by().values("pk"))


def whole_places_of(account: Any) -> QuerySet[PlaceProject]:
    """Return the projects for places whose records an account may read."""
    found = PlaceProject.objects.filter(strategy__in=strategies_of(account).order_by().values("pk"))
    if account.roles & WHOLE:
        return found
    mine = whole_actions_of(account).order_by().values("pk")
    return found.filter(actions__in=mine).distinct()


def sees_lead_whole(account: Any, lead: AreaLead) -> bool:
    """Tell whether an account sees money, contact and reason of who answers for an area."""
    if account.roles & WHOLE:
        return True
    return Role.PARTNER in account.roles and lead.organisation_id == account.acts_for


def bodies_of(account: Any) -> QuerySet[Body]:
    """Return the bodies in which an account may come in."""
    found = Body.objects.all()
    if is_editor(account):
        return found
    own = organisation_of(account)
    return found.none() if own is None else found.filter(members__organisation=own)


def meetings_of(account: Any) -> QuerySet[Meeting]:
    """Return the meetings that an account may know of; one that is only planned, editors alone."""
    found = Meeting.objects.all()
    if is_editor(account):
        return found
    own = organisation_of(account)
    if own is None:
        return found.none()
    return found.filter(body__members__organisation=own).exclude(state=Meeting.State.PLANNED)


def commitments_of(account: Any) -> QuerySet[Commitment]:
    """Return the commitments that an account may know of: its own, and those of its meetings."""
    found = Commitment.objects.all()
    if is_editor(account):
        return found
    own = organisation_of(account)
    if own is None:
        return found.none()
    return found.filter(Q(owner=own) | Q(meeting__in=meetings_of(account))).distinct()
