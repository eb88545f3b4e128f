"""What every kind of finding needs: looking up rows, the way back to them, how sure, how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from convive.core.collation import collation_key
from convive.core.model import (
    Certainty,
    City,
    Comparability,
    EvidenceLink,
    Face,
    Finding,
    IncidentCount,
    Indicator,
    Status,
    Verdict,
)

Row = Mapping[str, Any]

STRONG_Q = 0.01
CERTAINTY_WEIGHT = {Certainty.STRONG: 1.0, Certainty.LIKELY: 0.75, Certainty.TENTATIVE: 0.4}
SMALL_N = 100
UNMAPPED_SHARE = 0.05
"""From this share of incidents without a category on, a total says so; a convention of Convive."""
_WITHOUT_KIND = ("unmapped_category", "left_without_kind")
RESIDENTS_CAVEAT = "residents_not_visitors"


def certainty_of_q(q: float, *, fdr: float = 0.05, is_doubtful: bool = False) -> Certainty:
    """Return how sure a tested finding is; a doubtful source takes one step off.

    Strong where q is at most 0.01, likely where it is at most `fdr`, tentative beyond: a row
    that is not below `fdr` must not become a tested finding at all.

    Examples
    --------
    >>> certainty_of_q(0.002).value, certainty_of_q(0.03).value
    ('strong', 'likely')
    >>> certainty_of_q(0.002, is_doubtful=True).value
    'likely'
    """
    if q > fdr:
        return Certainty.TENTATIVE
    if q <= STRONG_Q:
        return Certainty.LIKELY if is_doubtful else Certainty.STRONG
    return Certainty.TENTATIVE if is_doubtful else Certainty.LIKELY


def is_shown(row: Row) -> bool:
    """Tell whether a row may be spoken of; tables without a status are always shown."""
    return bool(row.get("status", Status.SHOWN) == Status.SHOWN)


def is_comparable(row: Row) -> bool:
    """Tell whether a figure may be set against others: little of it was shared out."""
    return row.get("comparability") != Comparability.NOT_COMPARABLE


def is_clear(row: Row, fdr: float) -> bool:
    """Tell whether a shown row passed its test over the whole audit."""
    q = row.get("q")
    return is_shown(row) and q is not None and q <= fdr


@dataclass(frozen=True)
class Subject:
    """What a finding is about, before its sentence: place, indicators, faces, key of its id."""

    level: str
    area_id: str
    indicator_ids: tuple[str, ...] = ()
    faces: tuple[Face, ...] = ()
    key: str = ""
    """Tells apart findings of one code, place and indicators (a date, a group, a source)."""


@dataclass(frozen=True)
class Weight:
    """How sure and how large a finding is; `q` None where nothing was tested."""

    certainty: Certainty
    magnitude: float
    """0 to 1."""
    people: float = 1.0
    """Share of the city's residents concerned, 0 to 1."""
    p: float | None = None
    q: float | None = None


