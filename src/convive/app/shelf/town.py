"""What a town has to work with, as far as its audit and its plans tell it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from convive.app.ports import Build
from convive.core.model import FACES, Face, Status
from convive.core.shelf.fit import TownProfile
from convive.core.strategy.model import Plan
from convive.core.strategy.vocabulary import Sector


def town_profile(
    build: Build, plans: Iterable[Plan] = (), *, budget: Decimal | None = None
) -> TownProfile:
    """Return the profile of a town; what neither audit nor plans tell stays unknown.

    Parameters
    ----------
    build : Build
        The audit: residents, country and the faces of security that have shown figures.
    plans : iterable of Plan
        Their organisations are the partners at hand; their currency is that of the budget.
    budget : Decimal, optional
        What could be spent on one action in a year.
    """
    known = list(plans)
    return TownProfile(
        residents=_residents(build),
        sectors=frozenset[Sector](one.sector for plan in known for one in plan.organisations),
        budget=budget,
        currency=known[0].currency if known else "",
        country=build.city.country,
        faces=_faces(build),
    )


def _residents(build: Build) -> int | None:
    """Return the residents of the whole city; None where nobody has counted them."""
    areas = build.tables["areas"].select(["level", "area_id", "residents"]).to_pylist()
    whole = [row["residents"] for row in areas if row["area_id"] == build.city.id]
    if not whole:
        level = build.city.levels[-1].id
        whole = [sum(row["residents"] or 0 for row in areas if row["level"] == level)]
    return int(whole[0]) if whole[0] else None


def _faces(build: Build) -> frozenset[Face]:
    """Return the faces of which some figure of the whole city is shown."""
    rows = build.tables["estimates"].select(["face", "status"]).to_pylist()
    shown = {row["face"] for row in rows if row["status"] == Status.SHOWN}
    return frozenset(face for face in FACES if face in shown)
