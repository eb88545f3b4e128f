"""What is done for editions beside the pages: a new audit is noticed and offered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convive.core.errors import ConviveError
from convive.web.editorial.actions.editions import offer_newest
from convive.web.editorial.actions.telling import tell_published
from convive.web.jobs.daily import every_day
from convive.web.jobs.watching import while_waiting


@every_day("editorial.offer")
def offer_daily(now: datetime) -> dict[str, Any]:
    """Offer the newest audit."""
    return {"n": _offered(now)}


@every_day("editorial.tell")
def tell_daily(now: datetime) -> dict[str, Any]:
    """Tell of editions that have appeared."""
    return {"n": tell_published(now)}


@while_waiting("editorial.tell")
def tell_soon(now: datetime) -> None:
    """Tell of an edition within a minute of its moment."""
    tell_published(now)


@while_waiting("editorial.offer")
def offer_soon(now: datetime) -> None:
    """Offer the newest audit within a minute of being built."""
    _offered(now)


def _offered(now: datetime) -> int:
    try:
        return int(offer_newest(now) is not None)
    except ConviveError:
        return 0  # a disk that is full, or an audit that is being written: it is tried again
