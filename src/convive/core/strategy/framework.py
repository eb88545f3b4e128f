"""A framework: other people's wisdom as a list of points that a plan can be held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from convive.core.model import Text
from convive.core.strategy import vocabulary


class FrameworkKind(StrEnum):
    """What the points of a framework are."""

    RECOMMENDATIONS = "recommendations"
    CATEGORIES = "categories"
    CHECKLIST = "checklist"


class PointKind(StrEnum):
    """What one point is."""

    RECOMMENDATION = "recommendation"
    COMMITMENT = "commitment"
    PRINCIPLE = "principle"
    CATEGORY = "category"
    MEMBER = "member"
    """Somebody who should sit at the table."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a framework asks for, sorted by the words by which a plan is sorted."""

    id: str
    kind: PointKind
    reference: str
    """Heading, number and page in the source, as far as it tells them."""
    short: Text
    text: Text
    topics: tuple[vocabulary.Topic, ...] = ()
    pillars: tuple[vocabulary.Pillar, ...] = ()
    kinds: tuple[vocabulary.ActionKind, ...] = ()
    levels: tuple[vocabulary.PreventionLevel, ...] = ()
    groups: tuple[vocabulary.TargetGroup, ...] = ()
    times: tuple[vocabulary.TimeOfDay, ...] = ()
    sectors: tuple[vocabulary.Sector, ...] = ()
    addressed_to: tuple[str, ...] = ("city",)
    """Who should act: city, national, european, police, justice or partners."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A chapter of a framework; not to be confused with the topics that points are tagged with."""

    id: str
    reference: str
    title: Text
    about: Text
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class FrameworkSource:
    """The document that a framework was read from."""

    title: str
    publisher: str
    year: int
    note: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A list of points with its source, in our own words."""

    id: str
    kind: FrameworkKind
    version: int
    status: str
    """``draft``, ``checked`` (read against the source by us) or ``reviewed`` (by somebody else)."""
    date: date
    source: FrameworkSource
    title: Text
    about: Text
    topics: tuple[Topic, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """Return the points of all topics in the order of the source."""
        return tuple(point for topic in self.topics for point in topic.points)
