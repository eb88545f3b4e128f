"""Reads about survey waves: list, one, its frame, how many have answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet, Sum

from convive.app.fieldwork.mixing import Cell
from convive.core.errors import MethodError
from convive.core.representativeness import RIndicator, r_indicator
from convive.core.survey import Dispositions, margin_of_share
from convive.core.survey.planning import Assumptions
from convive.web.fieldwork.models import AccessLink, Campaign, FrameEntry, Invitation, Submission

GROUPS = ("stratum", "area_id", "language")
"""What is known of everybody who was invited."""


@dataclass(frozen=True)
class GroupResponse:
    """How many of a group have answered."""

    name: str
    invited: int
    answered: int
    final: int
    """Refused, not eligible and the like: no reminder will change them."""
    margin: float | None
    """Half of the interval that a share has now; None where hardly anybody answered."""

    @property
    def rate(self) -> float:
        return self.answered / self.invited

    @property
    def percent(self) -> float:
        return 100 * self.rate

    @property
    def margin_points(self) -> float | None:
        return None if self.margin is None else 100 * self.margin

    @property
    def left(self) -> int:
        """Who may still answer."""
        return self.invited - self.answered - self.final


@dataclass(frozen=True)
class WaveProgress:
    """How far a wave is."""

    n_invited: int
    n_sent: int
    n_answered: int
    n_held: int
    n_kept: int
    dispositions: Dispositions | None
    whole: GroupResponse | None
    strata: list[GroupResponse]
    areas: list[GroupResponse]
    r: RIndicator | None
    r_problem: MethodError | None

    @property
    def rates(self) -> dict[str, float]:
        """AAPOR response rates in percent."""
        found = self.dispositions
        if found is None:
            return {}
        return {"rr1": 100 * found.rr1, "rr2": 100 * found.rr2, "rr3": 100 * found.rr3}

    @property
    def to_remind(self) -> list[GroupResponse]:
        """The areas (or strata) where reminders bring most: behind the others, many left."""
        groups = self.areas if len(self.areas) > 1 else self.strata
        if self.whole is None or len(groups) < 2:
            return []
        rate = self.whole.rate
        lacking = {one.name: (rate - one.rate) * one.invited for one in groups}
        behind = [one for one in groups if lacking[one.name] > 0 and one.left]
        return sorted(behind, key=lambda one: -lacking[one.name])[:3]


def list_waves(*, with_drafts: bool) -> QuerySet[Campaign]:
    """Return survey waves, the newest first."""
    found = Campaign.objects.filter(kind=Campaign.Kind.SURVEY).select_related("form")
    return found if with_drafts else found.exclude(state=Campaign.State.DRAFT)


def find_wave(code: str) -> Campaign | None:
    """Return a survey wave by its code, None where there is none."""
    waves = Campaign.objects.filter(kind=Campaign.Kind.SURVEY).select_related("form")
    return waves.filter(code=code).first()


def code_is_taken(code: str) -> bool:
    """Tell whether a campaign has the code."""
    return Campaign.objects.filter(code=code).exists()


def frame_cells(wave: Campaign) -> dict[Cell, tuple[int, float]]:
    """Return rows of the frame and the people they stand for, by stratum and area."""
    rows = FrameEntry.objects.filter(campaign=wave).values("stratum", "area_id")
    counted = rows.annotate(n=Count("pk"), people=Sum("size")).order_by("stratum", "area_id")
    return {(one["stratum"], one["area_id"]): (one["n"], one["people"]) for one in counted}


def open_link_of(wave: Campaign) -> AccessLink | None:
    """Return the link of a wave that everybody may answer."""
    return wave.links.filter(kind=AccessLink.Kind.OPEN_SURVEY, revoked_at=None).first()


def counted(wave: Campaign) -> QuerySet[Submission]:
    """Return the answers that count, in an order that tells nothing."""
    return wave.submissions.exclude(state=Submission.State.EXCLUDED).order_by("pk")


def disposition_counts(wave: Campaign) -> dict[tuple[Any, ...], dict[str, int]]:
    """Return numbers of invitations by stratum, area and language, and how they ended."""
    rows = Invitation.objects.filter(campaign=wave).values(*GROUPS, "is_used", "outcome")
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in rows.annotate(n=Count("pk")).order_by(*GROUPS):
        end = "answered" if one["is_used"] else one["outcome"] or "open"
        found[tuple(one[name] for name in GROUPS)][end] += one["n"]
    return found


def progress_of(wave: Campaign) -> WaveProgress:
    """Return how far a wave is, from counts alone."""
    cells = disposition_counts(wave)
    n_kept = counted(wave).count()
    if not cells:
        return WaveProgress(0, 0, n_kept, 0, n_kept, None, None, [], [], None, None)
    deff = float(wave.plan.get("draw", {}).get("deff", 1.0))
    whole = _group("", list(cells.values()), deff)
    r, problem = _r(cells)
    return WaveProgress(
        n_invited=whole.invited,
        n_sent=wave.invitations.filter(~Q(invited_on=None)).count(),
        n_answered=whole.answered,
        n_held=wave.held.count(),
        n_kept=n_kept,
        dispositions=_dispositions(list(cells.values())),
        whole=whole,
        strata=_groups(cells, 0, deff),
        areas=_groups(cells, 1, deff),
        r=r,
        r_problem=problem,
    )


def _groups(
    cells: dict[tuple[Any, ...], dict[str, int]], part: int, deff: float
) -> list[GroupResponse]:
    by_name: dict[str, list[dict[str, int]]] = defaultdict(list)
    for cell, ends in cells.items():
        by_name[cell[part]].append(ends)
    return [_group(name, by_name[name], deff) for name in sorted(by_name)]


def _group(name: str, ends: list[dict[str, int]], deff: float) -> GroupResponse:
    total = {end: sum(one.get(end, 0) for one in ends) for one in ends for end in one}
    total |= {end: sum(one.get(end, 0) for one in ends) for end in ("answered", "open")}
    invited, answered = sum(total.values()), total["answered"]
    margin = None
    if answered >= 10:
        margin = float(margin_of_share(0.5, answered, assumptions=Assumptions(deff=deff)))
    return GroupResponse(name, invited, answered, invited - answered - total["open"], margin)


def _dispositions(ends: list[dict[str, int]]) -> Dispositions | None:
    def total(end: str) -> int:
        return sum(one.get(end, 0) for one in ends)

    try:
        return Dispositions(
            complete=total("answered"),
            refused=total("refused"),
            not_reached=total("not_reached"),
            unknown_other=total("open") + total("unknown"),
            not_eligible=total("not_eligible"),
        )
    except MethodError:
        return None


def _r(
    cells: dict[tuple[Any, ...], dict[str, int]],
) -> tuple[RIndicator | None, MethodError | None]:
    """Return the R-indicator by what the frame knows of everybody, or why there is none."""
    known: dict[str, list[str]] = {
        name: [] for k, name in enumerate(GROUPS) if len({cell[k] for cell in cells}) > 1
    }
    responded: list[bool] = []
    for cell, ends in cells.items():
        for end, n in ends.items():
            if end == "not_eligible":
                continue
            responded += [end == "answered"] * n
            for name in known:
                known[name] += [cell[GROUPS.index(name)]] * n
    if not known:
        return None, None
    try:
        return r_indicator(np.array(responded, dtype=bool), known), None
    except MethodError as error:
        return None, error
