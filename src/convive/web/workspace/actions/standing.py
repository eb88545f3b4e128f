"""What ends when somebody acts for another organisation, has a role no more, or loses a seat."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from convive.web.accounts.models import Account
from convive.web.notices.actions import withdraw
from convive.web.workspace.actions.calendar_keys import end_key
from convive.web.workspace.models import Commitment
from convive.web.workspace.secrecy import meetings_of, organisation_of


@transaction.atomic
def end_what_was_known(account: Any) -> None:
    """Take back notices about what an account may not know of any more; its calendar's address ends.

    The address too: whoever else had it would read what the account now sees.
    """
    now = Account.objects.get(pk=account.pk)
    take_back_notices(now)
    end_key(now, label="accounts")


def take_back_notices(now: Account) -> None:
    """Take back notices about what an account, as it is now, may not know of any more."""
    own = organisation_of(now)
    withdraw(now, "meeting", keep=meetings_of(now).values_list("pk", flat=True))
    promised = Commitment.objects.filter(owner=own or 0)
    withdraw(now, "commitment", keep=promised.values_list("pk", flat=True))
    withdraw(now, "commitments", keep=[own or 0])
