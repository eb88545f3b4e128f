"""Writes of places; a place keeps its identity over all campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from convive.app.fieldwork.city_areas import CityAreas, DrawnPoint
from convive.app.fieldwork.place_list import ListedPlace
from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Place
from convive.web.fieldwork.selectors.places import known_codes, next_numbers


@transaction.atomic
def add_places(
    places: Sequence[ListedPlace], areas: CityAreas, *, by: Any, how: str
) -> list[Place]:
    """Add places; each gets the area that it lies in.

    Parameters
    ----------
    how : str
        Where they come from, for the log: ``one``, ``list``.

    Raises
    ------
    ConflictError
        PLACE_EXISTS with the codes that are taken; nothing is added.
    """
    taken = known_codes(one.code for one in places)
    if taken:
        known = [one.code for one in places if one.code.casefold() in taken]
        raise ConflictError("PLACE_EXISTS", codes=known)
    rows = [_row(one, areas) for one in places]
    try:
        with transaction.atomic():
            Place.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ConflictError("PLACE_EXISTS", codes=[one.code for one in places]) from error
    record("place.added", actor=by, n=len(rows), how=how, codes=_few(row.code for row in rows))
    return rows


@transaction.atomic
def add_drawn_places(
    points: Sequence[DrawnPoint], areas: CityAreas, *, prefix: str, by: Any, facts: dict[str, Any]
) -> list[Place]:
    """Add points that were drawn in the areas, numbered on from those that are there.

    Parameters
    ----------
    facts : dict
        How they were drawn (seed, number or spacing), so that it can be done again.
    """
    codes = next_numbers(prefix, len(points))
    rows = [
        Place(
            code=code, name=f"{areas.name_of(point.area)} {code}",
            longitude=point.longitude, latitude=point.latitude,
            area_level=areas.level, area_id=point.area,
        )
        for code, point in zip(codes, points, strict=True)
    ]  # fmt: skip
    Place.objects.bulk_create(rows)
    record("place.drawn", actor=by, n=len(rows), codes=_few(codes), **facts)
    return rows


@transaction.atomic
def change_place(place: Place, fields: dict[str, Any], areas: CityAreas, *, by: Any) -> Place:
    """Change name or position, or switch a place off; its code stays."""
    place = Place.objects.select_for_update().get(pk=place.pk)
    changed = sorted(name for name, value in fields.items() if getattr(place, name) != value)
    for name, value in fields.items():
        setattr(place, name, value)
    if {"longitude", "latitude"} & set(changed):
        place.area_id = areas.area_at(place.longitude, place.latitude)
        place.area_level = areas.level if place.area_id else ""
    place.save()
    if changed:
        record("place.changed", actor=by, thing=("place", place.code), fields=changed)
    return place


def _row(one: ListedPlace, areas: CityAreas) -> Place:
    area = areas.area_at(one.longitude, one.latitude)
    return Place(
        code=one.code, name=one.name, longitude=one.longitude, latitude=one.latitude,
        area_id=area, area_level=areas.level if area else "",
    )  # fmt: skip


def _few(codes: Iterable[str]) -> list[str]:
    """Return the first and the last of many codes, for the log."""
    found = list(codes)
    return found if len(found) <= 10 else [found[0], found[-1]]
