"""The few statements of a first page, screen or paper: what changed, what did not, what stands out.

The rule, the same for every city:

1. the clearest change in the city as a whole, rise or fall: recorded and headline indicators
   before the others, the surest and then the largest first;
2. what has not clearly changed: all recorded incidents, else victims, else violence, burglary or
   the feeling after dark. Where one of 1 and 2 is empty, that all records are too few months or
   years for a change to be seen, else a second change, one the other way first;
3. the most telling difference: areas that feel less safe, areas with more victims, areas that feel
   much less safe than records suggest, women and men, areas with more on record;
   then that recording has changed, and that no survey tells of these residents.

Each number is filled in turn and there are never more than three statements. Hints (certainty
``tentative``) are left out, except where the statement is that something is not known; so are areas
that feel less safe where the split of answers says that areas are not the lever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from convive.core.diagnosis.changes import FULL_MAGNITUDE
from convive.core.diagnosis.levers import is_lead
from convive.core.model import Certainty, Face

Row = Mapping[str, Any]
Statement = tuple[str, dict[str, Any]]
"""Key of a text and its values."""

MOST_STATEMENTS = 3
HEADLINES = ("recorded_total_rate", "victim_share", "unsafe_dark_share")
ASKED_IF_FLAT = (
    "recorded_total_rate", "victim_share", "violence_rate", "burglary_rate", "unsafe_dark_share",
)  # fmt: skip
TOLD = (
    "recorded_total_rate", "burglary_rate", "violence_rate", "robbery_rate", "theft_rate",
    "vehicle_crime_rate", "bicycle_theft_rate", "vandalism_rate", "nuisance_rate", "drugs_rate",
    "victim_share", "unsafe_dark_share", "unsafe_day_share", "worry_burglary_share",
    "worry_violence_share", "worry_theft_share", "avoid_share", "trust_police_share",
    "reported_share",
)  # fmt: skip
"""Indicators with texts ``headline.<id>.fall``, ``.rise`` and ``.flat``."""
TOO_SHORT = "trend_too_short"
NO_SURVEY = {
    "survey": "headline.no_survey",
    "local_survey": "headline.reference_only",
    "survey_sample": "headline.open_link_only",
}


def front_statements(
    findings: Sequence[Row], *, trends: Sequence[Row] = (), series: Sequence[Row] = ()
) -> list[Statement]:
    """Return at most three statements, first to read first; empty where nothing can be said.

    Parameters
    ----------
    findings : sequence of mappings
        Rows of table ``findings``, in order of rank.
    trends, series : sequence of mappings
        Rows of the tables of these names, of the whole city; they tell which series are too
        short for a change to be seen, and how short.

    Returns
    -------
    list of (str, dict)
        Keys ``headline.…`` of the catalogue with their values. Do not use it as a summary of
        all findings: it leaves out effects, observers and single areas on purpose.

    Examples
    --------
    >>> row = {"code": "no_clear_change", "level": "city", "certainty": "likely",
    ...        "indicator_ids": ["violence_rate"], "params": {}}
    >>> front_statements([row])
    [('headline.violence_rate.flat', {})]
    """
    sure = [row for row in findings if row["certainty"] != Certainty.TENTATIVE]
    city = [row for row in sure if row["level"] == "city"]
    changed = _changes(city)
    flat = _flat(city)
    short = _too_short(trends, series)
    told = [*changed[:1], *flat[:1], *short, *changed[1:]][: MOST_STATEMENTS - 1]
    told += [
        *_differences([row for row in sure if is_lead(row)]),
        *_recording(sure),
        *_unknown(findings),
    ]
    return told[:MOST_STATEMENTS]


def _indicator(row: Row) -> str:
    ids = row["indicator_ids"] or ("",)
    return str(ids[0])


def _changes(city: Sequence[Row]) -> list[Statement]:
    """Return the changes, clearest first; after the first one, those that go the other way."""
    rows = [
        row
        for row in city
        if row["code"] in {"trend_rise", "trend_fall"} and _indicator(row) in TOLD
    ]
    rows.sort(key=_clearness)
    first = rows[0]["code"] if rows else ""
    rows[1:] = sorted(rows[1:], key=lambda row: row["code"] == first)
    return [(f"headline.{_indicator(r)}.{str(r['code']).removeprefix('trend_')}", {}) for r in rows]


def _clearness(row: Row) -> tuple[bool, bool, float, str]:
    params = row["params"]
    size = abs(params["change"]) / FULL_MAGNITUDE.get(params["change_unit"], 40.0)
    leads = Face.RECORDED in (row["faces"] or ()) or _indicator(row) in HEADLINES
    return (not leads, row["certainty"] != Certainty.STRONG, -size, _indicator(row))


def _flat(city: Sequence[Row]) -> list[Statement]:
    flat = {_indicator(row) for row in city if row["code"] == "no_clear_change"}
    return [(f"headline.{i}.flat", {}) for i in ASKED_IF_FLAT if i in flat]


def _too_short(trends: Sequence[Row], series: Sequence[Row]) -> Iterator[Statement]:
    """Yield the length of the leading recorded series in which no change can be seen."""
    short = {r["indicator_id"] for r in trends if r["level"] == "city" and r["reason"] == TOO_SHORT}
    leading = [i for i in TOLD if i in short]
    whole = HEADLINES[0]
    known = {row["indicator_id"] for row in trends}
    for indicator in leading[:1] if whole in short or whole not in known else ():
        own = [r for r in series if r["indicator_id"] == indicator and r["level"] == "city"]
        kinds = {str(row["period_kind"]) for row in own}
        if len(kinds) == 1:
            yield f"headline.too_short.{kinds.pop()}", {"indicator": indicator, "n": len(own)}


def _differences(sure: Sequence[Row]) -> Iterator[Statement]:
    """Yield the differences between places and groups, most telling first."""
    gaps = [row for row in sure if row["code"] == "gap_felt_above_recorded"]
    counted = (
        ("headline.unsafe_areas", _areas_above(sure, "unsafe_dark_share")),
        ("headline.victim_areas", _areas_above(sure, "victim_share")),
        ("headline.unlike_records", len(gaps)),
    )
    yield from ((key, {"n": n}) for key, n in counted if n)
    if any(map(_is_about_women, sure)):
        yield "headline.women_less_safe", {}
    recorded = sum(
        _areas_above(sure, indicator) for indicator in TOLD if indicator.endswith("_rate")
    )
    if recorded:
        yield "headline.recorded_areas", {"n": recorded}


def _areas_above(sure: Sequence[Row], indicator: str) -> int:
    rows = [row for row in sure if _indicator(row) == indicator]
    many = sum(int(r["params"]["n_areas"]) for r in rows if r["code"] == "areas_above")
    return many + sum(row["code"] == "area_above" for row in rows)


def _is_about_women(row: Row) -> bool:
    is_felt = row["code"] == "group_difference" and _indicator(row) == "unsafe_dark_share"
    return is_felt and row["params"].get("higher") == "female"


RECORDING = {
    "recording_break_declared": "headline.recording_changed",
    "recording_break_found": "headline.recording_seems_changed",
}


def _recording(sure: Sequence[Row]) -> Iterator[Statement]:
    for row in sure:
        if row["code"] in RECORDING:
            yield RECORDING[row["code"]], {"day": row["params"]["day"]}
            return


def _unknown(findings: Sequence[Row]) -> Iterator[Statement]:
    for row in findings:
        key = NO_SURVEY.get(str((row["params"] or {}).get("family")))
        if row["code"] == "data_gap" and key:
            yield key, {}
