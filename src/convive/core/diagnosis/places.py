"""Findings about places: worse than the rest, faces that disagree, rates that mislead, bands."""

from __future__ import annotations

from collections.abc import Iterator

from convive.core.diagnosis.facts import (
    RESIDENTS_CAVEAT,
    Facts,
    Row,
    Subject,
    Weight,
    finding,
    is_clear,
    is_comparable,
    is_shown,
    link,
)
from convive.core.model import Certainty, EvidenceLink, Face, Finding, Verdict

FULL_SCORE = 3.0
"""Standard deviations of areas that count as fully large."""
MOST_SINGLE_AREAS = 3
GOOD_NEWS = 0.5
"""Areas better than the rest are told, but not before those that need somebody to look."""
MISLEADING_RATIO = 1.5
"""How many times the relative rate must shrink before a denominator is said to mislead."""
FEWEST_AREAS = 12
FEW_PLACES_SHARE = 25.0
"""Half of everything in no more than this percentage of areas is worth saying."""

GAP_CODES = {
    (Face.FELT, Face.RECORDED): "gap_felt_above_recorded",
    (Face.EXPERIENCED, Face.RECORDED): "gap_experienced_above_recorded",
    (Face.RECORDED, Face.FELT): "gap_recorded_above_felt",
    (Face.OBSERVED, Face.FELT): "gap_observed_above_felt",
}
"""(worse face, other face) → code; every other pair is ``gap_other``."""


def _kind(face: Face, indicator: str) -> str:
    """Return which sentence fits: "after dark" only where that was asked."""
    if face == Face.FELT:
        return "felt_dark" if indicator == "unsafe_dark_share" else "other"
    return face.value


def areas_above(facts: Facts) -> Iterator[Finding]:
    """Yield areas that are clearly worse than the rest, face by face, from `faces`."""
    for face in (Face.RECORDED, Face.EXPERIENCED, Face.FELT, Face.OBSERVED):
        rows = [
            r
            for r in facts.rows("faces", level=facts.level, face=face.value)
            if is_clear(r, facts.fdr) and r["score"] > 0 and r["verdict"] == Verdict.CLEARLY_ABOVE
        ]
        rows.sort(key=lambda r: (-r["score"], r["area_id"]))
        if len(rows) <= MOST_SINGLE_AREAS:
            yield from (_above(facts, row, face) for row in rows)
        else:
            yield _many_above(facts, rows, face)


def _above(facts: Facts, row: Row, face: Face) -> Finding:
    indicator = row["indicator_id"]
    place = (row["level"], row["area_id"])
    figure = facts.newest(indicator, *place)
    whole = facts.newest(indicator, *facts.whole)
    params = {
        "area": facts.name(*place),
        "face": face.value,
        "kind": _kind(face, indicator),
        "indicator": indicator,
        "score": row["score"],
        "value": figure["value"] if figure else None,
        "city_value": whole["value"] if whole else None,
        "unit": figure["unit"] if figure else None,
        "n": row.get("n"),
    }
    where = {"level": place[0], "area_id": place[1], "face": face.value}
    weight = Weight(
        facts.tested(row, indicator),
        row["score"] / FULL_SCORE,
        facts.people(place[0], [place[1]]),
        row.get("p"),
        row["q"],
    )
    links = [link("faces", where, facts.sources(indicator), row.get("n"))]
    if figure:
        links.append(_figure_link(figure))
    return finding(
        "area_above",
        Subject(*place, (indicator,), (face,)),
        params,
        Verdict.CLEARLY_ABOVE,
        weight,
        (tuple(links), facts.caveats(indicator, n=row.get("n"))),
    )


def _figure_link(figure: Row) -> EvidenceLink:
    columns = ("indicator_id", "level", "area_id", "period_start", "dimension", "group")
    where = {name: figure[name] for name in columns}
    return link("estimates", where, figure.get("source_ids") or (), figure.get("n"))


