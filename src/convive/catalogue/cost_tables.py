"""Reads the published tables of what a crime costs society: a reviewed file each."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue.loader import load_all
from convive.catalogue.schema import Closed, Code, Signed, Texts
from convive.catalogue.yaml_files import CATALOGUE, yaml_paths
from convive.core.errors import NotFoundError
from convive.core.evaluation.worth import CostTable, UnitCost

COSTS = CATALOGUE / "costs"


class CostLineFile(Closed):
    """What one incident of a kind costs."""

    item: Code
    category: Code
    amount: Annotated[Decimal, Field(gt=0)]
    provenance: Literal["verified", "recalled"]
    label: Texts


class CostTableFile(Signed):
    """``costs/<id>.yaml``; one currency and the prices of one year."""

    id: Code
    title: Texts
    cannot_show: Texts
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    year: int = Field(ge=1980, le=2100)
    lines: Annotated[tuple[CostLineFile, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_once(self) -> CostTableFile:
        items = [one.item for one in self.lines]
        if len(set(items)) < len(items):
            raise PydanticCustomError("cost_item_twice", "an item stands there twice")
        return self


@lru_cache(maxsize=1)
def cost_tables() -> tuple[CostTable, ...]:
    """Return every table, the newest prices first."""
    found = (_built(raw) for raw, _ in load_all(yaml_paths(COSTS), CostTableFile))
    return tuple(sorted(found, key=lambda one: (-one.year, one.id)))


def cost_table(identifier: str) -> CostTable:
    """Return a table.

    Raises
    ------
    NotFoundError
        COST_TABLE_NOT_FOUND.
    """
    for found in cost_tables():
        if found.id == identifier:
            return found
    known = ", ".join(one.id for one in cost_tables())
    raise NotFoundError("COST_TABLE_NOT_FOUND", id=identifier, known=known)


def _built(raw: CostTableFile) -> CostTable:
    source = "; ".join(one.cite for one in raw.references)
    lines = tuple(
        UnitCost(
            category=one.category, amount=one.amount, currency=raw.currency, year=raw.year,
            table=raw.id, item=one.item, label=one.label, source=source,
            provenance=one.provenance,
        )
        for one in raw.lines
    )  # fmt: skip
    return CostTable(raw.id, raw.title, raw.cannot_show, raw.currency, raw.year, source, lines)
