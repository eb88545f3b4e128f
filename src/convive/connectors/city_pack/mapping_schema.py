"""The closed schemas of mapping files: the keys that every family has."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from convive.connectors.city_pack.fieldwork_schema import Fieldwork
from convive.connectors.city_pack.protection_schema import Protection

Ident = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
Filled = Annotated[str, Field(pattern=r"\S", max_length=500)]
"""A text with something in it."""
LanguageText = str | dict[str, str]
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
