"""Whose time has come: plans that were laid down, and the day on which they are to be answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.core.evaluation.study import Study
from convive.core.evaluation.values import from_values
from convive.web.evaluation.models import Evaluation, KeptAnswer, LaidDown


def due_on(study: Study) -> date:
    """Return the first day on which a plan can be answered: its last month is over then."""
    starts = study.starts_on
    month = starts.year * 12 + starts.month - 1 + study.months_after + (starts.day > 1)
    return date(month // 12, month % 12 + 1, 1)


def looks_of(study: Study) -> list[date]:
    """Return the days on which a plan is looked at, the last one when it can be answered."""
    return [*(study.looks.on if study.looks else ()), due_on(study)]


def next_look(study: Study, after: date) -> date:
    """Return the next planned look after a day; the last one where all are over."""
    looks = looks_of(study)
    return min((one for one in looks if one >= after), default=max(looks))


def studies_now(**where: Any) -> dict[int, tuple[Study, str]]:
    """Return evaluation → its plan as it holds now and its digest, of those that were laid down."""
    rows = LaidDown.objects.filter(**where).order_by("evaluation", "number")
    return {one.evaluation_id: (from_values(Study, one.study), one.digest) for one in rows}


def due_now(day: date) -> list[Evaluation]:
    """Return evaluations of which a look is due and not worked out yet; each with `digest_now`."""
    found = []
    answered: dict[int, list[tuple[str, date]]] = {}
    for pk, digest, kept_on in KeptAnswer.objects.values_list("evaluation", "plan_digest", "day"):
        answered.setdefault(pk, []).append((digest, kept_on))
    plans = studies_now()
    for one in Evaluation.objects.filter(pk__in=list(plans)).select_related("action__strategy"):
        study, digest = plans[one.pk]
        looks = [look for look in looks_of(study) if look <= day]
        last = max(
            (kept for known, kept in answered.get(one.pk, ()) if known == digest), default=None
        )
        if looks and (last is None or last < max(looks)):
            one.digest_now = digest  # type: ignore[attr-defined]
            found.append(one)
    return found