@dataclass(frozen=True)
class Facts:
    """The result tables, indexed for the makers of findings."""

    tables: Mapping[str, Sequence[Row]]
    city: City
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    fdr: float = 0.05

    def rows(self, table: str, **wanted: Any) -> list[Row]:
        """Return the rows of a table with these values."""
        return [
            row
            for row in self.tables.get(table, ())
            if all(row.get(name) == value for name, value in wanted.items())
        ]

    @property
    def level(self) -> str:
        """The level at which areas are compared."""
        return self.city.analysis_level.id

    @property
    def whole(self) -> tuple[str, str]:
        """Level and id of the whole city."""
        return "city", self.city.id

    @cached_property
    def _areas(self) -> dict[tuple[str, str], Row]:
        return {(r["level"], r["area_id"]): r for r in self.tables.get("areas", ())}

    def name(self, level: str, area_id: str) -> str:
        """Return an area's name, or its id."""
        if level == "city":
            return self.city.name
        return str(self._areas.get((level, area_id), {}).get("name") or area_id)

    def names(self, level: str, area_ids: Iterable[str]) -> list[str]:
        """Return names in alphabetical order."""
        return sorted((self.name(level, a) for a in area_ids), key=collation_key)

    def people(self, level: str, area_ids: Iterable[str]) -> float:
        """Return the share of residents who live in these areas; equal shares if unknown."""
        if level == "city":
            return 1.0
        ids = set(area_ids)
        peers = [r for (lev, _), r in self._areas.items() if lev == level]
        known = {r["area_id"]: float(r.get("residents") or 0.0) for r in peers}
        total = sum(known.values())
        if total > 0:
            return sum(known.get(a, 0.0) for a in ids) / total
        return len(ids) / max(len(peers), len(ids), 1)

    @cached_property
    def _sources(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for row in self.tables.get("estimates", ()):
            found.setdefault(row["indicator_id"], set()).update(row.get("source_ids") or ())
        return {indicator: tuple(sorted(ids)) for indicator, ids in found.items()}

    def sources(self, *indicator_ids: str) -> tuple[str, ...]:
        """Return the sources behind indicators."""
        return tuple(sorted({s for i in indicator_ids for s in self._sources.get(i, ())}))

    @cached_property
    def counted_by_year(self) -> frozenset[str]:
        """Indicators whose sources give counts of years only."""
        kinds = {(r["indicator_id"], r["period_kind"]) for r in self.tables.get("series", ())}
        return frozenset(i for i, kind in kinds if kind == "year" and (i, "month") not in kinds)

    @cached_property
    def _lights(self) -> dict[str, str]:
        return {r["source_id"]: str(r["light"]) for r in self.tables.get("sources", ())}

    def is_doubtful(self, *indicator_ids: str) -> bool:
        """Tell whether any source behind the indicators is of doubtful quality."""
        return any(self._lights.get(s) == "doubtful" for s in self.sources(*indicator_ids))

    def tested(self, row: Row, *indicator_ids: str) -> Certainty:
        """Return how sure a tested row is."""
        doubtful = self.is_doubtful(*indicator_ids)
        return certainty_of_q(row["q"], fdr=self.fdr, is_doubtful=doubtful)

    def face(self, indicator_id: str) -> Face:
        """Return the face of an indicator; context where the catalogue does not know it."""
        known = self.indicators.get(indicator_id)
        return known.face if known else Face.CONTEXT

    def headline(self, face: Face) -> str | None:
        """Return the indicator that stands for a face."""
        for indicator in self.indicators.values():
            if indicator.face == face and indicator.is_headline:
                return indicator.id
        return None

    @cached_property
    def _yearly(self) -> dict[tuple[str, ...], list[Row]]:
        """Shown estimates of years and waves, by indicator, place and group, oldest first."""
        found: dict[tuple[str, ...], list[Row]] = {}
        for row in self.tables.get("estimates", ()):
            if row["period_kind"] == "month" or not is_shown(row) or row.get("value") is None:
                continue
            found.setdefault(tuple(row[c] for c in _ESTIMATE_KEY), []).append(row)
        for rows in found.values():
            rows.sort(key=lambda r: r["period_start"])
        return found

    def estimates(
        self,
        indicator_id: str,
        level: str,
        area_id: str,
        dimension: str = "all",
        group: str = "all",
    ) -> list[Row]:
        """Return the shown estimates, years or waves, of a place and group, oldest first."""
        return self._yearly.get((indicator_id, level, area_id, dimension, group), [])

    def newest(
        self,
        indicator_id: str,
        level: str,
        area_id: str,
        dimension: str = "all",
        group: str = "all",
    ) -> Row | None:
        """Return the newest of `estimates`, of the city's own denominator where there are two."""
        rows = self.estimates(indicator_id, level, area_id, dimension, group)
        own = [r for r in rows if r.get("denominator_id") == self.denominator(indicator_id)]
        return (own or rows)[-1] if rows else None

    @cached_property
    def unstable(self) -> dict[str, set[str]]:
        """Caveats of the series: code → indicators that it holds for."""
        breaks = {
            r["indicator_id"]
            for r in self.tables.get("breaks", ())
            if r["is_used"] or is_clear(r, self.fdr)
        }
        months = {
            r["indicator_id"]
            for r in self.tables.get("series", ())
            if r["level"] == "city" and r["is_incomplete"]
        }
        return {"break_nearby": breaks, "incomplete_months": months}

    @cached_property
    def face_indicators(self) -> dict[tuple[str, str, str], str]:
        """Indicator that stands for a face in an area: (level, area, face) → id."""
        rows = self.tables.get("faces", ())
        return {(r["level"], r["area_id"], r["face"]): r["indicator_id"] for r in rows}

    def denominator(self, indicator_id: str) -> str | None:
        """Return what the city divides an indicator by."""
        known = self.indicators.get(indicator_id)
        default = known.denominator if known else None
        return self.city.denominator_of.get(indicator_id, default)

    def caveats(self, *indicator_ids: str, n: int | None = None) -> tuple[str, ...]:
        """Return what to keep in mind, from the faces, the numbers and the sources."""
        faces = {self.face(i) for i in indicator_ids}
        codes = []
        if Face.RECORDED in faces:
            codes.append("recorded_not_all")
        if any(self.denominator(i) == "residents" for i in indicator_ids):
            codes.append(RESIDENTS_CAVEAT)
        if faces & {Face.EXPERIENCED, Face.FELT}:
            codes.append("nonresponse")
        if Face.OBSERVED in faces:
            codes.append("moments_observed")
        if n is not None and n < SMALL_N:
            codes.append("small_numbers")
        if self.is_doubtful(*indicator_ids):
            codes.append("doubtful_source")
        if any(self._has_unmapped(i) for i in indicator_ids):
            codes.append("unmapped_in_total")
        return tuple(codes)

    def _has_unmapped(self, indicator_id: str) -> bool:
        """Tell whether a total holds a marked share of incidents without a category."""
        known = self.indicators.get(indicator_id)
        if known is None or known.measure != IncidentCount():
            return False
        sources = self.sources(indicator_id)
        shares: defaultdict[str, float] = defaultdict(float)
        for row in self.tables.get("quality", ()):
            if row["code"] in _WITHOUT_KIND and row["source_id"] in sources:
                shares[row["source_id"]] += _share_of(row)
        return max(shares.values(), default=0.0) >= UNMAPPED_SHARE


def _share_of(check: Mapping[str, Any]) -> float:
    """Return the share that fails a check; where it is not told, 0 or 1: as grave as it may be."""
    if check["share"] is not None:
        return float(check["share"])
    return float(bool((check["params"] or {}).get("is_marked")))


_ESTIMATE_KEY = ("indicator_id", "level", "area_id", "dimension", "group")


def iso(day: date | str | None) -> str | None:
    """Return a day as ISO text, so that parameters are plain JSON."""
    return day.isoformat() if isinstance(day, date) else day


def importance(weight: Weight) -> float:
    """Return certainty × magnitude × people, each kept from vanishing, 0 to 1.

    People count by their square root: a strong finding about a twentieth of the city must be
    able to stand before a weak one about all of it.
    """
    size = 0.25 + 0.75 * min(max(weight.magnitude, 0.0), 1.0)
    people = min(max(weight.people, 0.0), 1.0) ** 0.5
    return CERTAINTY_WEIGHT[weight.certainty] * size * (0.35 + 0.65 * people)


def finding(
    code: str,
    subject: Subject,
    params: Mapping[str, Any],
    verdict: Verdict,
    weight: Weight,
    evidence: tuple[tuple[EvidenceLink, ...], tuple[str, ...]],
) -> Finding:
    """Return a finding with its stable id; `evidence` is (links, caveats)."""
    identity = "|".join((code, subject.level, subject.area_id, *subject.indicator_ids, subject.key))
    links, caveats = evidence
    return Finding(
        id=f"{code}-{sha256(identity.encode()).hexdigest()[:10]}",
        code=code,
        params=params,
        level=subject.level,
        area_id=subject.area_id,
        indicator_ids=subject.indicator_ids,
        faces=subject.faces,
        verdict=verdict,
        certainty=weight.certainty,
        importance=importance(weight),
        p=weight.p,
        q=weight.q,
        caveats=caveats,
        evidence=links,
    )


def _literal(value: Any) -> str:
    """Return a value as SQL writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def _condition(name: str, value: Any) -> str:
    """Return one condition; a list becomes IN."""
    column = f'"{name}"' if name == "group" else name
    if isinstance(value, list | tuple):
        return f"{column} IN ({', '.join(_literal(v) for v in value)})"
    return f"{column} = {_literal(value)}"


def link(
    table: str, where: Mapping[str, Any], sources: Iterable[str], n: int | None = None
) -> EvidenceLink:
    """Return the way back to rows of a published table, as SQL that runs as printed.

    Examples
    --------
    >>> link("trends", {"level": "city", "area_id": "o'x"}, []).query
    "SELECT * FROM trends WHERE level = 'city' AND area_id = 'o''x'"
    """
    name = f'"{table}"' if table == "index" else table
    conditions = " AND ".join(_condition(column, value) for column, value in where.items())
    query = f"SELECT * FROM {name}" + (f" WHERE {conditions}" if conditions else "")
    return EvidenceLink(table, query, tuple(sources), n)
