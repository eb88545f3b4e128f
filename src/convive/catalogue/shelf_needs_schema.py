"""Closed schema of ``shelf_needs.yaml``: what findings call for, and how topics are kin."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.schema import Closed, Code, Signed
from convive.core.shelf.needs import About
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import Setting

Topics = tuple[vocabulary.Topic, ...]


class AspectsFile(Closed):
    """What a need can be about."""

    about: About
    topics: Topics = ()
    groups: tuple[vocabulary.TargetGroup, ...] = ()
    times: tuple[vocabulary.TimeOfDay, ...] = ()
    settings: tuple[Setting, ...] = ()
    levels: tuple[vocabulary.PreventionLevel, ...] = ()


class IndicatorNeedFile(AspectsFile):
    """What an indicator measures a problem of."""

    id: Code

    @model_validator(mode="after")
    def _problem_has_topics(self) -> IndicatorNeedFile:
        if self.about not in (About.PROBLEM, About.MIXED, About.NOTHING):
            raise PydanticCustomError("shelf_need", "an indicator is a problem, mixed or nothing")
        if (self.about is About.NOTHING) == bool(self.topics):
            raise PydanticCustomError("shelf_need", "topics, or nothing, but not both")
        return self


class FindingNeedFile(AspectsFile):
    """What a kind of finding calls for."""

    code: Code
    uses_indicators: bool = True

    @model_validator(mode="after")
    def _says_what_for(self) -> FindingNeedFile:
        if self.about is About.MIXED or not (self.uses_indicators or self.topics):
            raise PydanticCustomError("shelf_need", "without indicators its topics must be given")
        return self


class ShelfNeedsFile(Signed):
    """``shelf_needs.yaml``."""

    indicators: Annotated[tuple[IndicatorNeedFile, ...], Field(min_length=1)]
    findings: Annotated[tuple[FindingNeedFile, ...], Field(min_length=1)]
    gaps: dict[Code, Topics]
    neighbours: dict[vocabulary.Topic, Topics]
    special: dict[vocabulary.Topic, Topics]
