"""What an action cost for each incident that it avoided, and when it pays."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from convive.core.model import Text


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one incident costs society, by a published table or by a town's own word."""

    category: str
    """Code of the kind of incident (`convive.catalogue.find.categories`)."""
    amount: Decimal
    currency: str
    year: int
    """Of the prices."""
    source: str
    """Document, with where in it."""
    table: str = ""
    """Code of the table; empty where a town gave its own amount."""
    item: str = ""
    """Line of the table: a kind may have several, such as with and without injury."""
    label: Text = field(default_factory=dict)
    provenance: str = "verified"
    """``verified``: seen in the source or in a text that quotes it; ``recalled``: to be checked."""


@dataclass(frozen=True, slots=True)
class CostTable:
    """A published table of what crimes cost; prices of one year, never converted."""

    id: str
    title: Text
    cannot_show: Text
    currency: str
    year: int
    source: str
    lines: tuple[UnitCost, ...]

    def of_category(self, category: str) -> tuple[UnitCost, ...]:
        """Return the lines that may stand for a kind of incident."""
        return tuple(one for one in self.lines if one.category == category)


@dataclass(frozen=True, slots=True)
class Worth:
    """Money against avoided incidents; every figure with the interval of the effect."""

    spent: Decimal
    currency: str
    avoided: float | None
    avoided_low: float | None
    avoided_high: float | None
    per_avoided: Decimal | None
    """Spent for each avoided incident."""
    per_avoided_low: Decimal | None
    per_avoided_high: Decimal | None
    """None where the interval reaches to no effect: then there is no upper end."""
    break_even: float | None
    """Incidents that have to be avoided so that the saved cost is what was spent."""
    saved: Decimal | None
    saved_low: Decimal | None
    saved_high: Decimal | None
    unit: UnitCost | None
    reason: str
    """Why there is no cost per avoided incident, as a code; empty where there is one."""
    unit_reason: str = ""
    """Why nothing is said of saved money and break-even; empty where something is."""
