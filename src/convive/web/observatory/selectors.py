"""Reads of the shown audit: rows of its tables as plain mappings, JSON cells opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.rows_of_areas import open_texts, read_area
from convive.app.tables import RESULT_TABLES, Kind
from convive.core.collation import collation_key
from convive.web.observatory.borders import touching
from convive.web.observatory.current import Site
from convive.web.observatory.evidence_query import rows_that_match

Row = dict[str, Any]
CITY_LEVEL = "city"
_JSON = {
    spec.name: tuple(c.name for c in spec.columns if c.kind is Kind.JSON) for spec in RESULT_TABLES
}


def table_names() -> tuple[str, ...]:
    """Return the names of the published tables in their order."""
    return tuple(spec.name for spec in RESULT_TABLES)


def list_rows(site: Site, table: str, **where: Any) -> list[Row]:
    """Return the rows whose columns equal the given values (or are among a tuple of them)."""
    data = site.build.tables.get(table)
    if data is None:
        return []
    level, area_id = where.get("level"), where.get("area_id")
    if not isinstance(level, str) or not isinstance(area_id, str):
        return _opened(_filtered(data, where), table)
    rest = {name: value for name, value in where.items() if name not in {"level", "area_id"}}
    return read_area(data, level, area_id, opened=_JSON.get(table, ()), where=rest)


def _filtered(data: pa.Table, where: Mapping[str, Any]) -> pa.Table:
    mask = None
    for column, wanted in where.items():
        values = data[column]
        if isinstance(wanted, (tuple, list, set, frozenset)):
            part = pc.is_in(values, value_set=pa.array(sorted(wanted), type=values.type))
        elif wanted is None:
            part = pc.is_null(values)
        else:
            part = pc.fill_null(pc.equal(values, pa.scalar(wanted, type=values.type)), False)  # noqa: FBT003
        mask = part if mask is None else pc.and_(mask, part)
    return data if mask is None else data.filter(mask)


def _opened(data: pa.Table, table: str) -> list[Row]:
    return open_texts(data.to_pylist(), _JSON.get(table, ()))


# --- areas ---------------------------------------------------------------------------------------


def areas_by_key(site: Site) -> dict[tuple[str, str], Row]:
    """Return every area, keyed by level and code, without its geometry."""

    def read() -> dict[tuple[str, str], Row]:
        data = site.build.tables["areas"].drop_columns(["geometry"])
        return {(row["level"], row["area_id"]): row for row in data.to_pylist()}

    return site.keep("areas", read)


def get_area(site: Site, level: str, area_id: str) -> Row | None:
    """Return one area, None where there is none."""
    return areas_by_key(site).get((level, area_id))


def list_areas(site: Site, level: str) -> list[Row]:
    """Return the areas of a level by name."""
    found = [row for (at, _), row in areas_by_key(site).items() if at == level]
    return sorted(found, key=lambda row: (collation_key(str(row["name"])), row["area_id"]))


def list_children(site: Site, level: str, area_id: str) -> list[Row]:
    """Return the areas whose parent this is, by name."""

    def group() -> dict[tuple[str, str], list[Row]]:
        rows = areas_by_key(site).values()
        found: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(rows, key=lambda row: collation_key(str(row["name"]))):
            found.setdefault((row["parent_level"], row["parent_id"]), []).append(row)
        return found

    return site.keep("children", group).get((level, area_id), [])


def analysis_level(site: Site) -> str:
    """Return the id of the level that findings are made at."""
    return site.build.city.analysis_level.id


def city_key(site: Site) -> tuple[str, str]:
    """Return level and code of the whole city."""
    for key in areas_by_key(site):
        if key[0] == CITY_LEVEL:
            return key
    return (CITY_LEVEL, site.build.city.id)


def list_geometries(site: Site, level: str) -> list[tuple[str, bytes]]:
    """Return code and WKB (WGS 84) of the areas of a level that have a boundary."""
    data = _filtered(site.build.tables["areas"], {"level": level})
    pairs = zip(data["area_id"].to_pylist(), data["geometry"].to_pylist(), strict=True)
    return [(area_id, wkb) for area_id, wkb in pairs if wkb]


def list_touching(site: Site, level: str, area_id: str) -> list[Row]:
    """Return the areas of the level that border on this one, by name; none without boundaries."""
    names = site.keep(("touching", level), lambda: touching(list_geometries(site, level)))
    found = [get_area(site, level, other) for other in names.get(area_id, ())]
    return sorted((row for row in found if row), key=lambda row: collation_key(str(row["name"])))


# --- indicators, areas, findings, sources ---------------------------------------------------------


def list_positions(site: Site, indicator_id: str) -> list[Row]:
    """Return where areas stand against the city under each denominator; none in older builds."""
    if "positions" not in site.build.tables:
        return []
    return list_rows(site, "positions", indicator_id=indicator_id)


def get_split(site: Site, indicator_id: str) -> Row | None:
    """Return the newest split of an indicator's answers by place and people; None without."""
    if "variance_splits" not in site.build.tables:
        return None
    rows = list_rows(site, "variance_splits", indicator_id=indicator_id)
    return max(
        rows,
        key=lambda row: (row["status"] == "shown", row["period_start"], row["source_id"]),
        default=None,
    )


