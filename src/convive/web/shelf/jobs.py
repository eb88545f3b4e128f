"""What the shelf does beside the pages: it looks at the feeds of other towns, and publishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from convive.app.shelf.subscriptions import Look, Subscription, look
from convive.core.errors import ConflictError, ConviveError
from convive.web.audit_log.actions import record
from convive.web.jobs.actions import enqueue
from convive.web.jobs.daily import day_of, every_day
from convive.web.jobs.tasks import prepared
from convive.web.shelf.actions.publishing import publish_now, publishing_now
from convive.web.shelf.actions.towns import due_towns, take_look
from convive.web.shelf.models import PartnerTown
from convive.web.shelf.selectors.exchange import (
    accepted_entries,
    followed,
    subscription_of,
    trust_now,
)
from convive.wiring.shelf_exchange import feed_reach


def _look(*, town_id: int) -> tuple[Subscription, Look] | None:
    """Fetch a town's feed; nothing is kept here."""
    town = followed().filter(pk=town_id).exclude(feed="").first()
    if town is None:
        return None
    before = subscription_of(town)
    seen = look(
        before, reach=feed_reach(), trust=trust_now(), accepted=accepted_entries(),
        now=timezone.now(),
    )  # fmt: skip
    return before, seen


@task()
@prepared(_look)
def look_at_feed(found: tuple[Subscription, Look] | None, *, town_id: int) -> dict[str, Any]:
    """Keep what came of a look at a feed."""
    if found is None or not PartnerTown.objects.filter(pk=town_id).exists():
        return {"n": 0}
    taken = take_look(town_id, *found)
    return {"n": taken.n_proposals}


@transaction.atomic
def ask_for_look(town: PartnerTown, *, now: datetime, by: Any) -> None:
    """Have a worker look at a town's feed, whenever the next look would be due.

    Raises
    ------
    ConflictError
        SHELF_NO_FEED.
    """
    if not town.feed or not town.is_followed:
        raise ConflictError("SHELF_NO_FEED")
    enqueue(look_at_feed, key=f"{town.pk}:{now.timestamp():.6f}", town_id=town.pk)
    record("shelf.look_asked", actor=by, thing=("partner_town", town.pk))


@every_day("shelf.feeds")
def look_at_feeds(now: datetime) -> dict[str, Any]:
    """Ask for a look at every feed that is due."""
    towns = due_towns(now)
    for town in towns:
        enqueue(look_at_feed, key=f"{town.pk}:{day_of(now).isoformat()}", town_id=town.pk)
    return {"n": len(towns)}


@every_day("shelf.publish")
def publish_daily(now: datetime) -> dict[str, Any]:
    """Publish what has changed, letters too; nothing where publishing is off."""
    if not publishing_now().is_on:
        return {"n": 0}
    try:
        return {"n": len(publish_now(now=now).bundle.entries)}
    except ConviveError as error:
        return {"n": 0, "error": error.code}
