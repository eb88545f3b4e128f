"""Closed schema of a method card's file: what may stand in it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.practice_schema import SourceFile
from convive.catalogue.schema import Closed, Code, Texts
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import PracticeCategory

_ManyTexts = tuple[Texts, ...]
Weeks = Annotated[int, Field(ge=1, le=260, strict=True)]


def _from_to(least: int, most: int) -> Callable[[_ManyTexts], _ManyTexts]:
    """Return a check of how many there are; pydantic's own is told only for an empty list."""

    def check(texts: _ManyTexts) -> _ManyTexts:
        if not least <= len(texts) <= most:
            raise PydanticCustomError("card_count", f"{least} to {most}, not {len(texts)}")
        return texts

    return check


class EffortFile(Closed):
    """What it takes; no weeks where it depends too much to say."""

    weeks_from: Weeks | None = None
    weeks_to: Weeks | None = None
    people: Texts

    @model_validator(mode="after")
    def _is_a_range(self) -> EffortFile:
        first, last = self.weeks_from, self.weeks_to
        if (first is None) != (last is None) or (first and last and first > last):
            raise PydanticCustomError("card_weeks", "weeks_from and weeks_to: both, in order")
        return self


class CardFile(Closed):
    """``cards/<id>.yaml``."""

    id: Code
    version: Annotated[int, Field(ge=1, strict=True)]
    status: Literal["draft", "checked", "reviewed"]
    title: Texts
    summary: Texts
    when: Texts
    not_when: Texts
    steps: Annotated[_ManyTexts, AfterValidator(_from_to(4, 7))]
    pitfalls: Annotated[_ManyTexts, AfterValidator(_from_to(2, 4))]
    fairness: Texts
    rights: Texts
    effort: EffortFile
    category: PracticeCategory
    topics: Annotated[tuple[vocabulary.Topic, ...], Field(min_length=1)]
    kinds: Annotated[tuple[vocabulary.ActionKind, ...], Field(min_length=1)]
    pillars: tuple[vocabulary.Pillar, ...] = ()
    levels: tuple[vocabulary.PreventionLevel, ...] = ()
    sectors: Annotated[tuple[vocabulary.Sector, ...], Field(min_length=1)]
    instruments: tuple[Code, ...] = ()
    practices: tuple[Code, ...] = ()
    cards: tuple[Code, ...] = ()
    convive: Texts
    sources: tuple[SourceFile, ...]
