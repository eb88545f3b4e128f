"""The invented town's fieldwork in its workspace: a closed audit campaign and one half-way.

The closed one holds the very stops of ``evidence/observations``, entered by the one way in that
all channels use; the open one is planned by Convive and visits some of the places again.
"""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
import uuid
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from convive.wiring.workspace import open_workspace

from .city import DemoCity
from .fieldwork import PARAMETERS, RATERS, Observations
from .plan import CRS, LANGUAGES

NAMESPACE = uuid.UUID("5f0f6c8e-3a55-4d0c-9a1e-0d6f6d617276")
LEVEL = "neighbourhood"
INSTRUMENT = "street_observation"
SPRING, AUTUMN = "auditoria-de-primavera-2025", "auditoria-de-otono-2025"
"""Codes of the campaigns, as their titles give them."""
SPRING_DAYS = (date(2025, 3, 3), date(2025, 5, 31))
AUTUMN_DAYS = (date(2025, 10, 6), date(2025, 11, 30))
N_AGAIN, N_AGAIN_RATERS, SHARE_DONE = 60, 6, 0.55
SOFTER = 0.1
"""Points that places are rated higher in autumn, where nobody has planted anything."""


def write_workspace(city: DemoCity, folder: Path) -> None:
    """Enter both campaigns into the workspace of a pack; the workspace is made if needed."""
    open_workspace(folder)
    from django.db import connection

    enter_fieldwork(city)
    connection.close()


def enter_fieldwork(city: DemoCity) -> None:
    """Enter places and both campaigns into the workspace that is open."""
    from django.db import transaction

    with transaction.atomic():
        places = _places(city)
        _spring(city, places)
        _autumn(city, places)


def place_code(number: int) -> str:
    """Return the code of a place, as in the field sheets of the pack."""
    return f"P{number:04d}"


def _places(city: DemoCity) -> dict[int, Any]:
    """Make the places that the observations saw."""
    from convive.web.fieldwork.models import Place

    seen = city.observations
    numbers, first = np.unique(seen.place, return_index=True)
    to_degrees = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(*seen.xy[first].T)
    land, found = city.territory, {}
    for k, (number, at) in enumerate(zip(numbers, first, strict=True)):
        area = int(seen.area[at])
        found[int(number)] = Place(
            code=place_code(int(number)), name=f"{land.names[area]} {int(number)}",
            longitude=round(float(longitude[k]), 6), latitude=round(float(latitude[k]), 6),
            area_level=LEVEL, area_id=land.codes[area],
        )  # fmt: skip
    Place.objects.bulk_create(found.values())
    return found


def _campaign(title: str, days: tuple[date, date], places: list[Any]) -> Any:
    """Make a campaign that visits some places."""
    from convive.web.fieldwork.actions.campaigns import choose_places, create_campaign

    fields = {
        "title": title, "kind": "audit", "languages": list(LANGUAGES),
        "opens_on": days[0],
        # The round that is under way stays so, whenever somebody looks at the demo.
        "closes_on": days[1] if days == SPRING_DAYS else None,
    }  # fmt: skip
    campaign = create_campaign(INSTRUMENT, fields, by=None)
    choose_places(campaign, places, by=None)
    campaign.refresh_from_db()
    return campaign


def _spring(city: DemoCity, places: dict[int, Any]) -> None:
    """Enter the stops of spring as they were rated, and close the campaign."""
    from convive.web.fieldwork.actions.campaigns import open_campaign
    from convive.web.fieldwork.actions.closing import close_campaign
    from convive.web.fieldwork.models import Assignment, Rater

    campaign = _campaign("Auditoría de primavera 2025", SPRING_DAYS, list(places.values()))
    raters = Rater.objects.bulk_create(Rater(campaign=campaign, label=label) for label in RATERS)
    Assignment.objects.bulk_create(_visits(city.observations, campaign, places, raters))
    campaign = open_campaign(campaign, today=SPRING_DAYS[0], by=None)
    seen = city.observations
    for k in range(seen.place.size):
        place, rater = places[int(seen.place[k])], raters[int(seen.rater[k])]
        day = seen.day[k].astype("datetime64[D]").astype(date)
        _send(campaign, f"{SPRING}/{k}", place, rater, (_daypart(seen, k), day, _answers(seen, k)))
    close_campaign(campaign, count_waiting=True, today=SPRING_DAYS[1], by=None)


