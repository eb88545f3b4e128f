"""Closed schema of a set of harm weights: a catalogue file or one that a city pack brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from convive.catalogue import find
from convive.catalogue.loader import load_all
from convive.catalogue.schema import Closed, Code, IccsCode, Texts, Words
from convive.catalogue.yaml_files import CATALOGUE, yaml_paths
from convive.core.errors import NotFoundError
from convive.core.model.harm import HarmWeights

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class WeightFile(Closed):
    """The weight of one category, or of every category that is within an ICCS code."""

    category: Code | None = None
    iccs: IccsCode | None = None
    weight: Weight

    @model_validator(mode="after")
    def _names_one_thing(self) -> WeightFile:
        if (self.category is None) == (self.iccs is None):
            raise PydanticCustomError("harm_target", "either category or iccs")
        _refuse_unknown(self.category, self.iccs)
        return self


class HarmFile(Closed):
    """A set of harm weights; Convive ships none, because nobody agrees on one."""

    id: Code
    version: int = Field(ge=1)
    unit: Texts
    source: Words
    """Where the numbers come from, so that somebody else can check them."""
    author: Words
    """Who answers for the choice of this set."""
    dated: date
    cannot_show: Texts
    invented: bool = False
    weights: tuple[WeightFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _weighs_something_once(self) -> HarmFile:
        targets = [one.category or one.iccs for one in self.weights]
        if len(set(targets)) < len(targets):
            raise PydanticCustomError("harm_twice", "a category or code has two weights")
        if not any(weight > 0 for weight in _by_category(self).values()):
            raise PydanticCustomError("harm_nothing", "no category has a weight above 0")
        return self


def build_harm(raw: HarmFile) -> HarmWeights:
    """Return the domain type, weights by category."""
    return HarmWeights(
        id=raw.id,
        version=raw.version,
        unit=raw.unit,
        weights=_by_category(raw),
        source=raw.source,
        author=raw.author,
        dated=raw.dated.isoformat(),
        cannot_show=raw.cannot_show,
        is_invented=raw.invented,
    )


def harm_weights(identifier: str) -> HarmWeights:
    """Return a set of the catalogue.

    Raises
    ------
    NotFoundError
        HARM_NOT_FOUND.
    """
    known = {raw.id: raw for raw, _ in load_all(yaml_paths(CATALOGUE / "harm"), HarmFile)}
    if identifier not in known:
        raise NotFoundError("HARM_NOT_FOUND", id=identifier, known=", ".join(known) or "–")
    return build_harm(known[identifier])


def _by_category(raw: HarmFile) -> Mapping[str, float]:
    """Return the weight of each category: its own, else that of the closest code around it.

    A category lies within a code where all its codes do. Totals and kinds that are outside of
    ICCS take no weight from a code.
    """
    own = {one.category: one.weight for one in raw.weights if one.category}
    codes = {one.iccs: one.weight for one in raw.weights if one.iccs}
    found: dict[str, float] = {}
    for category in find.categories():
        around = [code for code in codes if all(c.startswith(code) for c in category.iccs)]
        if category.id in own:
            found[category.id] = own[category.id]
        elif around and category.iccs and not category.is_total:
            found[category.id] = codes[max(around, key=len)]
    return found


def _refuse_unknown(category: str | None, iccs: str | None) -> None:
    """Refuse a category or code that the catalogue lacks, and totals."""
    try:
        is_total = category is not None and find.category(category).is_total
        _ = iccs is not None and find.iccs(iccs)
    except NotFoundError as missing:
        raise PydanticCustomError("harm_unknown", "not in the catalogue") from missing
    if is_total:
        raise PydanticCustomError("harm_total", "a total holds other kinds: weigh those")
