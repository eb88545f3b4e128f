"""The closed schemas of mapping files: what a key may be, for every family."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from convive.connectors.city_pack.fieldwork_schema import Fieldwork
from convive.connectors.city_pack.protection_schema import Protection

Ident = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Filled = Annotated[str, Field(pattern=r"\S", max_length=500)]
"""A text with something in it."""
LanguageText = str | dict[str, str]
ColumnPair = str | Annotated[list[str], Field(min_length=2, max_length=2)]
MAX_ACCURACY_M = 50_000.0
"""A point that is meant within more metres than this says nothing about a city."""
DEFAULT_NULL = ["", "NA", "N/A", "NULL", "null", "NaN", "-"]

GEOGRAPHIC = (".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".kmz", ".geoparquet")
"""Endings of files whose rows have a geometry."""


class Closed(BaseModel):
    """A table that has no other keys than these."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Format(Closed):
    """How a file is written; what is absent is found out from the file."""

    type: Literal["csv", "xlsx", "parquet", "arrow", "spss", "stata", "sas", "r", "geo"] | None = (
        None
    )
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    header_rows: Annotated[int, Field(ge=1, le=5)] | None = None
    skip_after_header: Annotated[int, Field(ge=0)] = 0
    crs: str | None = None
    day_first: bool | None = None
    null: list[str] = DEFAULT_NULL
    none: list[Filled] = []
    keep: Annotated[str, Field(pattern=r"^[^=]+=.*$")] | None = None


class Source(Closed):
    """What a source is, who answers for it and which files it has."""

    id: Ident
    title: LanguageText
    owner: str
    licence: str
    url: str | None = None
    scope: Literal["city", "reference"] = "city"
    files: Annotated[list[str], Field(min_length=1)]
    already_public: bool = False
    public_reason: LanguageText = ""
    protection: Protection = Protection()
    fieldwork: Fieldwork | None = None


def vintage_key(level: str, vintage: str | None) -> str:
    """Return the name of a level, or of an older vintage of it."""
    return f"{level}@{vintage}" if vintage else level


class AreaColumns(Closed):
    """The keys by which any family names areas."""

    area: str | None = None
    area_level: str | None = None
    area_vintage: Ident | None = None
    area_pad: Annotated[int, Field(ge=1, le=64)] | None = None
    area_by: Literal["code", "label"] = "code"
    area_names: dict[str, str] = {}
    ignore_unknown_areas: bool = False

    is_shared_out: ClassVar[bool] = False
    """Whether figures of an area that was split are shared out among its parts."""

    @property
    def level_key(self) -> str:
        """Name under which the index knows the codes: the level, or an older vintage of it."""
        return vintage_key(self.area_level or "", self.area_vintage)


class PointColumns(AreaColumns):
    """The keys by which a family names points."""

    longitude: str | None = None
    latitude: str | None = None
    x: str | None = None
    y: str | None = None
    crs: str | None = None
    swap: bool = False


class Categories(Closed):
    """From the words of the source to Convive's categories."""

    crosswalk: str | None = None
    map: dict[str, str] = {}


class Layout(Closed):
    """What the file looked like when it was mapped: later deliveries are compared with it."""

    columns: Annotated[list[str], Field(min_length=1)]
    delimiter: str | None = None
    day_first: bool | None = None
    words: list[str] = []
    unmapped_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    left_share: Annotated[float, Field(ge=0, le=1)] = 0.0


class Mapping(Closed):
    """What every mapping file has."""

    source: Source
    format: Format = Format()
    layout: Layout | None = None


class MappingOfPoints(Mapping):
    """A mapping whose rows have points; those of a geographic file need no columns."""

    has_accuracy: ClassVar[bool] = False
    """Whether the radius within which a point is meant is read too."""

    @model_validator(mode="before")
    @classmethod
    def _points_of_the_file(cls, given: Any) -> Any:
        columns = given.get("columns") if isinstance(given, dict) else None
        if not isinstance(columns, dict) or {"longitude", "x", "area"} & columns.keys():
            return given
        source, fmt = given.get("source"), given.get("format")
        files = source.get("files") if isinstance(source, dict) else None
        names = [str(name).lower().removesuffix(".gz") for name in files or ()]
        is_geo = bool(names) and all(name.endswith(GEOGRAPHIC) for name in names)
        if is_geo or (isinstance(fmt, dict) and fmt.get("type") == "geo"):
            points = {"longitude": "#longitude", "latitude": "#latitude"}
            if cls.has_accuracy and "accuracy_m" not in columns:
                points["accuracy"] = "#accuracy_m"
            return {**given, "columns": {**points, **columns}}
        return given


class DateParts(Closed):
    """Columns of a date that stands in parts; a part needs the larger ones."""

    year: str
    month: str | None = None
    day: str | None = None
    hour: str | None = None
    minute: str | None = None

    @model_validator(mode="after")
    def _check_order(self) -> DateParts:
        given = [part is not None for part in (self.month, self.day, self.hour, self.minute)]
        if given != sorted(given, reverse=True):
            expected = "year, year + month, year + month + day, … + hour, … + minute"
            raise PydanticCustomError("date_parts", "date parts", {"expected": expected})
        return self


class IncidentColumns(PointColumns):
    """Columns of incidents."""

    id: str | None = None
    gravest: list[str] = []
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
    drop_areas: list[str] = []
    unassigned_areas: list[str] = []
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
    values: dict[str, str] = {}
    categories: Categories = Categories()
    published_rates: PublishedRates | None = None


class Wave(Closed):
    """The wave, where the file is one wave."""

    wave: str | None = None
    wave_date: date | None = None
    missing: list[str] = []
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

    age_groups: Annotated[list[Annotated[int, Field(ge=0, le=120)]], Field(min_length=1)] = [
        16,
        25,
        45,
        65,
    ]
    survey: Wave = Wave()
    columns: SurveyColumns
    sex: dict[str, Literal["female", "male", "other"]] = {}
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
    values: list[StatisticValues] = []
    statistics: dict[str, Ident] = {}


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

    day: list[str] = ["day"]
    night: list[str] = ["night"]
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
    themes: dict[str, str] = {}
    faces: dict[str, Literal["recorded", "experienced", "felt", "observed"]] = {}
    directions: dict[str, Literal["worse", "better", "neutral"]] = {}


FAMILIES: dict[str, type[Mapping]] = {
    "incidents": IncidentsMapping,
    "counts": CountsMapping,
    "surveys": SurveyMapping,
    "statistics": StatisticsMapping,
    "observations": ObservationsMapping,
    "notes": NotesMapping,
}
"""Folder under ``evidence`` → schema of its mapping files."""
