"""Reads the schemes by which practices are judged: a reviewed file each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.loader import load_all
from convive.catalogue.schema import Closed, Code, Signed, Texts
from convive.catalogue.yaml_files import CATALOGUE, yaml_paths
from convive.core.model import Reference
from convive.core.shelf.grading import GradingScheme
from convive.core.shelf.scheme import Dimension, Grade, Scheme

GRADINGS = CATALOGUE / "gradings"

GradeCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]


class GradeFile(Closed):
    """A grade that can be given."""

    code: GradeCode
    title: Texts
    meaning: Texts


class DimensionFile(Closed):
    """One thing that is judged; grades of its own instead of those of the scheme."""

    code: Code | Annotated[str, Field(max_length=0)]
    title: Texts
    question: Texts
    grades: tuple[GradeFile, ...] = ()


class SchemeFile(Signed):
    """``gradings/<id>.yaml``."""

    id: GradingScheme
    title: Texts
    about: Texts
    grades: tuple[GradeFile, ...] = ()
    dimensions: Annotated[tuple[DimensionFile, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_are_single(self) -> SchemeFile:
        lists = [[one.code for one in self.dimensions], [one.code for one in self.grades]]
        lists += [[one.code for one in dimension.grades] for dimension in self.dimensions]
        if any(len(set(codes)) < len(codes) for codes in lists):
            raise PydanticCustomError("scheme_code_twice", "a code stands there twice")
        return self


@lru_cache(maxsize=1)
def grading_schemes() -> Mapping[GradingScheme, Scheme]:
    """Return every scheme by which practices are judged, in the order of `GradingScheme`.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every scheme.
    """
    return load_schemes(GRADINGS)


def load_schemes(folder: Path) -> Mapping[GradingScheme, Scheme]:
    """Return the schemes of a folder, a YAML file each.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    found = {raw.id: _scheme(raw) for raw, _ in load_all(yaml_paths(folder), SchemeFile)}
    return {name: found[name] for name in GradingScheme if name in found}


def _scheme(raw: SchemeFile) -> Scheme:
    shared = tuple(map(_grade, raw.grades))
    return Scheme(
        id=raw.id,
        version=raw.version,
        status=raw.status,
        title=raw.title,
        about=raw.about,
        dimensions=tuple(
            Dimension(one.code, one.title, one.question, tuple(map(_grade, one.grades)) or shared)
            for one in raw.dimensions
        ),
        references=tuple(Reference(one.cite, one.url, one.provenance) for one in raw.references),
    )


def _grade(raw: GradeFile) -> Grade:
    return Grade(raw.code, raw.title, raw.meaning)
