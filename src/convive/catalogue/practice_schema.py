"""Closed schema of a practice's file: what may stand in it, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.schema import Closed, Code, Texts, Words
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import (
    Approach,
    Focus,
    PracticeCategory,
    PracticeKind,
    ResultStrength,
    Setting,
)

Year = Annotated[int, Field(ge=1900, le=2100, strict=True)]
CrossCutting = Literal["gender", "cyber", "technology", "governance", "transnational"]
Grade = Literal["source_words", "emmie", "maryland", "qualiprev"]


class DocumentFile(Closed):
    """A document that practices were read from."""

    code: Code
    title: Words
    publisher: Words
    year: Year | None = None


class DocumentsFile(Closed):
    """``practice_documents.yaml``."""

    documents: Annotated[tuple[DocumentFile, ...], Field(min_length=1)]


class PlaceFile(Closed):
    """A town, region or country."""

    name: Words
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class YearsFile(Closed):
    """When it ran."""

    since: Year | None = Field(default=None, alias="from")
    until: Year | None = None


class CostFile(Closed):
    """Money, as far as it is told; an amount comes with its currency."""

    text: Words
    amount: float | None = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    per: str = ""

    @model_validator(mode="after")
    def _amount_has_currency(self) -> CostFile:
        if (self.amount is None) != (not self.currency):
            raise PydanticCustomError("practice_cost", "an amount and its currency come together")
        return self


class ResultsFile(Closed):
    """What is reported; silence is a strength of its own."""

    text: str = ""
    strength: ResultStrength = ResultStrength.NONE_REPORTED

    @model_validator(mode="after")
    def _says_what_it_grades(self) -> ResultsFile:
        if self.strength is not ResultStrength.NONE_REPORTED and not self.text.strip():
            raise PydanticCustomError("practice_results", "a strength without what is reported")
        return self


class SourceFile(Closed):
    """Where it stands."""

    document: Code
    section: str = ""
    heading: Words
    lines: Annotated[str, Field(pattern=r"^\d+(-\d+)?(, \d+(-\d+)?)*$")]


class LinksFile(Closed):
    """What belongs to it."""

    instruments: tuple[Code, ...] = ()
    practices: tuple[Code, ...] = ()
    convive: str = ""


class PracticeFile(Closed):
    """``practices/<id>.yaml``."""

    id: Code
    version: Annotated[int, Field(ge=1, strict=True)]
    status: Literal["draft", "checked", "reviewed"]
    kind: PracticeKind
    category: PracticeCategory
    title: Texts
    summary: Texts
    places: tuple[PlaceFile, ...] = ()
    years: YearsFile | None = None
    lead: str = ""
    partners: tuple[Words, ...] = ()
    focus: Annotated[tuple[Focus, ...], Field(min_length=1)]
    topics: tuple[vocabulary.Topic, ...] = ()
    kinds: tuple[vocabulary.ActionKind, ...] = ()
    pillars: tuple[vocabulary.Pillar, ...] = ()
    levels: tuple[vocabulary.PreventionLevel, ...] = ()
    groups: tuple[vocabulary.TargetGroup, ...] = ()
    times: tuple[vocabulary.TimeOfDay, ...] = ()
    sectors: tuple[vocabulary.Sector, ...] = ()
    setting: tuple[Setting, ...] = ()
    approach: tuple[Approach, ...] = ()
    problem: str = ""
    mechanism: str = ""
    activities: str = ""
    resources: str = ""
    cost: CostFile | None = None
    results: ResultsFile = ResultsFile()
    success_factors: tuple[Words, ...] = ()
    barriers: tuple[Words, ...] = ()
    transferability: str = ""
    end_users: str = ""
    cost_benefit: str = ""
    risk: str = ""
    sustainability: str = ""
    cross_cutting: dict[CrossCutting, Words] = Field(default_factory=dict)
    grades: dict[Grade, Words] = Field(default_factory=dict)
    contradictions: tuple[Words, ...] = ()
    aliases: tuple[Words, ...] = ()
    sources: Annotated[tuple[SourceFile, ...], Field(min_length=1)]
    links: LinksFile = LinksFile()
    person_risk: bool = False
