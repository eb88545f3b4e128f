"""Makes survey waves: a campaign with a frame or an open link, its draw, its opening."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from convive.app.fieldwork.frame import FramePerson
from convive.app.fieldwork.sample import Wish, draw, plan_sample
from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.model import ItemType
from convive.web.audit_log.actions import record
from convive.web.fieldwork.instruments import freeze, instrument_of
from convive.web.fieldwork.models import AccessLink, Campaign, FrameEntry, Invitation, Quota
from convive.web.fieldwork.selectors.waves import frame_cells
from convive.web.fieldwork.tokens import token_for, token_hash

_BATCH = 2_000
FEWEST_INVITED = 20
"""Fewer cannot give an anonymous result."""


def create_wave(instrument: str, fields: Mapping[str, Any], *, by: Any) -> Campaign:
    """Make a wave as a draft.

    Raises
    ------
    ConflictError
        FORM_VERSION_CHANGED.
    RequestError
        WAVE_HAS_PHOTO: a photo can show who answered, and its file when.
    """
    with transaction.atomic():
        form = freeze(instrument)
        if any(item.type is ItemType.PHOTO for item in instrument_of(form).items()):
            raise RequestError("WAVE_HAS_PHOTO")
        wave = Campaign.objects.create(
            kind=Campaign.Kind.SURVEY, form=form, created_by=by, **fields
        )
        _record("fieldwork.wave_created", wave, by, sampling=wave.sampling, instrument=instrument)
    return wave


def import_frame(wave: Campaign, people: Sequence[FramePerson], *, by: Any) -> None:
    """Keep a frame; an earlier one that was not drawn from is replaced.

    Raises
    ------
    ConflictError
        WAVE_DRAWN, WAVE_NOT_FRAME.
    """
    with transaction.atomic():
        locked = _draft(wave)
        FrameEntry.objects.filter(campaign=locked).delete()
        rows = (
            FrameEntry(
                campaign=locked, contact=one.contact, stratum=one.stratum, area_id=one.area,
                language=one.language, size=one.size,
            )
            for one in sorted(people, key=lambda one: one.contact)
        )  # fmt: skip
        FrameEntry.objects.bulk_create(rows, batch_size=_BATCH)
        _record("fieldwork.frame_imported", locked, by, n=len(people))


def draw_sample(wave: Campaign, wish: Wish, *, seed: int, today: date, by: Any) -> int:
    """Draw the sample, make its invitations in random order, and erase the frame.

    Raises
    ------
    ConflictError
        WAVE_DRAWN, WAVE_NOT_FRAME.
    RequestError
        WAVE_NO_FRAME, WAVE_TOO_FEW.
    MethodError
        As `convive.app.fieldwork.sample.plan_sample`.
    """
    if wish.n < FEWEST_INVITED:
        raise RequestError("WAVE_TOO_FEW", least=FEWEST_INVITED)
    with transaction.atomic():
        locked = _draft(wave)
        cells = frame_cells(locked)
        if not cells:
            raise RequestError("WAVE_NO_FRAME")
        plan = plan_sample(cells, wish)
        people: dict[str, list[FrameEntry]] = defaultdict(list)
        for one in FrameEntry.objects.filter(campaign=locked).order_by("contact"):
            people[one.stratum].append(one)
        chosen = draw(people, plan.strata, np.random.default_rng(seed))
        _invite(locked, chosen)
        locked.plan = locked.plan | {"draw": _drawn(wish, plan.strata, people, seed, today)}
        locked.save(update_fields=["plan"])
        FrameEntry.objects.filter(campaign=locked).delete()
        _record("fieldwork.sample_drawn", locked, by, n=len(chosen), seed=seed, rule=wish.rule)
    wave.refresh_from_db()
    return len(chosen)


def set_quotas(
    wave: Campaign, wanted: Iterable[tuple[Mapping[str, list[str]], int]], *, by: Any
) -> None:
    """Replace the quotas of an open link; those that stay keep their counts.

    Raises
    ------
    ConflictError
        QUOTA_NOT_OPEN_LINK: a drawn sample has chances of selection, and quotas destroy them;
        besides, a count that moves when somebody answers would tell what they answered.
    """
    if wave.sampling != Campaign.Sampling.OPEN_LINK:
        raise ConflictError("QUOTA_NOT_OPEN_LINK")
    with transaction.atomic():
        before = {_key(one.conditions): one for one in wave.quotas.select_for_update()}
        kept = []
        for conditions, target in wanted:
            known = before.get(_key(conditions))
            if known is None:
                known = Quota(campaign=wave, conditions=dict(conditions))
            known.target = target
            known.save()
            kept.append(known.pk)
        wave.quotas.exclude(pk__in=kept).delete()
        _record("fieldwork.quotas_set", wave, by, n=len(kept))


def open_wave(wave: Campaign, *, today: date, by: Any) -> None:
    """Open a wave; an open link gets its address.

    Raises
    ------
    ConflictError
        WAVE_NOT_DRAFT.
    RequestError
        WAVE_NOT_DRAWN.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=wave.pk)
        if locked.state != Campaign.State.DRAFT:
            raise ConflictError("WAVE_NOT_DRAFT")
        if locked.sampling == Campaign.Sampling.FRAME and not locked.invitations.exists():
            raise RequestError("WAVE_NOT_DRAWN")
        if locked.sampling == Campaign.Sampling.OPEN_LINK:
            key = uuid.uuid4()
            AccessLink.objects.create(
                pk=key, campaign=locked, kind=AccessLink.Kind.OPEN_SURVEY,
                token_hash=token_hash(token_for("AccessLink", key)),
            )  # fmt: skip
        locked.state = Campaign.State.OPEN
        locked.opens_on = locked.opens_on or today
        locked.save(update_fields=["state", "opens_on"])
        _record("fieldwork.wave_opened", locked, by)
    wave.refresh_from_db()


