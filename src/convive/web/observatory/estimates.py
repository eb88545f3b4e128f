"""Reads of the shown audit: the figures of its indicators, newest, over time and by group."""

from __future__ import annotations

from convive.app.shown_figures import newest_figures, of_leading_periods
from convive.core.model import FACES
from convive.web.observatory.current import Site
from convive.web.observatory.definitions import find_definition
from convive.web.observatory.selectors import Row, list_rows


def indicator_ids(site: Site) -> tuple[str, ...]:
    """Return the indicators that the audit has figures of, by face and then id."""

    def read() -> tuple[str, ...]:
        order = {face.value: position for position, face in enumerate(FACES)}
        pairs = face_of_indicators(site).items()
        ranked = sorted((order.get(face, 9), indicator) for indicator, face in pairs)
        return tuple(indicator for _, indicator in ranked)

    return site.keep("indicator_ids", read)


def face_of_indicators(site: Site) -> dict[str, str]:
    """Return indicator → face."""

    def read() -> dict[str, str]:
        data = site.build.tables["estimates"].select(["indicator_id", "face"])
        pairs = data.group_by(["indicator_id", "face"]).aggregate([])
        return {row["indicator_id"]: row["face"] for row in pairs.to_pylist()}

    return site.keep("faces_of", read)


def headline_of_faces(site: Site) -> dict[str, str]:
    """Return face → the indicator that stands for it in this audit."""

    def read() -> dict[str, str]:
        data = site.build.tables["faces"].select(["face", "indicator_id"])
        pairs = data.group_by(["face", "indicator_id"]).aggregate([])
        return {row["face"]: row["indicator_id"] for row in pairs.to_pylist()}

    return site.keep("headlines", read)


def estimates_of(site: Site, indicator_id: str) -> list[Row]:
    """Return every figure of an indicator, read once; each with the pack's denominator name."""

    def read() -> list[Row]:
        names = {one.id: one.name for one in site.build.city.denominators}
        rows = list_rows(site, "estimates", indicator_id=indicator_id)
        return [row | {"denominator_name": names.get(row["denominator_id"])} for row in rows]

    return site.keep(("estimates", indicator_id), read)


def main_denominator(site: Site, indicator_id: str) -> str | None:
    """Return the denominator that the indicator's figures lead with.

    The pack's choice, else residents, else the first by name: pages name it beside the figure.
    """

    def choose() -> str | None:
        found = {row["denominator_id"] for row in estimates_of(site, indicator_id)}
        chosen = site.build.city.denominator_of.get(indicator_id)
        for candidate in (chosen, _defined_denominator(indicator_id), "residents"):
            if candidate and candidate in found:
                return str(candidate)
        return min((name for name in found if name), default=None)

    return site.keep(("main_denominator", indicator_id), choose)


def _defined_denominator(indicator_id: str) -> str | None:
    definition = find_definition(indicator_id)
    return definition.denominator if definition else None


def newest_estimates(site: Site, indicator_id: str, level: str) -> dict[str, Row]:
    """Return area → its newest figure (all groups, leading denominator)."""

    def read() -> dict[str, Row]:
        return newest_figures(_plain_rows(site, indicator_id, level))

    return site.keep(("newest", indicator_id, level), read)


def newest_by_area(site: Site, indicator_id: str, level: str) -> dict[str, Row]:
    """Return area → its own newest figure, where areas (or surveys) have periods of their own."""
    found: dict[str, Row] = {}
    for row in _plain_rows(site, indicator_id, level):
        known = found.get(row["area_id"])
        if known is None or row["period_start"] > known["period_start"]:
            found[row["area_id"]] = row
    return found


def estimates_over_time(site: Site, indicator_id: str, level: str, area_id: str) -> list[Row]:
    """Return the figures of one area over its periods, oldest first."""
    rows = [row for row in _plain_rows(site, indicator_id, level) if row["area_id"] == area_id]
    return sorted(of_leading_periods(rows), key=lambda row: row["period_start"])


def _plain_rows(site: Site, indicator_id: str, level: str) -> list[Row]:
    main = main_denominator(site, indicator_id)
    return [
        row
        for row in estimates_of(site, indicator_id)
        if row["level"] == level and row["dimension"] == "all" and row["denominator_id"] == main
    ]


def list_groups(site: Site, indicator_id: str, level: str, area_id: str) -> list[Row]:
    """Return the newest figures by sex, age group and part of the day of one area."""
    rows = site.keep(("groups", indicator_id), lambda: _groups_by_area(site, indicator_id))
    newest: dict[tuple[str, str], Row] = {}
    for row in sorted(rows.get((level, area_id), ()), key=lambda row: row["period_start"]):
        newest[row["dimension"], row["group"]] = row
    return list(newest.values())


def _groups_by_area(site: Site, indicator_id: str) -> dict[tuple[str, str], list[Row]]:
    main = main_denominator(site, indicator_id)
    found: dict[tuple[str, str], list[Row]] = {}
    for row in estimates_of(site, indicator_id):
        if row["dimension"] != "all" and row["denominator_id"] in {main, None}:
            found.setdefault((row["level"], row["area_id"]), []).append(row)
    return found


def denominator_variants(site: Site, indicator_id: str, level: str) -> dict[str, list[Row]]:
    """Return area → its newest figure per denominator, for areas that have several."""
    newest: dict[str, dict[str, Row]] = {}
    rows = (row for row in estimates_of(site, indicator_id) if row["level"] == level)
    for row in sorted(rows, key=lambda row: row["period_start"]):
        if row["dimension"] == "all":
            newest.setdefault(row["area_id"], {})[row["denominator_id"] or ""] = row
    return {area_id: list(found.values()) for area_id, found in newest.items() if len(found) > 1}
