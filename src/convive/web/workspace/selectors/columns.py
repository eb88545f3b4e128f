"""Rows of long tables as plain values: no row becomes an object."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from convive.web.workspace.models import Objective, Strategy

Row = tuple[Any, ...]


def columns_of(rows: Iterable[Row], n: int) -> Sequence[Row]:
    """Return rows as `n` columns; empty ones where there is no row."""
    return list(zip(*rows, strict=True)) or [()] * n


@lru_cache(maxsize=4096)
def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of a list as the database keeps it; few lists are different."""
    return tuple(json.loads(text))


def objectives_in_order(strategy: Strategy, *fields: Any) -> Sequence[Row]:
    """Return key and fields of the objectives of a strategy, in the order of the plan."""
    rows = Objective.objects.filter(challenge__strategy=strategy).order_by(
        "challenge__position", "challenge", "position", "pk"
    )
    return list(rows.values_list("pk", *fields))


def below(objectives: Iterable[Row], rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield rows of actions with their objective, whose key each begins with, in its order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    for objective in objectives:
        for row in found[objective[0]]:
            yield objective, row
