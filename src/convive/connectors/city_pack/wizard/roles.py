"""Which column plays which part, by its name and by its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from convive.catalogue.vocabulary import Vocabulary
from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Reason, confidence_of

CLOSE = 0.04
"""Candidates whose scores differ by less are asked about."""


@dataclass(frozen=True)
class Candidate:
    """A column for a part."""

    column: Column
    name: float
    fit: float

    @property
    def score(self) -> float:
        """Return name and values together, 0 to 1."""
        return 0.6 * self.name + 0.4 * self.fit


@dataclass
class Table:
    """The sheet under the wizard's eyes, and which columns have their part already."""

    sheet: Sheet
    columns: tuple[Column, ...]
    vocabulary: Vocabulary
    index: AreaIndex | None = None
    file: str = ""
    taken: set[str] = field(default_factory=set)
    named: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Score every name once."""
        self.named = {c.name: self.vocabulary.field_scores(c.name) for c in self.columns}

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    def free(self) -> list[Column]:
        """Return the columns without a part that are not empty."""
        return [c for c in self.columns if c.name not in self.taken and c.n_filled]

    def name_score(self, column: Column, part: str) -> float:
        """Return how well the name of a column names a part, less what it names better."""
        return self.named[column.name].get(part, 0.0)

    def rank(
        self, part: str, fit: Callable[[Column], float], *, least_name: float = 0.25
    ) -> list[Candidate]:
        """Return the columns for a part, best first; values that do not fit rule a column out."""
        found = [Candidate(c, self.name_score(c, part), fit(c)) for c in self.free()]
        found = [c for c in found if c.fit >= 0.5 and c.name >= least_name]
        return sorted(found, key=lambda c: -c.score)

    def take(self, *names: str) -> None:
        """Give columns a part: no other part gets them."""
        self.taken.update(names)


def choose(path: tuple[str, ...], ranked: Sequence[Candidate], *reasons: Reason) -> Choice | None:
    """Return the best candidate as a choice, the others as alternatives."""
    if not ranked:
        return None
    best = ranked[0]
    is_close = len(ranked) > 1 and best.score - ranked[1].score < CLOSE
    named = (Reason("named"),) if best.name >= 0.5 else ()
    return Choice(
        path,
        best.column.name,
        confidence_of(best.name, best.fit, is_close=is_close),
        (*named, *reasons),
        tuple(c.column.name for c in ranked[1:6]),
    )


def worst(*found: Confidence) -> Confidence:
    """Return the least sure of several."""
    order = list(Confidence)
    return max(found, key=order.index)