def _many_above(facts: Facts, rows: list[Row], face: Face) -> Finding:
    weakest = max(rows, key=lambda r: r["q"])
    indicator = rows[0]["indicator_id"]
    area_ids = sorted(r["area_id"] for r in rows)
    middle = rows[len(rows) // 2]["score"]
    params = {
        "areas": facts.names(facts.level, area_ids),
        "n_areas": len(rows),
        "worst": facts.name(facts.level, rows[0]["area_id"]),
        "face": face.value,
        "kind": _kind(face, indicator),
        "indicator": indicator,
    }
    weight = Weight(
        facts.tested(weakest, indicator),
        middle / FULL_SCORE,
        facts.people(facts.level, area_ids),
        None,
        weakest["q"],
    )
    where = {"level": facts.level, "face": face.value, "area_id": area_ids}
    return finding(
        "areas_above",
        Subject(*facts.whole, (indicator,), (face,)),
        params,
        Verdict.CLEARLY_ABOVE,
        weight,
        ((link("faces", where, facts.sources(indicator)),), facts.caveats(indicator)),
    )


def areas_below(facts: Facts) -> Iterator[Finding]:
    """Yield the areas that are clearly better than the rest, one finding a face."""
    for face in (Face.RECORDED, Face.EXPERIENCED, Face.FELT, Face.OBSERVED):
        rows = [
            r
            for r in facts.rows("faces", level=facts.level, face=face.value)
            if is_clear(r, facts.fdr) and r["score"] < 0 and r["verdict"] == Verdict.CLEARLY_BELOW
        ]
        if rows:
            yield _below(facts, sorted(rows, key=lambda r: (r["score"], r["area_id"])), face)


def _below(facts: Facts, rows: list[Row], face: Face) -> Finding:
    """Return the finding; the least sure of the areas sets q."""
    indicator = rows[0]["indicator_id"]
    area_ids = sorted(r["area_id"] for r in rows)
    weakest = max(rows, key=lambda r: r["q"])
    middle = abs(rows[len(rows) // 2]["score"])
    weight = Weight(
        facts.tested(weakest, indicator),
        GOOD_NEWS * middle / FULL_SCORE,
        facts.people(facts.level, area_ids),
        None,
        weakest["q"],
    )
    params = {
        "areas": facts.names(facts.level, area_ids),
        "n_areas": len(rows),
        "best": facts.name(facts.level, rows[0]["area_id"]),
        "face": face.value,
        "kind": _kind(face, indicator),
        "indicator": indicator,
    }
    where = {"level": facts.level, "face": face.value, "area_id": area_ids}
    return finding(
        "areas_below",
        Subject(*facts.whole, (indicator,), (face,)),
        params,
        Verdict.CLEARLY_BELOW,
        weight,
        ((link("faces", where, facts.sources(indicator)),), facts.caveats(indicator)),
    )


def gaps(facts: Facts) -> Iterator[Finding]:
    """Yield areas where two faces clearly disagree, from `gaps`."""
    for row in facts.rows("gaps", level=facts.level):
        clear = row.get("verdict") in {Verdict.CLEARLY_ABOVE, Verdict.CLEARLY_BELOW}
        if clear and is_clear(row, facts.fdr) and row.get("difference"):
            yield _gap(facts, row)


def _gap(facts: Facts, row: Row) -> Finding:
    first, second = Face(row["face_a"]), Face(row["face_b"])
    worse, other = (second, first) if row["difference"] > 0 else (first, second)
    place = (row["level"], row["area_id"])
    ids = tuple(i for i in (_face_indicator(facts, place, f) for f in (first, second)) if i)
    reported = facts.newest("reported_share", *facts.whole)
    params = {
        "area": facts.name(*place),
        "worse": worse.value,
        "other": other.value,
        "difference": abs(row["difference"]),
        "low": min(abs(row["low"]), abs(row["high"])),
        "high": max(abs(row["low"]), abs(row["high"])),
        "reported": reported["value"] if reported else None,
        "has_reported": "yes" if reported else "no",
    }
    where = {"level": place[0], "area_id": place[1], "face_a": first.value, "face_b": second.value}
    faces_where = {"level": place[0], "area_id": place[1]}
    sources = facts.sources(*ids)
    weight = Weight(
        facts.tested(row, *ids),
        abs(row["difference"]) / FULL_SCORE,
        facts.people(place[0], [place[1]]),
        row.get("p"),
        row["q"],
    )
    return finding(
        GAP_CODES.get((worse, other), "gap_other"),
        Subject(*place, ids, (first, second), f"{first}-{second}"),
        params,
        Verdict.CLEARLY_ABOVE if row["difference"] > 0 else Verdict.CLEARLY_BELOW,
        weight,
        ((link("gaps", where, sources), link("faces", faces_where, sources)), facts.caveats(*ids)),
    )


def _face_indicator(facts: Facts, place: tuple[str, str], face: Face) -> str | None:
    return facts.face_indicators.get((*place, face.value)) or facts.headline(face)


def misleading_rates(facts: Facts) -> Iterator[Finding]:
    """Yield areas whose rate per resident is far above the city only for lack of residents.

    Both rates share their incidents, so the change between them is a matter of denominators and
    not of chance; the intervals must still say that the area is above by one and not by the other.
    """
    indicator = facts.headline(Face.RECORDED)
    if indicator is None:
        return
    for row in facts.rows("areas", level=facts.level):
        pair = _two_rates(facts, indicator, row["area_id"])
        if pair:
            yield _misleading(facts, indicator, row["area_id"], pair)


def _relative(facts: Facts, indicator: str, area_id: str, denominator: str) -> Row | None:
    """Return an area's newest yearly rate with its value relative to the city's."""
    whole, own = (
        {
            row["period_start"]: row
            for row in facts.estimates(indicator, *place)
            if row.get("denominator_id") == denominator
        }
        for place in (facts.whole, (facts.level, area_id))
    )
    shared = [
        day
        for day, row in whole.items()
        if day in own and row["value"] and is_comparable(row) and is_comparable(own[day])
    ]
    if not shared:
        return None
    newest = own[max(shared)]
    city_value = whole[max(shared)]["value"]
    return {
        **newest,
        "ratio": newest["value"] / city_value,
        "low_ratio": (newest.get("low") or 0.0) / city_value,
    }


def _two_rates(facts: Facts, indicator: str, area_id: str) -> tuple[Row, Row] | None:
    first = _relative(facts, indicator, area_id, "residents")
    second = _relative(facts, indicator, area_id, "workday_population")
    if first is None or second is None or first["low_ratio"] <= 1.0:
        return None
    shrinks = first["ratio"] / second["ratio"] >= MISLEADING_RATIO
    return (first, second) if shrinks and second["low_ratio"] <= 1.0 else None


def _misleading(facts: Facts, indicator: str, area_id: str, pair: tuple[Row, Row]) -> Finding:
    first, second = pair
    params = {
        "area": facts.name(facts.level, area_id),
        "indicator": indicator,
        "value": first["value"],
        "workday_value": second["value"],
        "times": first["ratio"],
        "workday_times": second["ratio"],
    }
    where = {
        "indicator_id": indicator,
        "level": facts.level,
        "area_id": area_id,
        "period_start": first["period_start"],
        "dimension": "all",
        "denominator_id": ["residents", "workday_population"],
    }
    caveats = tuple(c for c in facts.caveats(indicator) if c != RESIDENTS_CAVEAT)
    weight = Weight(
        Certainty.LIKELY, min(first["ratio"] / 4, 1.0), facts.people(facts.level, [area_id])
    )
    sources = tuple(sorted({*(first["source_ids"] or ()), *(second["source_ids"] or ())}))
    return finding(
        "denominator_matters",
        Subject(facts.level, area_id, (indicator,), (Face.RECORDED,)),
        params,
        Verdict.LIKE_THE_CITY,
        weight,
        ((link("estimates", where, sources, first.get("n")),), caveats),
    )


def lowest_band(facts: Facts) -> Iterator[Finding]:
    """Yield the areas of the least safe tie band of the index, newest year."""
    rows = [
        r
        for r in facts.rows("index", level=facts.level, component="overall")
        if is_shown(r) and r.get("band") is not None
    ]
    if not rows:
        return
    year = max(r["year"] for r in rows)
    rows = [r for r in rows if r["year"] == year]
    last = max(r["band"] for r in rows)
    members = sorted(r["area_id"] for r in rows if r["band"] == last)
    if last < 2:
        return
    parts = sorted({p["indicator_id"] for r in rows for p in r.get("parts") or ()})
    where = {"level": facts.level, "year": year, "component": "overall", "band": last}
    yield finding(
        "index_lowest_band",
        Subject(*facts.whole, tuple(parts), (), str(year)),
        {
            "areas": facts.names(facts.level, members),
            "n_areas": len(members),
            "n_bands": last,
            "year": year,
        },
        Verdict.CLEARLY_BELOW,
        Weight(Certainty.TENTATIVE, 0.6, facts.people(facts.level, members)),
        ((link("index", where, facts.sources(*parts)),), ("index_is_a_choice", "untested")),
    )


def few_places(facts: Facts) -> Iterator[Finding]:
    """Yield how few areas hold half of what was recorded; a description, not a test."""
    indicator = facts.headline(Face.RECORDED)
    rows = [
        r
        for row in facts.rows("areas", level=facts.level)
        if indicator and (r := facts.newest(indicator, facts.level, row["area_id"])) and r.get("n")
    ]
    if indicator is None or len(rows) < FEWEST_AREAS:
        return
    newest = max(r["period_start"] for r in rows)
    rows = [r for r in rows if r["period_start"] == newest]
    if not all(is_comparable(r) for r in rows):
        return
    counts = sorted(((r["n"], r["area_id"]) for r in rows), reverse=True)
    half, seen, members = sum(n for n, _ in counts) / 2, 0, []
    for n, area_id in counts:
        members.append(area_id)
        seen += n
        if seen >= half:
            break
    share = 100 * len(members) / len(rows)
    if share <= FEW_PLACES_SHARE:
        yield _few(facts, indicator, members, share, rows)


def _few(
    facts: Facts, indicator: str, members: list[str], share: float, rows: list[Row]
) -> Finding:
    params = {
        "areas": facts.names(facts.level, members),
        "n_areas": len(members),
        "share": share,
        "residents_share": 100 * facts.people(facts.level, members),
        "n": sum(r["n"] for r in rows),
    }
    where = {
        "indicator_id": indicator,
        "level": facts.level,
        "period_start": rows[0]["period_start"],
        "dimension": "all",
    }
    return finding(
        "concentration_of_places",
        Subject(*facts.whole, (indicator,), (Face.RECORDED,)),
        params,
        Verdict.CLEARLY_ABOVE,
        Weight(Certainty.TENTATIVE, 1 - share / 100, facts.people(facts.level, members)),
        (
            (link("estimates", where, facts.sources(indicator), params["n"]),),
            ("untested", *facts.caveats(indicator)),
        ),
    )
