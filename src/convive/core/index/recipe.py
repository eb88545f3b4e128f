"""What is declared for each indicator before anything is computed: nothing is done silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

Filling = Literal["refuse", "group_mean", "regression", "nearest", "em"]
Scaling = Literal["z_score", "min_max", "percentile", "reference"]

MOST_CLIPPED = 0.25
"""Largest share that may be clipped in each tail."""

Floats = NDArray[np.float64]
Table = Mapping[str, ArrayLike]
"""Indicator → values; the last axis is areas."""


def check_option(name: str, given: object, known: Iterable[object]) -> None:
    """Raise INDEX_OPTION where an option is none of those known.

    Examples
    --------
    >>> check_option("how", "arithmetic", ("arithmetic", "geometric"))
    """
    choices = tuple(known)
    if given not in choices:
        raise MethodError("INDEX_OPTION", option=name, given=str(given), known=list(choices))


def check_names(given: Iterable[str], wanted: Iterable[str]) -> None:
    """Raise INDEX_NAMES where names are missing, unknown or given twice."""
    names, needed = list(given), set(wanted)
    missing = sorted(needed - set(names))
    unknown = sorted({name for name in names if name not in needed or names.count(name) > 1})
    if missing or unknown:
        raise MethodError("INDEX_NAMES", missing=missing, unknown=unknown)


def read_table(values: Table, wanted: Iterable[str]) -> dict[str, Floats]:
    """Return the values of exactly the wanted indicators, all of one shape.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_TABLE where the shapes differ.
    """
    names = list(wanted)
    check_names(values, names)
    found = {name: np.asarray(values[name], dtype=np.float64) for name in names}
    if len({rows.shape for rows in found.values()}) != 1 or found[names[0]].ndim < 1:
        raise MethodError("INDEX_TABLE", shapes=[str(rows.shape) for rows in found.values()])
    return found


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one indicator becomes points.

    Raises
    ------
    MethodError
        INDEX_OPTION for a way that does not exist or an option that the chosen way would not use;
        INDEX_GOALPOSTS where goalposts and direction contradict each other.

    Examples
    --------
    >>> Recipe("burglary", is_lower_better=True, scaling="min_max", goalposts=(30.0, 0.0)).goalposts
    (30.0, 0.0)
    """

    indicator_id: str
    is_lower_better: bool
    missing: Filling = "refuse"
    winsorise: float = 0.0
    """Share of the base-year areas that is clipped in each tail; 0 = nothing."""
    scaling: Scaling = "z_score"
    goalposts: tuple[float, float] | None = None
    """(worst, best) for min_max; without them the extremes of the base year."""
    reference: float | None = None
    """Value that is 100 on the scale `reference`; without it the base year's mean."""

    def __post_init__(self) -> None:
        check_option("missing", self.missing, get_args(Filling))
        check_option("scaling", self.scaling, get_args(Scaling))
        if not 0.0 <= self.winsorise <= MOST_CLIPPED:
            raise MethodError(
                "INDEX_OPTION", option="winsorise", given=self.winsorise, known=["0 - 0.25"]
            )
        self._refuse_unused("goalposts", self.goalposts, "min_max")
        self._refuse_unused("reference", self.reference, "reference")
        if self.goalposts is not None:
            worst, best = self.goalposts
            if not np.isfinite([worst, best]).all() or (best - worst) * self.sign <= 0:
                raise MethodError("INDEX_GOALPOSTS", indicator=self.indicator_id)

    @property
    def sign(self) -> float:
        """Return 1 where higher is better, else -1."""
        return -1.0 if self.is_lower_better else 1.0

    def _refuse_unused(self, option: str, given: Any, scaling: Scaling) -> None:
        if given is not None and self.scaling != scaling:
            raise MethodError(
                "INDEX_OPTION", option=option, given=str(given), known=[f"scaling={scaling}"]
            )
