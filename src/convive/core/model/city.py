"""A municipality as data: what `city.toml` says. Never subclassed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from convive.core.model.harm import HarmWeights
from convive.core.model.look import Look

Text = Mapping[str, str]
"""A text in several languages: language code → text."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of areas, e.g. district or neighbourhood."""

    id: str
    name: Text
    parent: str | None = None
    is_analysis: bool = False
    has_geometry: bool = True


@dataclass(frozen=True, slots=True)
class Denominator:
    """Something that rates are divided by: residents, workday population, dwellings …."""

    id: str
    name: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class KnownBreak:
    """A change in recording practice: figures on both sides are not comparable.

    `categories` empty means every category of the source.
    """

    source: str
    on: date
    reason: Text
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intervention:
    """An action already taken whose effect the audit looks at."""

    id: str
    title: Text
    level: str
    areas: tuple[str, ...]
    starts: date
    categories: tuple[str, ...]
    comparison_areas: tuple[str, ...] = ()
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """Below these numbers a figure is not shown; `reason` says who decided and why."""

    min_count: int = 5
    min_respondents: int = 30
    min_observations: int = 10
    min_population: int = 50
    min_notes: int = 3
    """Coded notes of interviews and meetings; they are not counts of offences."""
    dominance: float = 0.8
    """Largest share of a count that one place (address, venue, vehicle) may give; 1: any."""
    rounding: int = 0
    """Counts are shown as multiples of it; 0: as they are."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What counts the incidents; it never changes a figure."""

    name: Literal["duckdb", "spark"] = "duckdb"
    memory: str | None = None
    """E.g. ``2GB``; None: the default of the engine's adapter."""
    threads: int | None = None
    """None: one for each processor."""


@dataclass(frozen=True, slots=True)
class City:
    """Everything that `city.toml` declares, checked."""

    id: str
    name: str
    country: str
    languages: tuple[str, ...]
    time_zone: str
    crs: str
    base_year: int
    levels: tuple[Level, ...]
    denominators: tuple[Denominator, ...] = ()
    denominator_of: Mapping[str, str] = field(default_factory=dict)
    """Indicator id → denominator id, where the pack differs from the definition."""
    breaks: tuple[KnownBreak, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    disclosure: DisclosureRule = field(default_factory=DisclosureRule)
    indicators: tuple[str, ...] = ()
    """Indicator ids to compute; empty means every indicator that the evidence allows."""
    seed: int = 20260101
    harm: HarmWeights | None = None
    """The pack's own judgement of how grave each kind of incident is; None: no harm figures."""

    engine: EngineChoice = EngineChoice()
    look: Look = field(default_factory=Look)
    """Logo and colour; never changes a figure."""

    @property
    def analysis_level(self) -> Level:
        """The level at which areas are compared and findings are made."""
        for level in self.levels:
            if level.is_analysis:
                return level
        return self.levels[-1]
