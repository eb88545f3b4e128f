"""Who is in the partnership and who is missing, as rows of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from convive.catalogue import find
from convive.catalogue.texts import localised, say
from convive.core.collation import collation_key
from convive.core.errors import NotFoundError
from convive.core.strategy.framework import Framework, Point
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.models import Organisation
from convive.web.workspace.models import Stakeholder

CHECKLIST = "stakeholder_checklist"
_SECTORS = [one.value for one in Sector]
_PARTS = [*Stakeholder.Part.values, ""]


@dataclass(frozen=True)
class Missing:
    """A point of the checklist that no organisation stands for."""

    id: str
    title: str
    why: str
    reference: str
    is_known_absent: bool


@dataclass(frozen=True)
class MissingTopic:
    """A chapter of the checklist: what is missing, out of how many."""

    title: str
    n: int
    covered: int
    points: tuple[Missing, ...]


def checklist() -> Framework | None:
    """Return the checklist of stakeholders, None where this edition has none."""
    try:
        return find.framework(CHECKLIST)
    except NotFoundError:
        return None


def point_of(framework: Framework, point_id: str) -> Point | None:
    """Return a point of a framework."""
    return next((one for one in framework.points if one.id == point_id), None)


def proposed(point: Point | None, language: str) -> dict[str, str]:
    """Return what a form for whoever a point asks for begins with; as a rule, such a one works."""
    found = {"part": str(Stakeholder.Part.WORKS)}
    if point is None:
        return found
    sector = point.sectors[0] if point.sectors else Sector.OTHER
    return found | {"name": localised(point.short, language)[:160], "sector": str(sector)}


def rows_of(organisations: Iterable[Organisation], language: str) -> list[dict[str, Any]]:
    """Return one row an organisation, by sector and part, numbered as in the drawing."""
    rows = []
    for one in organisations:
        stakeholder = getattr(one, "stakeholder", None)
        rows.append({
            "organisation": one, "name": one.name, "sector": one.sector,
            "sector_name": say(f"plan.sector.{one.sector}", language),
            "part": stakeholder.part if stakeholder else "", "stakeholder": stakeholder,
        })  # fmt: skip
    rows.sort(key=_order)
    for number, row in enumerate((row for row in rows if row["part"]), start=1):
        row["number"] = number
    return rows


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    sector = _SECTORS.index(row["sector"]) if row["sector"] in _SECTORS else len(_SECTORS)
    return (not row["part"], sector, _PARTS.index(row["part"]), collation_key(row["name"]))


def missing_of(rows: Iterable[dict[str, Any]], language: str) -> list[MissingTopic] | None:
    """Return what of the checklist nobody covers; None where there is no checklist.

    An organisation covers the points that it is said to stand for, unless it is absent itself;
    such a point stays on the list, marked.
    """
    framework = checklist()
    if framework is None:
        return None
    stakeholders = [row["stakeholder"] for row in rows if row["stakeholder"]]
    is_there = [one for one in stakeholders if one.part != Stakeholder.Part.ABSENT]
    covered = {point for one in is_there for point in one.checklist}
    absent = {point for one in stakeholders for point in one.checklist} - covered
    return [
        MissingTopic(
            localised(topic.title, language), len(topic.points),
            sum(point.id in covered for point in topic.points),
            tuple(
                Missing(point.id, localised(point.short, language), localised(point.text, language),
                        point.reference, point.id in absent)
                for point in topic.points if point.id not in covered
            ),
        )
        for topic in framework.topics
    ]  # fmt: skip


def checklist_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the points of the checklist by topic, to tick."""
    framework = checklist()
    if framework is None:
        return []
    return [
        (localised(topic.title, language),
         [(point.id, localised(point.short, language)) for point in topic.points])
        for topic in framework.topics
    ]  # fmt: skip
