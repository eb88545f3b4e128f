"""Closed schema of a framework's files: what may stand in them, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from convive.catalogue.schema import Closed, Code, Words
from convive.core.strategy import vocabulary
from convive.core.strategy.framework import FrameworkKind, PointKind

Addressee = Literal["city", "national", "european", "police", "justice", "partners"]


class TagsFile(Closed):
    """By what a point is sorted; only what truly applies."""

    topics: tuple[vocabulary.Topic, ...] = ()
    pillars: tuple[vocabulary.Pillar, ...] = ()
    kinds: tuple[vocabulary.ActionKind, ...] = ()
    levels: tuple[vocabulary.PreventionLevel, ...] = ()
    groups: tuple[vocabulary.TargetGroup, ...] = ()
    times: tuple[vocabulary.TimeOfDay, ...] = ()
    sectors: tuple[vocabulary.Sector, ...] = ()


class PointFile(Closed):
    """One point without its words."""

    id: Code
    kind: PointKind
    reference: Words
    tags: TagsFile = TagsFile()
    addressed_to: Annotated[tuple[Addressee, ...], Field(min_length=1)] = ("city",)


class TopicFile(Closed):
    """A chapter of a framework."""

    id: Code
    reference: Words
    points: Annotated[tuple[PointFile, ...], Field(min_length=1)]


class SourceFile(Closed):
    """The document that a framework was read from."""

    title: Words
    publisher: Words
    year: Annotated[int, Field(ge=1900, le=2100, strict=True)]
    note: Words


class FrameworkFile(Closed):
    """``framework.yaml``: everything but the words."""

    id: Code
    kind: FrameworkKind
    version: Annotated[int, Field(ge=1, strict=True)]
    status: Literal["draft", "checked", "reviewed"]
    date: date
    source: SourceFile
    topics: Annotated[tuple[TopicFile, ...], Field(min_length=1)]


class TopicTexts(Closed):
    """The words of a topic."""

    title: Words
    about: Words


class PointTexts(Closed):
    """The words of a point."""

    short: Words
    text: Words


class FrameworkTexts(Closed):
    """A file of one language."""

    title: Words
    about: Words
    topics: dict[Code, TopicTexts]
    points: dict[Code, PointTexts]
