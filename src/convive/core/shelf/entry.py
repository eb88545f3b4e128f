"""An entry of the shelf: a practice, its origin, its grades and what those who did it tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from convive.core.model import Text
from convive.core.shelf.grading import Grading
from convive.core.strategy.practice import Practice

CATALOGUE_PUBLISHER = "convive"
"""Publisher of the entries that come with the software."""


class OriginKind(StrEnum):
    """From where an entry came onto this shelf."""

    CATALOGUE = "catalogue"
    """With the software: read from published documents."""
    OWN = "own"
    """From an action of this town."""
    RECEIVED = "received"
    """From another installation, accepted by somebody here."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who published an entry, and how it came here."""

    kind: OriginKind
    publisher: str
    """`CATALOGUE_PUBLISHER`, or the fingerprint of the key that signed it (64 hex digits)."""
    name: str
    """What the publisher is called: a town; empty for the catalogue."""
    changed_on: date | None = None
    """When the publisher last changed it; None for the catalogue."""


class ExperienceVerdict(StrEnum):
    """What a town that did it says came of it; failures are told too."""

    WORKED = "worked"
    DID_NOT = "did_not"
    HARMFUL = "harmful"
    CANNOT_TELL = "cannot_tell"
    NOT_EVALUATED = "not_evaluated"
    STOPPED = "stopped"
    """Ended before it could show anything."""


@dataclass(frozen=True, slots=True)
class Experience:
    """What happened when a town did it: from its plan, its diary and its evaluation."""

    city: str
    from_year: int
    until_year: int | None
    """None while it runs."""
    verdict: ExperienceVerdict
    effect: str = ""
    """What was found, with interval and period, in the town's words."""
    delivered: str = ""
    """How much was done, for whom, of what was planned."""
    spent: Decimal | None = None
    currency: str = ""
    went_wrong: str = ""
    would_change: str = ""
    language: str = "en"
    """Of the texts."""
    contact: str = ""
    """Mailbox of an office that answers questions, never of a person; may be empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the shelf."""

    practice: Practice
    """What it is; `practice.id` is unique within the publisher, `practice.version` counts up."""
    origin: Origin
    gradings: tuple[Grading, ...] = ()
    experiences: tuple[Experience, ...] = ()

    @property
    def ref(self) -> str:
        """Name that is the same in every installation: ``<publisher>/<id>``."""
        return f"{self.origin.publisher}/{self.practice.id}"

    @property
    def title(self) -> Text:
        """Title by language."""
        return self.practice.title
