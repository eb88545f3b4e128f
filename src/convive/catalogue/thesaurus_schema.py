"""Closed schema of the files of the maintained vocabulary."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from convive.catalogue.schema import Closed, Code, Words, all_languages
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import Approach, Setting

Language = Literal["en", "fr", "es", "it", "de", "pt", "nl"]


def _parted(text: object) -> tuple[str, ...]:
    if not isinstance(text, str):
        raise PydanticCustomError("thesaurus_words", "words are one text, parted by ;")
    return tuple(word.strip() for word in text.split(";"))


WordList = Annotated[tuple[Words, ...], BeforeValidator(_parted)]
"""Words as one text, parted by ``;``: a list would take YAML five times as long to read."""


class TagsFile(Closed):
    """Closed words that mean the same as a concept."""

    topics: tuple[vocabulary.Topic, ...] = ()
    groups: tuple[vocabulary.TargetGroup, ...] = ()
    times: tuple[vocabulary.TimeOfDay, ...] = ()
    kinds: tuple[vocabulary.ActionKind, ...] = ()
    sectors: tuple[vocabulary.Sector, ...] = ()
    setting: tuple[Setting, ...] = ()
    approach: tuple[Approach, ...] = ()


class ConceptFile(Closed):
    """One concept; of its words in a language the first is the one to show."""

    id: Code
    broader: tuple[Code, ...] = ()
    related: tuple[Code, ...] = ()
    tags: TagsFile = TagsFile()
    words: Annotated[dict[str, WordList], AfterValidator(all_languages)]


class MoreWordsFile(Closed):
    """Words that are added to a concept of another file."""

    concept: Code
    words: Annotated[dict[Language, WordList], Field(min_length=1)]


class ThesaurusFile(Closed):
    """``thesaurus/<area>.yaml``."""

    id: Code
    version: Annotated[int, Field(ge=1, strict=True)]
    status: Literal["draft", "checked", "reviewed"]
    ambiguous: dict[Language, WordList] = Field(default_factory=dict)
    concepts: tuple[ConceptFile, ...] = ()
    more_words: tuple[MoreWordsFile, ...] = ()