def _draft(wave: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=wave.pk)
    if locked.sampling != Campaign.Sampling.FRAME:
        raise ConflictError("WAVE_NOT_FRAME")
    if locked.state != Campaign.State.DRAFT or locked.invitations.exists():
        raise ConflictError("WAVE_DRAWN")
    return locked


def _invite(wave: Campaign, chosen: Sequence[FrameEntry]) -> None:
    made = []
    # Not in the order of the draw, which the seed would give again to whoever has the frame.
    for k in np.random.default_rng().permutation(len(chosen)):
        one, key = chosen[int(k)], uuid.uuid4()
        made.append(Invitation(
            pk=key, campaign=wave, contact=one.contact, stratum=one.stratum, area_id=one.area_id,
            language=one.language, token_hash=token_hash(token_for("Invitation", key)),
        ))  # fmt: skip
    Invitation.objects.bulk_create(made, batch_size=_BATCH)


def _drawn(
    wish: Wish, drawn: Mapping[str, int], people: Mapping[str, Sequence[FrameEntry]],
    seed: int, today: date,
) -> dict[str, Any]:  # fmt: skip
    """Return what is remembered of a draw: enough to repeat and to weight it."""
    strata = [
        {
            "stratum": one,
            "frame": len(people[one]),
            "population": sum(row.size for row in people[one]),
            "n": n,
        }
        for one, n in sorted(drawn.items())
    ]
    return {
        "seed": seed, "day": today.isoformat(), "n": wish.n, "rule": wish.rule,
        "response": wish.response, "share": wish.share, "deff": wish.deff,
        "minimum": wish.minimum, "strata": strata,
    }  # fmt: skip


def _key(conditions: Mapping[str, list[str]]) -> str:
    return repr(sorted((item, sorted(codes)) for item, codes in conditions.items()))


def _record(verb: str, wave: Campaign, by: Any, **details: Any) -> None:
    record(verb, actor=by, thing=("campaign", wave.pk), campaign=wave.code, **details)
