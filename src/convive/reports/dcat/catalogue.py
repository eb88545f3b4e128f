"""The published tables as datasets of DCAT-AP 3, with their files and interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

import numpy as np
import shapely

from convive.app.corrections import newest_first
from convive.app.ports import Build
from convive.app.tables import RESULT_TABLES, TableSpec
from convive.catalogue.texts import say
from convive.reports.dcat.graph import Literal, Statement, full
from convive.reports.rows import select

AUTHORITY = "http://publications.europa.eu/resource/authority/"
"""Vocabularies of the Publications Office of the European Union."""
LANGUAGES = MappingProxyType(
    {"en": "ENG", "fr": "FRA", "es": "SPA", "it": "ITA", "de": "DEU", "pt": "POR", "nl": "NLD"}
)
IANA = "https://www.iana.org/assignments/media-types/"
CSVW = "https://www.w3.org/TR/tabular-data-model/"
GEOPARQUET = "https://geoparquet.org/releases/v1.1.0/"
GEOPACKAGE = "http://www.opengis.net/doc/IS/geopackage/1.3"

_KINDS = MappingProxyType(
    {
        "csv": ("CSV", "text/csv", CSVW),
        "gpkg": ("GPKG", "application/geopackage+sqlite3", GEOPACKAGE),
        "parquet": ("PARQUET", "application/vnd.apache.parquet", GEOPARQUET),
        "zip": ("ZIP", "application/zip", ""),
    }
)
"""Ending → file type of the authority, media type, standard."""


def catalogue_of(build: Build, *, base: str, version: str) -> list[Statement]:
    """Return the catalogue of a town.

    Parameters
    ----------
    build : Build
        As it is published.
    base : str
        Address of the site, without a slash at its end.
    version : str
        Names the audit.

    Notes
    -----
    Every address of a vocabulary is said to be of its class, because the shapes of DCAT-AP ask
    for classes and harvesters do not look addresses up. A licence of the town is not known: the
    terms of the sources stand as a statement of rights.

    References
    ----------
    SEMIC, DCAT-AP 3.0.1.
    """
    made = _Maker(build, base, version)
    return [*made.catalogue(), *made.datasets(), *made.services(), *made.vocabulary()]


class _Maker:
    """What all statements of one catalogue share."""

    def __init__(self, build: Build, base: str, version: str) -> None:
        self.build, self.base, self.version = build, base, version
        self.id = f"{base}/catalog"
        self.publisher, self.place = f"{self.id}#publisher", f"{self.id}#place"
        self.period, self.rights = f"{self.id}#period", f"{self.id}#rights"
        self.languages = build.city.languages
        self.page = f"{base}/{self.languages[0]}/downloads/"
        self.specs = [
            spec for spec in RESULT_TABLES
            if spec.is_public and spec.name in build.tables and build.tables[spec.name].num_rows
        ]  # fmt: skip
        self.classes: dict[str, str] = {}

    def catalogue(self) -> Iterator[Statement]:
        """Tell of the catalogue, the publisher, the place, the period and the terms."""
        city = self.build.city
        yield self.id, "rdf:type", full("dcat:Catalog")
        for language in self.languages:
            title = say("dcat.title", language, city=city.name)
            yield self.id, "dct:title", Literal(title, language)
            yield self.id, "dct:description", Literal(say("dcat.description", language), language)
        yield self.id, "dct:publisher", self.publisher
        yield self.id, "dct:spatial", self.place
        yield self.id, "foaf:homepage", f"{self.base}/"
        yield f"{self.base}/", "rdf:type", full("foaf:Document")
        yield from self._common(self.id)
        for spec in self.specs:
            yield self.id, "dcat:dataset", self._dataset(spec)
        yield self.id, "dcat:service", f"{self.id}#api"
        yield self.id, "dcat:service", f"{self.id}#ogc"
        for kind in ("foaf:Agent", "foaf:Organization"):
            yield self.publisher, "rdf:type", full(kind)
        yield self.publisher, "foaf:name", Literal(city.name)
        yield from self._place()
        yield from self._period()
        yield self.rights, "rdf:type", full("dct:RightsStatement")
        terms = sorted({row["licence"] for row in select(self.build, "sources") if row["licence"]})
        yield self.rights, "rdfs:label", Literal("; ".join(terms))

    def datasets(self) -> Iterator[Statement]:
        """Tell of every table and its files."""
        for spec in self.specs:
            dataset = self._dataset(spec)
            yield dataset, "rdf:type", full("dcat:Dataset")
            for language in self.languages:
                told = say(f"report.table.{spec.name}", language)
                title = say("dcat.dataset", language, city=self.build.city.name, table=told)
                yield dataset, "dct:title", Literal(title, language)
                about = say(f"table.{spec.name}", language)
                yield dataset, "dct:description", Literal(about, language)
            yield dataset, "dct:identifier", Literal(f"{self.build.city.id}/{spec.name}")
            yield dataset, "dcat:version", Literal(self.version)
            yield from self._notes(dataset)
            yield dataset, "dct:publisher", self.publisher
            yield dataset, "dct:spatial", self.place
            yield dataset, "dcat:landingPage", self.page
            if self._days():
                yield dataset, "dct:temporal", self.period
            yield from self._common(dataset)
            yield dataset, "dcat:theme", self._of("data-theme/JUST", "skos:Concept")
            frequency = self._of("frequency/UNKNOWN", "dct:Frequency")
            yield dataset, "dct:accrualPeriodicity", frequency
            yield (
                dataset,
                "dct:accessRights",
                self._of("access-right/PUBLIC", "dct:RightsStatement"),
            )
            files = [f"{spec.name}.csv"]
            files += ["areas.gpkg", "areas.parquet"] if spec.name == "areas" else []
            files += ["rerun.zip"] if spec.name == "findings" else []
            yield from self._files(dataset, files)

    def services(self) -> Iterator[Statement]:
        """Tell of the two interfaces for programs."""
        for name, path, described in (
            ("api", "api/v1/", "api/openapi.json"), ("ogc", "ogc/", "ogc/openapi.json"),
        ):  # fmt: skip
            service = f"{self.id}#{name}"
            yield service, "rdf:type", full("dcat:DataService")
            yield service, "dct:publisher", self.publisher
            for language in self.languages:
                key = "opendata.json" if name == "api" else "opendata.ogc"
                yield service, "dct:title", Literal(say(key, language), language)
            yield service, "dcat:endpointURL", f"{self.base}/{path}"
            yield service, "dcat:endpointDescription", f"{self.base}/{described}"
            for address in (f"{self.base}/{path}", f"{self.base}/{described}"):
                yield address, "rdf:type", full("rdfs:Resource")
            for spec in self.specs if name == "api" else self.specs[:1]:
                yield service, "dcat:servesDataset", self._dataset(spec)

    def vocabulary(self) -> Iterator[Statement]:
        """Say of which class every address of a vocabulary is; last, because all are met by then."""
        for address, kind in sorted(self.classes.items()):
            yield address, "rdf:type", full(kind)
            if kind == "skos:Concept":
                yield address, "skos:prefLabel", Literal(address.rsplit("/", 1)[-1], "en")

    def _files(self, dataset: str, files: Sequence[str]) -> Iterator[Statement]:
        for file in files:
            kind, media, standard = _KINDS[file.rpartition(".")[2]]
            one = f"{self.base}/data/{self.version}/{file}"
            yield dataset, "dcat:distribution", one
            yield one, "rdf:type", full("dcat:Distribution")
            yield one, "dct:title", Literal(file, "en")
            yield one, "dcat:accessURL", self.page
            yield one, "dcat:downloadURL", f"{self.page}{file}"
            for address in (self.page, f"{self.page}{file}"):
                yield address, "rdf:type", full("rdfs:Resource")
            yield one, "dct:format", self._of(f"file-type/{kind}", "dct:MediaTypeOrExtent")
            yield one, "dcat:mediaType", self._known(IANA + media, "dct:MediaType")
            if standard:
                yield one, "dct:conformsTo", self._known(standard, "dct:Standard")
            yield one, "dct:rights", self.rights
            if self.build.run.get("built_at"):
                yield one, "dct:modified", self._moment()
        yield self.page, "rdf:type", full("foaf:Document")

    def _common(self, subject: str) -> Iterator[Statement]:
        for language in self.languages:
            yield (
                subject,
                "dct:language",
                self._of(f"language/{LANGUAGES[language]}", "dct:LinguisticSystem"),
            )
        if self.build.run.get("built_at"):
            yield subject, "dct:modified", self._moment()

    def _notes(self, dataset: str) -> Iterator[Statement]:
        """Tell of corrections and withdrawals: they may concern any table."""
        for one in newest_first(self.build.corrections):
            for language, wrong in sorted(one.wrong.items()):
                right = one.right.get(language, "")
                told = " ".join(part for part in (one.on.isoformat(), wrong, right) if part)
                yield dataset, "adms:versionNotes", Literal(told, language)

    def _moment(self) -> Literal:
        return Literal(str(self.build.run["built_at"]), datatype="xsd:dateTime")

    def _dataset(self, spec: TableSpec) -> str:
        return f"{self.id}#{spec.name}"

    def _of(self, name: str, kind: str) -> str:
        return self._known(AUTHORITY + name, kind)

    def _known(self, address: str, kind: str) -> str:
        self.classes[address] = kind
        return address

    def _place(self) -> Iterator[Statement]:
        yield self.place, "rdf:type", full("dct:Location")
        yield self.place, "skos:prefLabel", Literal(self.build.city.name)
        found = [r["geometry"] for r in select(self.build, "areas") if r["geometry"] is not None]
        if found:
            shapes = shapely.from_wkb(np.array(found, dtype=object))
            text = shapely.to_wkt(shapely.box(*shapely.total_bounds(shapes)), rounding_precision=5)
            yield self.place, "dcat:bbox", Literal(text, datatype="geo:wktLiteral")

    def _days(self) -> tuple[str, str] | None:
        rows = [
            row for row in select(self.build, "sources", scope="city")
            if row["period_start"] and row["period_end"]
        ]  # fmt: skip
        if not rows:
            return None
        first = min(row["period_start"] for row in rows)
        after = max(row["period_end"] for row in rows)
        return first.isoformat(), after.fromordinal(after.toordinal() - 1).isoformat()

    def _period(self) -> Iterator[Statement]:
        days = self._days()
        if days:
            yield self.period, "rdf:type", full("dct:PeriodOfTime")
            yield self.period, "dcat:startDate", Literal(days[0], datatype="xsd:date")
            yield self.period, "dcat:endDate", Literal(days[1], datatype="xsd:date")
