"""A practice: what others have done or made, as a source tells it, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from convive.core.model import Text
from convive.core.strategy import vocabulary


class PracticeKind(StrEnum):
    """What it is that others have done or made."""

    PRACTICE = "practice"
    TOOL = "tool"
    PROJECT = "project"
    PROGRAMME = "programme"
    NETWORK = "network"
    GUIDE = "guide"


class PracticeCategory(StrEnum):
    """In which part of the work it helps."""

    ASSESSMENT = "assessment"
    ACTIVITY = "activity"
    EVALUATION = "evaluation"


class Focus(StrEnum):
    """The fields by which the inventory of practices is ordered."""

    JUVENILE_DELINQUENCY = "juvenile_delinquency"
    RADICALISATION = "radicalisation"
    ORGANISED_CRIME = "organised_crime"
    PUBLIC_SPACE = "public_space"
    OTHER = "other"


class Setting(StrEnum):
    """Where it takes place."""

    STREET = "street"
    SQUARE_PARK = "square_park"
    SCHOOL = "school"
    HOME_ESTATE = "home_estate"
    PUBLIC_TRANSPORT = "public_transport"
    NIGHTLIFE = "nightlife"
    CITY_CENTRE = "city_centre"
    ONLINE = "online"
    PRISON = "prison"
    INSTITUTION = "institution"
    BORDER = "border"
    CITYWIDE = "citywide"
    OTHER = "other"


class Approach(StrEnum):
    """By what kind of thinking it should work."""

    SITUATIONAL = "situational"
    SOCIAL = "social"
    DEVELOPMENTAL = "developmental"
    COMMUNITY = "community"
    RESTORATIVE = "restorative"
    LAW_ENFORCEMENT = "law_enforcement"
    VICTIM_CENTRED = "victim_centred"
    PARTICIPATORY = "participatory"
    TECHNOLOGICAL = "technological"
    GOVERNANCE = "governance"
    RESEARCH = "research"


class ResultStrength(StrEnum):
    """How strong the reported evidence is, from nothing said to many studies."""

    NONE_REPORTED = "none_reported"
    ASSERTION = "assertion"
    """The source says that it works, without data."""
    MONITORING = "monitoring"
    """Numbers without a comparison."""
    BEFORE_AFTER = "before_after"
    CONTROLLED = "controlled"
    RANDOMISED = "randomised"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class PracticeDocument:
    """A document that practices were read from."""

    code: str
    title: str
    publisher: str
    year: int | None
    """None where the document does not tell it."""


@dataclass(frozen=True, slots=True)
class PracticeSource:
    """Where in a document a practice stands."""

    document: PracticeDocument
    heading: str
    lines: str
    """Lines of the text that we read, such as ``369-390``."""
    section: str


@dataclass(frozen=True, slots=True)
class PracticePlace:
    """Where it was done."""

    name: str
    country: str
    """ISO 3166 alpha-2; ``EU`` for European."""


@dataclass(frozen=True, slots=True)
class PracticeYears:
    """When it ran; None where that is not told or not over."""

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class PracticeCost:
    """What the source says about money."""

    text: str
    amount: float | None
    currency: str
    """ISO 4217; empty without an amount."""
    per: str


@dataclass(frozen=True, slots=True)
class PracticeResults:
    """What the source reports, and how far that is evidence."""

    text: str
    strength: ResultStrength


@dataclass(frozen=True, slots=True)
class PracticeLinks:
    """What in the catalogue and in the software belongs to it."""

    instruments: tuple[str, ...]
    practices: tuple[str, ...]
    convive: str
    """The function that does this job, or ``not yet``; empty where the question is none."""


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice, tool, project, programme, network or guide.

    What the sources do not tell is empty: it is never guessed.
    """

    id: str
    version: int
    status: str
    """``draft``, ``checked`` (read against the source by us) or ``reviewed`` (by somebody else)."""
    kind: PracticeKind
    category: PracticeCategory
    title: Text
    summary: Text
    places: tuple[PracticePlace, ...]
    years: PracticeYears | None
    lead: str
    partners: tuple[str, ...]
    focus: tuple[Focus, ...]
    topics: tuple[vocabulary.Topic, ...]
    kinds: tuple[vocabulary.ActionKind, ...]
    pillars: tuple[vocabulary.Pillar, ...]
    levels: tuple[vocabulary.PreventionLevel, ...]
    groups: tuple[vocabulary.TargetGroup, ...]
    times: tuple[vocabulary.TimeOfDay, ...]
    sectors: tuple[vocabulary.Sector, ...]
    setting: tuple[Setting, ...]
    approach: tuple[Approach, ...]
    problem: str
    mechanism: str
    activities: str
    resources: str
    cost: PracticeCost | None
    results: PracticeResults
    success_factors: tuple[str, ...]
    barriers: tuple[str, ...]
    transferability: str
    end_users: str
    cost_benefit: str
    risk: str
    sustainability: str
    cross_cutting: Mapping[str, str]
    """By gender, cyber, technology, governance, transnational; only what is told."""
    grades: Mapping[str, str]
    """How the source itself judges it: in its words, or by a named scale."""
    contradictions: tuple[str, ...]
    aliases: tuple[str, ...]
    sources: tuple[PracticeSource, ...]
    links: PracticeLinks
    person_risk: bool
    """It scores or flags persons: shown with a warning, never offered as something to do."""
