"""Reads about commitments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from convive.web.workspace.models import Commitment
from convive.web.workspace.secrecy import commitments_of, organisation_of

SHOWN = ("open", "mine", "overdue", "done", "dropped", "all")


def open_commitments() -> QuerySet[Commitment]:
    """Return what was promised and is neither done nor dropped, the oldest first."""
    return Commitment.objects.filter(done_on=None, is_dropped=False)


def list_commitments(
    account: Any, *, show: str, today: date, owner: str = ""
) -> QuerySet[Commitment]:
    """Return the commitments that an account may know of.

    Parameters
    ----------
    show : str
        One of `SHOWN`; ``mine``: open ones of the account's own organisation.
    owner : str
        Code of an organisation; "" for all.
    """
    known = commitments_of(account).values("pk")
    found = Commitment.objects.filter(pk__in=known).select_related(
        "owner", "meeting", "action__strategy"
    )
    if show in {"open", "mine", "overdue"}:
        found = found.filter(done_on=None, is_dropped=False)
    if show == "mine":
        found = found.filter(owner=organisation_of(account) or 0)
    elif show == "overdue":
        found = found.filter(due__lt=today)
    elif show == "done":
        found = found.filter(done_on__isnull=False).order_by("-done_on", "pk")
    elif show == "dropped":
        found = found.filter(is_dropped=True)
    return found.filter(owner__code=owner) if owner else found


def find_commitment(account: Any, code: str) -> Commitment | None:
    """Return a commitment that an account may know of."""
    return (
        Commitment.objects.filter(code=code, pk__in=commitments_of(account).values("pk"))
        .select_related("owner", "meeting__body", "action__strategy", "decision")
        .first()
    )


def own_open(account: Any) -> QuerySet[Commitment]:
    """Return the open commitments of an account's own organisation, the next due first."""
    own = organisation_of(account)
    if own is None:
        return Commitment.objects.none()
    return open_commitments().filter(owner=own).select_related("meeting")
