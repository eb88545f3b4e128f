"""A finished audit to look at in a notebook: read-only, the same objects as on the pages."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.area_arrays import AreaCounts, Places, counts_of, places_of
from convive.app.findings import PublishedFinding, findings_of
from convive.app.ports import Build
from convive.core.errors import RequestError
from convive.core.model import City

Draw = Callable[..., Any]
FIRST_FINDINGS = 10


class AuditView:
    """What an audit found; made by ``convive.open`` and ``convive.audit``.

    Tables are Arrow (`to_pandas` and `to_pylist` work on them) and hold what the pages show:
    everything has passed the disclosure gate.
    """

    def __init__(self, build: Build, *, draw: Draw, folder: Path | None = None) -> None:
        self._build = build
        self._draw = draw
        self.folder = folder

    @property
    def city(self) -> City:
        """What ``city.toml`` declares."""
        return self._build.city

    @property
    def run(self) -> Mapping[str, Any]:
        """The run record: inputs, code version, seed, definitions, table digests."""
        return self._build.run

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self._build.tables)

    @property
    def sources(self) -> pa.Table:
        """Every source with its quality light."""
        return self.table("sources")

    @property
    def areas(self) -> pa.Table:
        """Every area of every level."""
        return self.table("areas")

    @property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the indicators that have at least one estimate."""
        return tuple(sorted(set(self.table("estimates").column("indicator_id").to_pylist())))

    @property
    def findings(self) -> list[PublishedFinding]:
        """The findings, the first to read first; each speaks: ``finding.sentence("fr")``."""
        return findings_of(self._build)

    def table(self, name: str) -> pa.Table:
        """Return a published table.

        Raises
        ------
        RequestError
            TABLE_UNKNOWN for a name that is not in `tables`.
        """
        if name not in self._build.tables:
            raise RequestError("TABLE_UNKNOWN", table=name, known=", ".join(self.tables))
        return self._build.tables[name]

    def estimates(self, **where: Any) -> pa.Table:
        """Return estimates with these values.

        Examples: ``estimates(indicator="burglary_rate", level="district")``,
        ``estimates(indicator="unsafe_dark_share", dimension="sex")``.
        """
        return self._chosen("estimates", where)

    def series(self, **where: Any) -> pa.Table:
        """Return counts over time with what was to be expected."""
        return self._chosen("series", where)

    def places(self, level: str = "") -> Places:
        """Return the areas of a level as arrays: ids, names, residents, shapes in metres.

        Without `level`, those of the level at which the city is analysed.

        Raises
        ------
        RequestError
            LEVEL_UNKNOWN.
        """
        chosen = level or self.city.analysis_level.id
        rows = self._chosen("areas", {"level": chosen})
        if not rows.num_rows:
            known = sorted(set(self.areas.column("level").to_pylist()))
            raise RequestError("LEVEL_UNKNOWN", level=chosen, known=", ".join(known))
        return places_of(rows)

    def counts(
        self, indicator: str, *, level: str = "", by: str = "year", denominator: str = "residents"
    ) -> AreaCounts:
        """Return published counts by area and period as arrays, areas as in `places`.

        Parameters
        ----------
        indicator : str
            A recorded one, such as ``burglary_rate``.
        level : str
            ``city`` for the whole; without it the level at which the city is analysed.
        by : str
            ``month``; or ``year``, or ``all`` for a source without years, with what a rate
            divides by.
        denominator : str
            Which of the published denominators `base` is.

        Raises
        ------
        RequestError
            LEVEL_UNKNOWN; COUNTS_NOT_PUBLISHED where the audit publishes none of this kind.
        """
        places = self.places(level)
        where = {"indicator": indicator, "level": places.level, "period_kind": by}
        if by == "month":
            table, column = self.series(**where), "count"
        else:
            table, column = self.estimates(**where, dimension="all", denominator=denominator), "n"
        return counts_of(table, column, places.ids, (indicator, places.level))

    def trends(self, **where: Any) -> pa.Table:
        """Return changes with interval and verdict."""
        return self._chosen("trends", where)

    def variance_splits(self, **where: Any) -> pa.Table:
        """Return how much of survey answers differs by area and by group, with the lever.

        ``variance_splits(indicator="unsafe_dark_share")``; empty without a survey.
        """
        return self._chosen("variance_splits", where)

    def map(self, indicator: str, *, language: str = "", **selection: Any) -> Any:
        """Return the map of an indicator as an Altair chart."""
        return self.chart("map", language=language, indicator=indicator, **selection)

    def chart(self, chart_id: str, *, language: str = "", **selection: Any) -> Any:
        """Return a chart of the one grammar (map, series, faces, index …) as Altair."""
        chosen = language or self.city.languages[0]
        return self._draw(self._build, chart_id, language=chosen, **selection)

    def _chosen(self, name: str, where: Mapping[str, Any]) -> pa.Table:
        table = self.table(name)
        for key, value in where.items():
            column = f"{key}_id" if f"{key}_id" in table.column_names else key
            if column not in table.column_names:
                raise RequestError("COLUMN_UNKNOWN", column=key, table=name)
            table = table.filter(pc.equal(table.column(column), value))
        return table

    def __repr__(self) -> str:
        return f"<audit of {self.city.name}: {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        """Return the first findings, for a notebook."""
        language = self.city.languages[0]
        items = "".join(
            f"<li>{html.escape(found.sentence(language))}</li>"
            for found in self.findings[:FIRST_FINDINGS]
        )
        return f"<h3>{html.escape(self.city.name)}</h3><ol>{items}</ol>"
