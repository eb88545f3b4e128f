"""Reads what findings call for and which problems lie beside one another: ``shelf_needs.yaml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from convive.catalogue.loader import load_all
from convive.catalogue.schema import IndicatorFile
from convive.catalogue.shelf_needs_schema import AspectsFile, ShelfNeedsFile
from convive.catalogue.yaml_files import CATALOGUE, line_of, parse_yaml, yaml_paths
from convive.core.errors import DefinitionError
from convive.core.model import Place, Problem
from convive.core.shelf.kinship import TopicKin
from convive.core.shelf.needs import Aspects, FindingMeaning, IndicatorMeaning, NeedTable
from convive.core.strategy.vocabulary import Topic

NEEDS = CATALOGUE / "shelf_needs.yaml"

_Key = TypeVar("_Key")
_Keys = tuple[str | int, ...]


@lru_cache(maxsize=1)
def shelf_needs() -> NeedTable:
    """Return the reviewed table of needs.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of the file.
    """
    return load_shelf_needs(NEEDS)


def load_shelf_needs(path: Path) -> NeedTable:
    """Return the table of a file, its indicators with face and direction from their definitions.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID; DEFINITION_UNKNOWN_REFERENCE for an indicator that the catalogue does
        not have, DEFINITION_DUPLICATE_ID for one given twice, DEFINITION_MISSING_KEY for a topic
        without its neighbours.
    """
    ((raw, _),) = load_all([path], ShelfNeedsFile)
    defined = load_all(yaml_paths(CATALOGUE / "indicators"), IndicatorFile)
    indicators = {one.id: one for one, _ in defined}
    found = [*_twice(raw), *_unknown(raw, indicators), *_without_neighbours(raw)]
    if found:
        lined = parse_yaml(path.read_text(encoding="utf-8"), path.name, with_lines=True)
        raise DefinitionError(
            "DEFINITION_INVALID",
            [
                Problem(code, Place(path.name, row=line_of(lined, keys)), data=data)
                for code, keys, data in found
            ],
            file=path.name,
        )
    return NeedTable(
        indicators={
            one.id: IndicatorMeaning(
                one.about,
                indicators[one.id].face,
                indicators[one.id].better == "lower",
                _aspects(one),
            )
            for one in raw.indicators
        },
        findings={
            one.code: FindingMeaning(one.about, _aspects(one), one.uses_indicators)
            for one in raw.findings
        },
        gaps=_sets(raw.gaps),
        kin=TopicKin(_sets(raw.neighbours), _sets(raw.special)),
    )


def _aspects(raw: AspectsFile) -> Aspects:
    return Aspects(
        frozenset(raw.topics),
        frozenset(raw.groups),
        frozenset(raw.times),
        frozenset(raw.settings),
        frozenset(raw.levels),
    )


def _sets(raw: Mapping[_Key, Iterable[Topic]]) -> dict[_Key, frozenset[Topic]]:
    return {key: frozenset(topics) for key, topics in raw.items()}


def _twice(raw: ShelfNeedsFile) -> Iterator[tuple[str, _Keys, dict[str, Any]]]:
    for part, names in (
        ("indicators", [one.id for one in raw.indicators]),
        ("findings", [one.code for one in raw.findings]),
    ):
        for name, n in Counter(names).items():
            if n > 1:
                row = len(names) - 1 - names[::-1].index(name)
                yield "DEFINITION_DUPLICATE_ID", (part, row), {"key": name}


def _unknown(
    raw: ShelfNeedsFile, indicators: Mapping[str, IndicatorFile]
) -> Iterator[tuple[str, _Keys, dict[str, Any]]]:
    for row, one in enumerate(raw.indicators):
        if one.id not in indicators:
            data = {"key": "indicators", "problem": one.id}
            yield "DEFINITION_UNKNOWN_REFERENCE", ("indicators", row, "id"), data


def _without_neighbours(raw: ShelfNeedsFile) -> Iterator[tuple[str, _Keys, dict[str, Any]]]:
    for topic in Topic:
        if topic not in raw.neighbours:
            data = {"key": f"neighbours.{topic}", "problem": ""}
            yield "DEFINITION_MISSING_KEY", ("neighbours",), data
