"""The closed schemas of mapping files, family by family: which columns and words each may name."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from convive.app.schema import as_json
from convive.connectors.city_pack.mapping_schema import (
    AreaColumns,
    Categories,
    Closed,
    DateParts,
    Ident,
    Mapping,
    MappingOfPoints,
    PointColumns,
)

ColumnPair = str | Annotated[list[str], Field(min_length=2, max_length=2)]
MAX_ACCURACY_M = 50_000.0
"""A point that is meant within more metres than this says nothing about a city."""

MAX_GRAVE = 100
"""So many kinds can be told apart by how grave they are (see `app.ingest.repeated`)."""


def _once(names: list[str]) -> list[str]:
    """Return names of which none stands twice."""
    once = list(dict.fromkeys(names))
    if once != names:
        raise PydanticCustomError("twice", "a name stands twice", {"expected": as_json(once)})
    return names


class IncidentColumns(PointColumns):
    """Columns of incidents."""

    id: str | None = None
    gravest: Annotated[list[str], Field(max_length=MAX_GRAVE), AfterValidator(_once)] = Field(
        default_factory=list
    )
    starts: ColumnPair | DateParts | None = None
    ends: ColumnPair | DateParts | None = None
    recorded: ColumnPair | None = None
    accuracy: str | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=MAX_ACCURACY_M)] | None = None
    month: str | None = None
    category: str | None = None
    constant_category: str | None = None
    target: str | None = None


class IncidentsMapping(MappingOfPoints):
    """A mapping file under ``evidence/incidents``."""

    has_accuracy: ClassVar[bool] = True

    columns: IncidentColumns
    categories: Categories = Categories()


class CountColumns(AreaColumns):
    """Columns of counts."""

    is_shared_out: ClassVar[bool] = True

    area: str
    area_level: str
    label: str | None = None
    year: str | None = None
    period: str | None = None
    constant_year: int | None = None
    category: str | None = None
    count: str | None = None
    count_in_headers: Literal["period", "area"] | None = None
    published_rate: str | None = None
    published_per: Annotated[int, Field(gt=0)] = 100_000
    drop_areas: list[str] = Field(default_factory=list)
    unassigned_areas: list[str] = Field(default_factory=list)
    total_area: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _columns_of_headers(cls, given: Any) -> Any:
        """Name the columns that a crosstab gets when it is turned into rows."""
        where = given.get("count_in_headers") if isinstance(given, dict) else None
        if where not in {"period", "area"}:
            return given
        return {**given, where: f"#{where}", "count": "#count"}


class PublishedRates(Closed):
    """Sheets with rates that the source publishes itself."""

    sheet: str
    per: Annotated[int, Field(gt=0)] = 100_000


class CountsMapping(Mapping):
    """A mapping file under ``evidence/counts``."""

    columns: CountColumns
    values: dict[str, str] = Field(default_factory=dict)
    categories: Categories = Categories()
    published_rates: PublishedRates | None = None


class Wave(Closed):
    """The wave, where the file is one wave."""

    wave: str | None = None
    wave_date: date | None = None
    missing: list[str] = Field(default_factory=list)
    sampling: Literal["probability", "open_link"] = "probability"
    """Whether people were drawn, or came by themselves: the two are never taken together."""


class SurveyColumns(AreaColumns):
    """Columns of a survey."""

    respondent: str | None = None
    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    sex: str | None = None
    age: str | None = None
    age_group: str | None = None
    wave: str | None = None
    wave_date: str | None = None


class SurveyItem(Closed):
    """One question: its column and what its answers mean."""

    column: str
    answers: Annotated[dict[str, str], Field(min_length=1)]


class SurveyMapping(Mapping):
    """A mapping file under ``evidence/surveys``."""

    age_groups: Annotated[list[Annotated[int, Field(ge=0, le=120)]], Field(min_length=1)] = Field(
        default_factory=lambda: [16, 25, 45, 65]
    )
    survey: Wave = Wave()
    columns: SurveyColumns
    sex: dict[str, Literal["female", "male", "other"]] = Field(default_factory=dict)
    items: Annotated[dict[Ident, SurveyItem], Field(min_length=1)]


class StatisticColumns(AreaColumns):
    """Columns of statistics."""

    is_shared_out: ClassVar[bool] = True

    area: str
    area_level: str
    year: str | None = None
    constant_year: int | None = None
    statistic: str | None = None
    value: str | None = None


class StatisticValues(Closed):
    """One column of a wide table of statistics."""

    column: str
    statistic: Ident
    minimum: float | None = None
    maximum: float | None = None


class StatisticsMapping(Mapping):
    """A mapping file under ``evidence/statistics``."""

    columns: StatisticColumns
    values: list[StatisticValues] = Field(default_factory=list)
    statistics: dict[str, Ident] = Field(default_factory=dict)


class ObservationColumns(PointColumns):
    """Columns of on-site observations."""

    stop: str | None = None
    place: str
    rater: str
    date: str
    daypart: str | None = None
    time: str | None = None


class Dayparts(Closed):
    """What counts as day and as night."""

    day: list[str] = Field(default_factory=lambda: ["day"])
    night: list[str] = Field(default_factory=lambda: ["night"])
    night_from: Annotated[int, Field(ge=0, le=23)] = 20
    night_to: Annotated[int, Field(ge=0, le=23)] = 6


class ObservationsMapping(MappingOfPoints):
    """A mapping file under ``evidence/observations``."""

    columns: ObservationColumns
    dayparts: Dayparts = Dayparts()
    items: Annotated[dict[Ident, str], Field(min_length=1)]


class NoteColumns(AreaColumns):
    """Columns of coded notes."""

    id: str | None = None
    date: str | None = None
    theme: str
    face: str | None = None
    constant_face: Literal["recorded", "experienced", "felt", "observed"] | None = None
    direction: str


class NotesMapping(Mapping):
    """A mapping file under ``evidence/notes``."""

    columns: NoteColumns
    themes: dict[str, str] = Field(default_factory=dict)
    faces: dict[str, Literal["recorded", "experienced", "felt", "observed"]] = Field(
        default_factory=dict
    )
    directions: dict[str, Literal["worse", "better", "neutral"]] = Field(default_factory=dict)


FAMILIES: dict[str, type[Mapping]] = {
    "incidents": IncidentsMapping,
    "counts": CountsMapping,
    "surveys": SurveyMapping,
    "statistics": StatisticsMapping,
    "observations": ObservationsMapping,
    "notes": NotesMapping,
}
"""Folder under ``evidence`` → schema of its mapping files."""
