"""Words by which one sees whether the unit of a diary counts people."""

from __future__ import annotations

from functools import cache

from convive.catalogue.yaml_files import CATALOGUE, load_yaml
from convive.core.strategy.counted_units import UnitWords


@cache
def unit_words() -> UnitWords:
    """Return the words of all languages: a plan is written in any of them."""
    given = load_yaml(CATALOGUE / "unit_words.yaml")
    return UnitWords(*(frozenset().union(*given[kind].values()) for kind in ("people", "things")))
