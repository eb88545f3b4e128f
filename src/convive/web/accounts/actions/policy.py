"""Writes about what the workspace asks of whoever signs in."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.accounts.actions.sessions import end_sessions
from convive.web.accounts.models import Account, SignInPolicy
from convive.web.accounts.selectors import accounts_that_lack_a_factor
from convive.web.audit_log.actions import record


@transaction.atomic
def change_policy(
    *, needs_second_factor: bool, is_password_off: bool, by: Account, came_by: str
) -> None:
    """Change what is asked of whoever signs in.

    Where a second factor is asked for from now on, the sessions of those who have none end; the
    one of `by` is for the caller to hold back.

    Parameters
    ----------
    came_by : str
        How the coordinator came in: passwords are switched off only by somebody who has just
        shown that the town's own sign-in works.

    Raises
    ------
    ConflictError
        TOWN_SIGN_IN_UNTRIED.
    """
    policy, _ = SignInPolicy.objects.select_for_update().get_or_create(pk=1)
    is_tried = settings.CONVIVE_TOWN_SIGN_IN is not None and came_by == "town"
    if is_password_off and not policy.is_password_off and not is_tried:
        raise ConflictError("TOWN_SIGN_IN_UNTRIED")
    if needs_second_factor and not policy.needs_second_factor:
        for account in accounts_that_lack_a_factor():
            if account.pk != by.pk:
                end_sessions(account)
    policy.needs_second_factor = needs_second_factor
    policy.is_password_off = is_password_off
    policy.save()
    record(
        "accounts.policy_changed", actor=by, needs_second_factor=needs_second_factor,
        is_password_off=is_password_off,
    )  # fmt: skip
