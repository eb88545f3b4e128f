"""Moves answers of a drawn sample on, several at once and in random order.

In a transaction of its own: on PostgreSQL every row knows the transaction that wrote it, and an
answer that was written together with the mark of its invitation could be paired by that alone. A
crash in between loses nothing: what waits is moved on with the next answer, or by closing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from convive.app.fieldwork.mixing import Cell, cells_to_carry, to_release
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.receive import digest_of
from convive.web.fieldwork.models import Campaign, HeldAnswer, Submission
from convive.web.fieldwork.sealing import unseal


def dice() -> np.random.Generator:
    """Return a new generator, seeded by the system: nobody can foresee or repeat it."""
    return np.random.default_rng()


def release(campaign: Campaign, *, now: datetime) -> int:
    """Move on what may move on now; return how many answers did."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        chosen = to_release(_waiting(locked), dice())
        if not chosen:
            return 0
        found = HeldAnswer.objects.in_bulk(chosen)
        _move(
            locked, [(found[key], (found[key].stratum, found[key].area_id)) for key in chosen], now
        )
        return len(chosen)


def release_all(campaign: Campaign, *, now: datetime) -> tuple[int, int]:
    """Move everything on at closing, in the caller's transaction.

    Returns
    -------
    moved, discarded : int
        Where fewer than `SMALLEST_GROUP` answered in all, nothing can be kept unlinkable:
        those answers are discarded unread.
    """
    found = list(HeldAnswer.objects.filter(campaign=campaign).order_by("pk"))
    held = [found[int(k)] for k in dice().permutation(len(found))]
    carried = cells_to_carry([(one.stratum, one.area_id) for one in held], _released(campaign))
    if carried is None:
        HeldAnswer.objects.filter(campaign=campaign).delete()
        return 0, len(held)
    if held:
        _move(campaign, list(zip(held, carried, strict=True)), now)
    return len(held), 0


def week_of(now: datetime) -> date:
    """Return the Monday of the week: the only time that is kept of an answer."""
    return now.date() - timedelta(days=now.weekday())


def _waiting(campaign: Campaign) -> dict[Cell, list[UUID]]:
    cells: dict[Cell, list[UUID]] = defaultdict(list)
    rows = HeldAnswer.objects.filter(campaign=campaign).order_by("pk")
    for key, stratum, area in rows.values_list("pk", "stratum", "area_id"):
        cells[stratum, area].append(key)
    return cells


def _released(campaign: Campaign) -> Counter[Cell]:
    rows = campaign.submissions.values_list("stratum", "area_id")
    return Counter((stratum, area) for stratum, area in rows)


def _move(campaign: Campaign, pairs: Iterable[tuple[HeldAnswer, Cell]], now: datetime) -> None:
    """Make submissions of held answers, with ids of their own, and forget what was held."""
    moved = list(pairs)
    made = [_submission(campaign, unseal(bytes(held.sealed)), cell, now) for held, cell in moved]
    Submission.objects.bulk_create(made)
    HeldAnswer.objects.filter(pk__in=[held.pk for held, _ in moved]).delete()
    # One event for all of them, which names none.
    record(
        "fieldwork.answers_released",
        label="wave",
        thing=("campaign", campaign.pk),
        campaign=campaign.code,
        n=len(made),
    )


def _submission(
    campaign: Campaign, content: dict[str, Any], cell: Cell, now: datetime
) -> Submission:
    return Submission(
        campaign=campaign,
        form_id=campaign.form_id,
        channel=Submission.Channel.WEB,
        answers=content["answers"],
        problems=content["problems"],
        content_digest=digest_of(content["answers"]),
        filled_on=week_of(now),
        stratum=cell[0],
        area_id=cell[1],
        state=Submission.State.COMPLETE,
    )
