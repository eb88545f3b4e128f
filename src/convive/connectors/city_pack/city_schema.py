"""The closed schema of city.toml, and how it becomes a `City`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from convive.connectors.city_pack.mapping_schema import Closed, Format, Ident, LanguageText
from convive.core.model import (
    City,
    Denominator,
    DisclosureRule,
    EngineChoice,
    Intervention,
    KnownBreak,
    Level,
    Text,
)

RESERVED_LEVELS = ("city", "reference", "open_link")
Language = Literal["en", "fr", "es", "it", "de", "pt", "nl"]


class CityTable(Closed):
    """Table ``[city]``."""

    id: Ident
    name: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    languages: Annotated[list[Language], Field(min_length=1)]
    time_zone: str
    crs: str
    base_year: Annotated[int, Field(ge=1950, le=2100)]
    seed: Annotated[int, Field(ge=0)] = 20260101


class PiecesTable(Closed):
    """Table ``[levels.vintages.pieces]``: what lies in both vintages, e.g. addresses."""

    file: str
    old: str
    new: str
    weight: str | None = None
    format: Format = Format()


class VintageTable(Closed):
    """One ``[[levels.vintages]]``: older boundaries of the level."""

    id: Ident
    file: str
    layer: str | None = None
    code: str
    label: str | None = None
    pad: Annotated[int, Field(ge=1, le=64)] | None = None
    crs: str | None = None
    keep: Annotated[str, Field(pattern=r"^[^=]+=.*$")] | None = None
    dissolve: bool = False
    format: Format = Format()
    pieces: PiecesTable | None = None


class LevelTable(Closed):
    """One ``[[levels]]``."""

    id: Ident
    name: LanguageText
    file: str
    layer: str | None = None
    code: str
    label: str | None = None
    parent: str | None = None
    parent_prefix: Annotated[int, Field(ge=1)] | None = None
    parent_pad: Annotated[int, Field(ge=1, le=64)] | None = None
    pad: Annotated[int, Field(ge=1, le=64)] | None = None
    crs: str | None = None
    analysis: bool = False
    keep: Annotated[str, Field(pattern=r"^[^=]+=.*$")] | None = None
    dissolve: bool = False
    overlaps: Literal["accept", "report"] = "report"
    format: Format = Format()
    vintages: list[VintageTable] = Field(default_factory=list)


class DenominatorTable(Closed):
    """One ``[[denominators]]``."""

    id: Ident
    name: LanguageText
    source: str = ""


class BreakTable(Closed):
    """One ``[[breaks]]``."""

    source: str
    on: date
    reason: LanguageText
    categories: list[str] = Field(default_factory=list)


class DisclosureTable(Closed):
    """Table ``[disclosure]``."""

    min_count: Annotated[int, Field(ge=0)] = 5
    min_respondents: Annotated[int, Field(ge=0)] = 30
    min_observations: Annotated[int, Field(ge=0)] = 10
    min_population: Annotated[int, Field(ge=0)] = 50
    min_notes: Annotated[int, Field(ge=0)] = 3
    dominance: Annotated[float, Field(gt=0, le=1)] = 0.8
    rounding: Annotated[int, Field(ge=0, le=100)] = 0
    reason: str = ""


class InterventionTable(Closed):
    """One ``[[interventions]]``."""

    id: Ident
    title: LanguageText
    level: str
    areas: Annotated[list[str], Field(min_length=1)]
    comparison_areas: list[str] = Field(default_factory=list)
    starts: date
    ends: date | None = None
    categories: Annotated[list[str], Field(min_length=1)]


class HarmTable(Closed):
    """Table ``[harm]``: a file of the pack, or a set of the catalogue by its id."""

    file: str | None = None
    id: str | None = None


class EngineTable(Closed):
    """Table ``[engine]``: what counts the incidents."""

    name: Literal["duckdb", "spark"] = "duckdb"
    memory: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}(MB|GB)$")] | None = None
    threads: Annotated[int, Field(ge=1, le=256)] | None = None


class LookTable(Closed):
    """Table ``[look]``: the town's own logo and colour."""

    logo: str = ""
    logo_text: LanguageText = Field(default_factory=dict)
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | Literal[""] = ""


class CityFile(Closed):
    """The whole of city.toml."""

    indicators: list[str] = Field(default_factory=list)
    city: CityTable
    levels: Annotated[list[LevelTable], Field(min_length=1)]
    denominators: list[DenominatorTable] = Field(default_factory=list)
    denominator_of: dict[str, str] = Field(default_factory=dict)
    breaks: list[BreakTable] = Field(default_factory=list)
    disclosure: DisclosureTable = DisclosureTable()
    interventions: list[InterventionTable] = Field(default_factory=list)
    harm: HarmTable | None = None
    engine: EngineTable = EngineTable()
    look: LookTable | None = None


def localise(text: LanguageText, language: str) -> Text:
    """Return a text per language; a plain string is in the main language."""
    return {language: text} if isinstance(text, str) else dict(text)


def build_city(raw: CityFile) -> City:
    """Return the domain type; whether levels have geometry is settled by the territory."""
    main = raw.city.languages[0]
    levels = tuple(
        Level(
            id=level.id,
            name=localise(level.name, main),
            parent=raw.levels[index - 1].id if index else None,
            is_analysis=level.analysis,
        )
        for index, level in enumerate(raw.levels)
    )
    return City(
        **{**raw.city.model_dump(), "languages": tuple(raw.city.languages)},
        levels=levels,
        denominators=tuple(
            Denominator(d.id, localise(d.name, main), d.source) for d in raw.denominators
        ),
        denominator_of=dict(raw.denominator_of),
        breaks=tuple(
            KnownBreak(b.source, b.on, localise(b.reason, main), tuple(b.categories))
            for b in raw.breaks
        ),
        interventions=tuple(_build_intervention(i, main) for i in raw.interventions),
        disclosure=DisclosureRule(**raw.disclosure.model_dump()),
        indicators=tuple(raw.indicators),
        engine=EngineChoice(**raw.engine.model_dump()),
    )


def _build_intervention(raw: InterventionTable, language: str) -> Intervention:
    return Intervention(
        id=raw.id,
        title=localise(raw.title, language),
        level=raw.level,
        areas=tuple(raw.areas),
        starts=raw.starts,
        categories=tuple(raw.categories),
        comparison_areas=tuple(raw.comparison_areas),
        ends=raw.ends,
    )
