"""Reads of forms as hand-overs, comparisons and exports see them; streamed, never all at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from convive.app.fieldwork.kept_forms import FieldRound, KeptForm
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Place, Submission

CHUNK = 500
"""Forms read at a time."""
_FIELDS = (
    "pk", "filled_on", "answers", "channel", "state", "reason", "problems", "place__code",
    "place__name", "place__longitude", "place__latitude", "place__area_level", "place__area_id",
    "area_id", "rater__label", "daypart", "language", "stratum", "started_at", "ended_at",
    "survey_weight__weight",
)  # fmt: skip


def kept_forms(
    campaign: Campaign, *, time_zone: str = "UTC", only_counted: bool = False
) -> Iterator[KeptForm]:
    """Yield the forms of a campaign in the order of their ids, which tells nothing.

    Parameters
    ----------
    time_zone : str
        IANA name; of the hours that forms carry.
    only_counted : bool
        Leave out those that are excluded or wait for photos.
    """
    found = Submission.objects.filter(campaign=campaign)
    if only_counted:
        found = found.filter(state=Submission.State.COMPLETE)
    zone = _zone(time_zone)
    # Whole rows sorted by the database would all be in memory; ids alone take 16 bytes a form.
    ids = b"".join(pk.bytes for pk in found.order_by("pk").values_list("pk", flat=True).iterator())
    for start in range(0, len(ids), 16 * CHUNK):
        part = ids[start : start + 16 * CHUNK]
        chunk = [UUID(bytes=part[k : k + 16]) for k in range(0, len(part), 16)]
        for row in found.filter(pk__in=chunk).order_by("pk").values(*_FIELDS):
            yield _form(row, zone)


def field_round(campaign: Campaign, *, owner: str, language: str) -> FieldRound:
    """Return what evidence says of where a campaign's forms come from."""
    return FieldRound(
        code=campaign.code, title=campaign.title, kind=campaign.kind, sampling=campaign.sampling,
        wave=campaign.wave, instrument=instrument_of(campaign.form), owner=owner,
        language=language, frame=_frame(campaign),
    )  # fmt: skip


def earlier_rounds(campaign: Campaign) -> list[Campaign]:
    """Return other campaigns with forms at the same places and the same instrument, by date."""
    places = Place.objects.filter(submission__campaign=campaign)
    found = (
        Campaign.objects.filter(
            form__instrument_id=campaign.form.instrument_id, submissions__place__in=places
        )
        .exclude(pk=campaign.pk)
        .select_related("form")
        .distinct()
    )
    return sorted(found, key=lambda one: (one.opens_on or one.created_at.date(), one.code))


def _form(row: dict[str, Any], zone: ZoneInfo) -> KeptForm:
    level, area = row["place__area_level"] or "", row["place__area_id"] or ""
    begun: datetime | None = row["started_at"] or row["ended_at"]
    return KeptForm(
        id=str(row["pk"]), day=row["filled_on"], answers=row["answers"], channel=row["channel"],
        state=row["state"], reason=row["reason"],
        broken=tuple(tuple(one.get("path", ())) for one in row["problems"]),
        place=row["place__code"] or "", place_name=row["place__name"] or "",
        longitude=row["place__longitude"], latitude=row["place__latitude"],
        area_level=level, area_id=area or row["area_id"] or "", rater=row["rater__label"] or "",
        daypart=row["daypart"], hour=begun.astimezone(zone).hour if begun else None,
        language=row["language"], stratum=row["stratum"], weight=row["survey_weight__weight"],
        started=_moment(row["started_at"]), ended=_moment(row["ended_at"]),
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _frame(campaign: Campaign) -> dict[str, str | int | float]:
    """Return how the sample was drawn, as far as the campaign knows."""
    if campaign.sampling != Campaign.Sampling.FRAME:
        return {}
    draw = campaign.plan.get("draw") or {}
    strata = draw.get("strata") or []
    found: dict[str, str | int | float] = {}
    invited = campaign.invitations.count()
    if invited:
        answered = campaign.invitations.filter(is_used=True).count()
        found = {"invited": invited, "answered": answered}
    if strata:
        found["n_strata"] = len(strata)
        found["population"] = sum(one.get("population", 0) for one in strata)
    weights = campaign.plan.get("weights") or {}
    for key in ("deff", "n_effective", "n_trimmed"):
        if isinstance(weights.get(key), int | float):
            found[f"weights_{key}"] = weights[key]
    return found
