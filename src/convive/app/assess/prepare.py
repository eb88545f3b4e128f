"""Everything that the parts of an assessment share, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from convive.app.assess.delays import SourceDelay, source_delay
from convive.app.assess.denominators import Denominators, build_denominators
from convive.app.assess.numerators import Cubes, Numerator, build_cubes
from convive.app.counting import Aggregator
from convive.app.ingest.tallies import SourceTally, TallyBook
from convive.app.ports import Evidence, StoreSession
from convive.app.territory import CITY, Territory, build_territory
from convive.core.model import City, Face, Indicator

Row = dict[str, Any]
"""A row of a result table before it becomes Arrow."""

HEADLINES: Mapping[Face, str] = {
    Face.RECORDED: "recorded_total_rate",
    Face.EXPERIENCED: "victim_share",
    Face.FELT: "unsafe_dark_share",
    Face.OBSERVED: "observed_score",
}


@dataclass(frozen=True)
class Prepared:
    """The evidence in the shape that the methods need."""

    evidence: Evidence
    indicators: tuple[Indicator, ...]
    territory: Territory
    tallies: TallyBook
    cubes: Cubes
    denominators: Denominators
    numerators: Mapping[str, Numerator]
    """Indicator id → counts by month (or year), for recorded indicators that have a source."""
    delays: Mapping[str, SourceDelay]
    """Source → how complete its latest months are, where it says when it recorded."""
    rng: np.random.Generator

    @property
    def incident_sources(self) -> Mapping[str, SourceTally]:
        """Return the counts of every source of incidents."""
        return self.tallies.sources

    @property
    def city(self) -> City:
        """Return the city of the pack."""
        return self.evidence.city

    @property
    def analysis(self) -> str:
        """Return the level at which areas are compared."""
        return self.territory.analysis

    def indicator(self, indicator_id: str) -> Indicator:
        """Return one of the indicators of this audit."""
        return next(found for found in self.indicators if found.id == indicator_id)

    def denominator_of(self, indicator: Indicator) -> str:
        """Return the denominator that the pack, or else the definition, chooses."""
        return self.city.denominator_of.get(indicator.id) or indicator.denominator or "residents"


def prepare(
    evidence: Evidence,
    indicators: tuple[Indicator, ...],
    *,
    aggregator: Aggregator,
    rng: np.random.Generator,
    session: StoreSession | None = None,
) -> Prepared:
    """Count the evidence once for all methods; `session` is where its incidents are kept."""
    wanted = set(evidence.city.indicators)
    chosen = tuple(found for found in indicators if not wanted or found.id in wanted)
    territory = build_territory(evidence.city, evidence.areas)
    tallies = TallyBook(evidence.incidents, territory, aggregator, session)
    found = {key: source_delay(tallies, tally) for key, tally in tallies.sources.items()}
    delays = {key: delay for key, delay in found.items() if delay is not None}
    open_from = {key: delay.open_from for key, delay in delays.items()}
    cubes = build_cubes(tallies.sources, evidence.counts, territory, open_from=open_from)
    counted = {one.id: cubes.numerator(one) for one in chosen}
    return Prepared(
        evidence=evidence,
        indicators=chosen,
        territory=territory,
        tallies=tallies,
        cubes=cubes,
        denominators=build_denominators(evidence.statistics, territory),
        numerators={key: one for key, one in counted.items() if one is not None},
        delays=delays,
        rng=rng,
    )


def headline(prepared: Prepared, face: Face, available: set[str]) -> Indicator | None:
    """Return the indicator that stands for a face: its headline, else the first there is."""
    own = [found for found in prepared.indicators if found.face is face and found.id in available]
    ranked = sorted(own, key=lambda i: (not i.is_headline, i.id != HEADLINES.get(face), i.id))
    return ranked[0] if ranked else None


def area_keys(territory: Territory, level: str) -> list[tuple[str, str]]:
    """Return (level, area id) of each area of a level in order."""
    return [(level, area) for area in territory.frames[level].ids]


__all__ = ["CITY", "HEADLINES", "Prepared", "Row", "area_keys", "headline", "prepare"]
