"""Projects for places: who sees what of them, and the figures of their areas."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from convive.core.collation import collation_key
from convive.core.strategy.before_after import BeforeAfter, figures_around, read_around
from convive.web.staff.audit import indicators_now
from convive.web.workspace.models import Action, PlaceProject, PlaceRecord, Strategy
from convive.web.workspace.secrecy import whole_places_of
from convive.web.workspace.selectors.figures import figures_then


def list_places(strategy: Strategy) -> list[PlaceProject]:
    """Return the projects of a strategy with the number of their actions and records."""
    found = strategy.places.annotate(
        n_actions=Count("actions", distinct=True),
        n_records=Count("records", filter=Q(records__is_struck=False), distinct=True),
    )
    return sorted(found, key=lambda one: (collation_key(one.name), one.pk))


def find_place(strategy: Strategy, code: str) -> PlaceProject | None:
    """Return a project."""
    return strategy.places.filter(code=code).select_related("strategy").first()


def sees_records(account: Any, place: PlaceProject) -> bool:
    """Tell whether an account sees what was seen at a place, and the problem."""
    return whole_places_of(account).filter(pk=place.pk).exists()


def records_by_when(place: PlaceProject) -> dict[str, list[PlaceRecord]]:
    """Return the records before, during and after, always all three, the oldest first."""
    found: dict[str, list[PlaceRecord]] = {one.value: [] for one in PlaceRecord.When}
    for row in place.records.order_by("on", "pk"):
        found[row.when].append(row)
    return found


def measures_of(place: PlaceProject) -> list[str]:
    """Return what was measured at a place, as it was called, to be chosen again."""
    names = place.records.exclude(measure="").order_by("measure")
    return list(names.values_list("measure", flat=True).distinct())


def actions_at(place: PlaceProject) -> QuerySet[Action]:
    """Return the actions of a project."""
    return place.actions.select_related("lead", "strategy").order_by("position", "pk")


def figures_of(place: PlaceProject) -> tuple[BeforeAfter, ...]:
    """Return the indicators of the place's area before and after; none without a first day."""
    if place.started_on is None:
        return ()
    pairs = []
    for indicator_id in indicators_now():
        figures = figures_then(indicator_id, place.level, place.area_id)
        if figures:
            around = figures_around(figures, place.started_on, place.ended_on)
            pairs.append((indicator_id, *around))
    return read_around(pairs)