def _visits(
    seen: Observations, campaign: Any, places: dict[int, Any], raters: list[Any]
) -> list[Any]:
    """Return the visits that the stops were; who came later to a place rated it again."""
    from convive.web.fieldwork.models import Assignment

    visited: set[int] = set()
    visits = []
    for k in range(seen.place.size):
        number = int(seen.place[k])
        visits.append(
            Assignment(
                campaign=campaign, place=places[number], rater=raters[int(seen.rater[k])],
                daypart=_daypart(seen, k), is_double=number in visited,
            )
        )  # fmt: skip
        visited.add(number)
    return visits


def _daypart(seen: Observations, k: int) -> str:
    return "night" if seen.night[k] else "day"


def _autumn(city: DemoCity, places: dict[int, Any]) -> None:
    """Plan a second campaign at some of the places; a part of it is done."""
    from convive.app.fieldwork.visits import Spot, plan_visits
    from convive.web.fieldwork.actions.campaign_links import make_links
    from convive.web.fieldwork.actions.campaigns import adopt_plan, open_campaign
    from convive.web.fieldwork.actions.raters import add_raters

    rng = np.random.default_rng([city.seed, 7])
    numbers = np.sort(rng.choice(list(places), min(N_AGAIN, len(places)), replace=False))
    chosen = [places[int(number)] for number in numbers]
    campaign = _campaign("Auditoría de otoño 2025", AUTUMN_DAYS, chosen)
    labels = [one.label for one in add_raters(campaign, N_AGAIN_RATERS, by=None)]
    spots = [Spot(p.code, p.area_id, p.longitude, p.latitude) for p in chosen]
    plan = plan_visits(spots, labels, share=0.15, rng=np.random.default_rng(city.seed))
    how = {"dayparts": "both", "double_percent": 15, "seed": city.seed}
    adopt_plan(campaign, plan, how, by=None)
    make_links(campaign, by=None)
    campaign = open_campaign(campaign, today=AUTUMN_DAYS[0], by=None)
    _rate_again(city, campaign, rng)


def _rate_again(city: DemoCity, campaign: Any, rng: np.random.Generator) -> None:
    """Send forms for the first visits of every rater but one, close to what was seen in spring."""
    earlier: dict[str, int] = {}
    for k, number in enumerate(city.observations.place):
        earlier.setdefault(place_code(int(number)), k)
    for rater in list(campaign.raters.all())[1:]:
        visits = list(rater.assignments.select_related("place"))
        for n, visit in enumerate(visits[: round(SHARE_DONE * len(visits) * 1.2)]):
            k = earlier[visit.place.code]
            answers = {
                item: str(int(np.clip(np.rint(int(code) + rng.normal(SOFTER, 0.6)), 0, 3)))
                for item, code in _answers(city.observations, k).items()
            }
            day = AUTUMN_DAYS[0] + timedelta(days=int(rng.integers(0, 30)))
            _send(campaign, f"{AUTUMN}/{rater.label}/{n}", visit.place, rater,
                  (visit.daypart, day, answers))  # fmt: skip


def _answers(seen: Observations, k: int) -> dict[str, str]:
    ratings = zip(PARAMETERS, seen.ratings[k], strict=True)
    return {item: str(int(rating)) for item, rating in ratings if rating >= 0}


def _send(
    campaign: Any, name: str, place: Any, rater: Any, seen: tuple[str, date, dict[str, str]]
) -> None:
    """Send one form by the way that all channels use."""
    from convive.web.fieldwork.actions.receive import Envelope, receive

    daypart, day, answers = seen
    at = datetime.combine(day, time(21 if daypart == "night" else 11), UTC)
    envelope = Envelope(
        id=uuid.uuid5(NAMESPACE, name), campaign=campaign, channel="phone", answers=answers,
        rater=rater, place=place, daypart=daypart, language="es", started_at=at, ended_at=at,
    )  # fmt: skip
    receive(envelope, now=at)