def get_joint_gap(site: Site, level: str, area_id: str) -> Row | None:
    """Return a row with the test of all faces of an area; None in older builds."""
    rows = list_rows(site, "gaps", level=level, area_id=area_id)
    return next((row for row in rows if row.get("joint_q") is not None), None)


def get_trend(site: Site, indicator_id: str, level: str, area_id: str) -> Row | None:
    """Return the trend of an indicator in an area."""
    rows = list_rows(site, "trends", indicator_id=indicator_id, level=level, area_id=area_id)
    return rows[0] if rows else None


def list_findings(site: Site) -> list[Row]:
    """Return the findings by rank, read once."""

    def read() -> list[Row]:
        rows = list_rows(site, "findings")
        for row in rows:
            area = get_area(site, row["level"], row["area_id"])
            name = area["name"] if area else row["area_id"]
            row["params"] = {"area": name} | (row["params"] or {})
        return sorted(rows, key=lambda row: row["rank"])

    return site.keep("findings", read)


def get_finding(site: Site, finding_id: str) -> Row | None:
    """Return a finding, None where there is none."""
    found = (row for row in list_findings(site) if row["finding_id"] == finding_id)
    return next(found, None)


def list_sources(site: Site) -> list[Row]:
    """Return the sources, read once."""
    return site.keep("sources", lambda: list_rows(site, "sources"))


def data_period(site: Site) -> tuple[date, date] | None:
    """Return first day and first day after of everything recorded about the city."""
    rows = [
        row
        for row in list_sources(site)
        if row["period_start"] and row["period_end"] and row["scope"] == "city"
        and row.get("sampling") != "open_link"
        and row["kind"] in {"incidents", "counts", "survey", "observations"}
    ]  # fmt: skip
    if not rows:
        return None
    return min(row["period_start"] for row in rows), max(row["period_end"] for row in rows)


def rows_of_evidence(
    site: Site, query: str, limit: int = 100
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return columns and published rows that a finding's query gives, as printed there."""
    key = ("evidence", query, limit)
    return site.keep(key, lambda: rows_that_match(dict(site.build.tables), query, limit))


def list_series(
    site: Site, indicator_id: str, level: str, area_id: str, kind: str = "month"
) -> list[Row]:
    """Return counts over time of one area, oldest first."""
    rows = list_rows(
        site, "series", indicator_id=indicator_id, level=level, area_id=area_id, period_kind=kind
    )
    return sorted(rows, key=lambda row: row["period_start"])


def series_lengths(site: Site, level: str, area_id: str) -> Counter[str]:
    """Return indicator → how many periods its series has in an area."""
    rows = list_rows(site, "series", level=level, area_id=area_id)
    return Counter(row["indicator_id"] for row in rows)


def list_index(site: Site, level: str, component: str) -> list[Row]:
    """Return the newest year of one component of the index at a level."""
    rows = list_rows(site, "index", level=level, component=component)
    newest = max((row["year"] for row in rows), default=None)
    return [row for row in rows if row["year"] == newest]


def list_faces(site: Site, level: str, area_id: str) -> dict[str, Row]:
    """Return face → its standing against the city for one area."""
    rows = list_rows(site, "faces", level=level, area_id=area_id)
    return {row["face"]: row for row in rows}


def list_breaks(site: Site, indicator_id: str) -> list[Row]:
    """Return the recording breaks at which comparisons of an indicator stop, oldest first."""

    def read() -> list[Row]:
        rows = list_rows(site, "breaks", indicator_id=indicator_id, is_used=True)
        return sorted(rows, key=lambda row: row["starts_on"])

    return site.keep(("breaks", indicator_id), read)


def index_of_area(site: Site, level: str, area_id: str) -> list[Row]:
    """Return the newest year of every component of an area's index."""
    rows = list_rows(site, "index", level=level, area_id=area_id)
    newest = max((row["year"] for row in rows), default=None)
    return [row for row in rows if row["year"] == newest]


def trends_of_area(site: Site, level: str, area_id: str) -> dict[str, Row]:
    """Return indicator → trend of one area."""
    rows = list_rows(site, "trends", level=level, area_id=area_id)
    return {row["indicator_id"]: row for row in rows}
