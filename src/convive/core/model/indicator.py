"""An indicator as the core sees it: parsed once from a catalogue file, then immutable."""

from __future__ import annotations

from dataclasses import dataclass, field

from convive.core.model.city import Text
from convive.core.model.vocabulary import Face, Side


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """Numerator: recorded incidents of these categories; empty means all."""

    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyShare:
    """Share of answers to `item` that are among `counts_as`; `base` = all valid answers.

    Valid answers are those of `counts_as` and `otherwise`; all other answers are left out
    of the base and counted as item non-response.
    """

    item: str
    counts_as: tuple[str, ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObservedScore:
    """Mean of an on-site observation item (or `score`, the mean of all objective items)."""

    item: str
    scale_max: float = 5.0


@dataclass(frozen=True, slots=True)
class StatisticValue:
    """A value taken from an area × period table as it is."""

    statistic: str


@dataclass(frozen=True, slots=True)
class RepeatShare:
    """Share of incidents whose target had one in the twelve months before."""

    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HarmSum:
    """Recorded incidents, each weighted by what the pack's set of harm weights says."""


Measure = IncidentCount | SurveyShare | ObservedScore | StatisticValue | RepeatShare | HarmSum


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a definition comes from."""

    cite: str
    url: str = ""
    provenance: str = "verified"
    """How sure we are of it: verified, inferred, recalled or reconstruction."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what it asks, how it is measured, what it cannot show."""

    id: str
    version: int
    status: str
    face: Face
    theme: str
    """Index theme: theft, violence, burglary, vandalism, nuisance, perception, context."""
    label: Text
    question: Text
    unit: str
    """Unit code: per_1000, per_100k, percent, score_0_5, number, euro …; text in catalogue."""
    is_lower_better: bool
    measure: Measure
    side: Side | None = None
    """Half of the safety index that it feeds; None keeps it out of the index."""
    denominator: str | None = None
    other_denominators: tuple[str, ...] = ()
    """What it may be divided by as well; the rate under each that the pack has is told."""
    per: int = 1000
    level: float = 0.95
    is_headline: bool = False
    """The indicator that stands for its face on front and area pages."""
    cannot_show: Text = field(default_factory=dict)
    method: str = ""
    """Method page id, e.g. crude_rate, survey_share."""
    references: tuple[Reference, ...] = ()
    authored_by: str = ""
    checked_by: str = ""
    reviewed_on: str = ""
    digest: str = ""
    """SHA-256 of the definition file, for the run record."""
