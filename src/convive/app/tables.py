"""The contract of every table: what ingest hands to the audit, what the audit hands out.

One source of truth: the store derives its Parquet schemas from it, ``datapackage.json`` and
``docs/reference/tables.md`` are written from it, pages and documents read by it. A table is
sorted by its `key`, so that the same evidence gives the same bytes.

Conventions. Dates are days; periods are half-open (`period_end` is the first day after).
Areas are named by `level` and `area_id`; the whole city is level ``city`` with the city's id.
A figure that may not be seen is NULL and its row says so in `status` and `reason`; a NULL is
never a zero. Texts in several languages are JSON objects, language code → text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Type of a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    JSON = "json"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name, type, meaning with unit, and whether it may be NULL."""

    name: str
    kind: Kind
    about: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: name, meaning, columns, and the key that it is sorted and unique by."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_public: bool = True

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(column.name for column in self.columns)


def _columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    """Build columns from (name, kind, about); a kind that ends in ``?`` may be NULL."""
    return tuple(
        Column(name, Kind(kind.rstrip("?")), about, nullable=kind.endswith("?"))
        for name, kind, about in rows
    )


# --- evidence: normalised, restricted, never published ------------------------------------------

INCIDENTS = TableSpec(
    "incidents",
    "Incidents as recorded, one row an incident, columns mapped, nothing else kept.",
    _columns(
        ("source_id", "text", "Source of the row."),
        ("file", "text", "File within the pack."),
        ("row", "integer", "Row in the file as a spreadsheet shows it."),
        ("incident_id", "text?", "Identifier given by the source."),
        ("starts", "timestamp?", "Moment, or earliest possible moment, local time."),
        ("ends", "timestamp?", "Latest possible moment; NULL where the moment is known."),
        ("precision", "text", "What the time is good for: minute, hour, day, month, year."),
        ("recorded", "date?", "Day on which the source took it down; NULL where it does not say."),
        ("longitude", "number?", "Degrees, WGS 84."),
        ("latitude", "number?", "Degrees, WGS 84."),
        (
            "accuracy_m",
            "number?",
            "Radius in metres within which the point is meant; NULL: unknown.",
        ),
        ("area_level", "text?", "Level of the area code given by the source."),
        ("area_id", "text?", "Area code given by the source."),
        ("category_source", "text", "Category in the words of the source."),
        ("category", "text?", "Category of Convive's list; NULL where unmapped."),
        ("target_id", "text?", "Pseudonymous target (dwelling, vehicle, victim), for repeats."),
    ),
    ("source_id", "file", "row"),
    is_public=False,
)

UNASSIGNED = "*"
"""Area id, at level ``city`` of `COUNTS`, of what the source assigns to no area."""

COUNTS = TableSpec(
    "counts",
    "Incidents that come already counted per area, period and category. At level ``city``: the "
    "total that the source publishes (area = the city's id), or what it assigns to no area (``*``).",
    _columns(
        ("source_id", "text", "Source of the row."),
        ("file", "text", "File within the pack."),
        ("sheet", "text?", "Sheet of a workbook."),
        ("row", "integer", "Row in the sheet."),
        ("area_level", "text", "Level of the area."),
        ("area_id", "text", "Area."),
        ("period_start", "date", "First day."),
        ("period_end", "date", "First day after."),
        ("category_source", "text", "Category in the words of the source."),
        ("category", "text?", "Category of Convive's list; NULL where unmapped."),
        ("count", "integer?", "Incidents; NULL where the source withholds it or gives no number."),
        ("published_rate", "number?", "Rate that the source itself publishes."),
        ("published_per", "integer?", "Base of that rate, e.g. 100000."),
        ("older_area", "text?", "Split older area that it was shared out from; NULL: none."),
    ),
    ("source_id", "file", "sheet", "row", "area_id", "category_source"),
    is_public=False,
)

ANSWERS = TableSpec(
    "answers",
    "Survey answers, one row a respondent and item.",
    _columns(
        ("source_id", "text", "Survey."),
        ("wave", "text", "Wave, e.g. 2023."),
        ("wave_date", "date", "Middle of the fieldwork."),
        ("respondent", "integer", "Running number within the survey, not the source's id."),
        ("item", "text", "Item of Convive's core list or of the pack."),
        ("answer", "text?", "Answer code; NULL where not answered."),
    ),
    ("source_id", "wave", "respondent", "item"),
    is_public=False,
)

RESPONDENTS = TableSpec(
    "respondents",
    "Survey respondents: design and groups, nothing that names anybody.",
    _columns(
        ("source_id", "text", "Survey."),
        ("wave", "text", "Wave."),
        ("wave_date", "date", "Middle of the fieldwork."),
        ("respondent", "integer", "Running number within the survey."),
        ("weight", "number", "Design or calibrated weight; 1 where the file has none."),
        ("stratum", "text?", "Stratum."),
        ("cluster", "text?", "Primary sampling unit."),
        ("area_level", "text?", "Level of the area; NULL in a survey without area codes."),
        ("area_id", "text?", "Area of residence."),
        ("sex", "text?", "female, male, other."),
        ("age_group", "text?", "As the pack groups it, e.g. 16-24."),
    ),
    ("source_id", "wave", "respondent"),
    is_public=False,
)

STATISTICS = TableSpec(
    "statistics",
    "Area × period values from statistics: denominators and context.",
    _columns(
        ("source_id", "text", "Source."),
        ("statistic", "text", "What it is, e.g. residents, workday_population, unemployment."),
        ("area_level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("period_start", "date?", "First day; NULL where undated."),
        ("period_end", "date?", "First day after."),
        ("value", "number?", "Value in the statistic's unit; NULL where withheld."),
        ("older_area", "text?", "Split older area that it was shared out from; NULL: none."),
    ),
    ("source_id", "statistic", "area_level", "area_id", "period_start"),
    is_public=False,
)

OBSERVATIONS = TableSpec(
    "observations",
    "On-site observations, one row a stop and item.",
    _columns(
        ("source_id", "text", "Source."),
        ("stop_id", "text", "The stop (place, moment, rater)."),
        ("place_id", "text", "The place, shared by repeated stops."),
        ("rater", "text", "Pseudonym of the observer."),
        ("day", "date", "Day."),
        ("daypart", "text", "day or night."),
        ("longitude", "number?", "Degrees, WGS 84."),
        ("latitude", "number?", "Degrees, WGS 84."),
        ("area_level", "text?", "Level of the area given."),
        ("area_id", "text?", "Area given."),
        ("item", "text", "Item: lighting, openness, … feeling."),
        ("rating", "number?", "Rating 0 (poor) to 3 (good); NULL where not rated."),
    ),
    ("source_id", "stop_id", "item"),
    is_public=False,
)

NOTES = TableSpec(
    "notes",
    "Interview and meeting notes coded to area, time and theme; the words stay here.",
    _columns(
        ("source_id", "text", "Source."),
        ("note_id", "text", "Note."),
        ("day", "date?", "Day."),
        ("area_level", "text?", "Level."),
        ("area_id", "text?", "Area."),
        ("theme", "text", "Theme."),
        ("face", "text", "Face of security that it speaks of."),
        ("direction", "text", "worse, better or neutral."),
    ),
    ("source_id", "note_id", "theme"),
    is_public=False,
)

EVIDENCE_TABLES = (INCIDENTS, COUNTS, ANSWERS, RESPONDENTS, STATISTICS, OBSERVATIONS, NOTES)

# --- results: gated, published in build/ ----------------------------------------------------------

_COMPARABILITY = (
    "comparability",
    "text?",
    (
        "What rests on sharing out older areas: code ``comparability.<code>``, shared_out or "
        "not_comparable (more than 5 %: in no comparison); NULL: nothing."
    ),
)
_STATUS = (
    ("status", "text", "shown, suppressed or unavailable."),
    ("reason", "text?", "Code ``reason.<code>`` of why it is not shown."),
)

AREAS = TableSpec(
    "areas",
    "Every area of every level, and the city itself (level ``city``).",
    _columns(
        ("level", "text", "Level id."),
        ("area_id", "text", "Code within the level."),
        ("name", "text", "Name."),
        ("parent_level", "text?", "Level of the parent."),
        ("parent_id", "text?", "Parent area."),
        ("is_analysis", "boolean", "Whether findings are made at this level."),
        ("area_km2", "number?", "Area in km² in the pack's projection."),
        ("longitude", "number?", "Of a point inside."),
        ("latitude", "number?", "Of a point inside."),
        ("geometry", "binary?", "WKB, WGS 84; NULL where the pack has no boundary."),
        ("residents", "number?", "Residents, newest period."),
    ),
    ("level", "area_id"),
)

SOURCES = TableSpec(
    "sources",
    "Every source of the pack with its quality light and the reasons.",
    _columns(
        ("source_id", "text", "Source."),
        ("kind", "text", "incidents, counts, survey, statistics, observations, notes, areas."),
        ("title", "json", "Title per language."),
        ("owner", "text", "Who answers for it."),
        ("licence", "text", "Terms of use."),
        ("url", "text?", "Where it comes from."),
        ("scope", "text", "city, or reference (a survey or table about elsewhere)."),
        (
            "sampling",
            "text?",
            "Of surveys: probability, or open_link (whoever came by themselves); else NULL.",
        ),
        ("period_start", "date?", "First day covered."),
        ("period_end", "date?", "First day after."),
        ("files", "json", "List of {path, sha256}; with bytes where the source is public."),
        ("legal_basis", "text?", "Legal basis on which the source is held."),
        ("purpose", "text?", "What it may be used for; several are parted by semicolons."),
        ("personal_data", "text?", "none, pseudonymous or personal."),
        ("retention_months", "integer?", "Months after which rows are weeded; NULL: no limit."),
        ("agreement_ends", "date?", "Last day of the agreement with the owner."),
        ("contact", "text?", "Office that answers for the source."),
        (
            "rows_read",
            "integer?",
            "Rows with data: those used and those left out, as they are told.",
        ),
        (
            "rows_used",
            "integer?",
            (
                "Rows used. Of sources that are not public, numbers of rows are rounded to the "
                "minimum count at least; NULL: fewer than that, or they would tell of fewer."
            ),
        ),
        ("rows_rejected", "integer?", "Rows left out, with reasons in `quality`."),
        ("light", "text", "good, usable or doubtful."),
        ("reasons", "json", "List of {code, params}: sentences ``quality.<code>``."),
    ),
    ("source_id",),
)

QUALITY = TableSpec(
    "quality",
    "Checks per source: how many rows fail what.",
    _columns(
        ("source_id", "text", "Source."),
        ("code", "text", "Check ``quality.<code>``: no_coordinates, duplicate, unmapped …"),
        ("severity", "text", "error, warning or note."),
        (
            "n",
            "integer?",
            (
                "Rows that fail, told as in `sources`; NULL: not shown, `params` has the reason and "
                "the number that it is below."
            ),
        ),
        ("base", "integer?", "Rows checked: those that fail and those that pass, as told."),
        ("share", "number?", "n / base, 0 to 1."),
        ("params", "json", "Values for the sentence."),
        ("examples", "json", "First places: list of {file, sheet, row}."),
    ),
    ("source_id", "code"),
)

ESTIMATES = TableSpec(
    "estimates",
    "One figure a row: indicator × area × period × group, with n, interval and method.",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("face", "text", "recorded, experienced, felt, observed or context."),
        ("level", "text", "Level; ``city`` for the whole, ``reference``, ``open_link``: below."),
        (
            "area_id",
            "text",
            (
                "Area. At level ``reference`` (a survey about elsewhere) and ``open_link`` (of "
                "those who answered by themselves, no interval) the source's id."
            ),
        ),
        ("period_kind", "text", "year, month, wave or all."),
        ("period_start", "date", "First day."),
        ("period_end", "date", "First day after."),
        ("dimension", "text", "all, sex, age_group or daypart."),
        ("group", "text", "all, or the group: female, 16-24, night …"),
        ("value", "number?", "Crude or design-based estimate, of the period as long as it is."),
        ("low", "number?", "Lower end of the interval."),
        ("high", "number?", "Upper end of the interval."),
        ("interval_level", "number", "Nominal coverage, e.g. 0.95."),
        ("smoothed", "number?", "Estimate borrowed towards the city for small areas."),
        ("smoothed_low", "number?", "Lower end."),
        ("smoothed_high", "number?", "Upper end."),
        ("n", "integer?", "Events, respondents or stops behind it."),
        ("denominator_id", "text?", "What it is divided by."),
        ("denominator", "number?", "Its value; never scaled to the length of the period."),
        ("unit", "text", "Unit code ``unit.<code>``."),
        ("method", "text", "Method page id."),
        _COMPARABILITY,
        ("bound_low", "number?", "Lowest value under any sharing out; NULL where not told."),
        ("bound_high", "number?", "Highest value under any sharing out."),
        (
            "displaced_share",
            "number?",
            (
                "Share of the area's incidents that may be expected to belong to another area, by "
                "the accuracy that the source gives; the interval allows for it. NULL: not given."
            ),
        ),
        *_STATUS,
        ("source_ids", "json", "List of sources."),
    ),
    (
        "indicator_id",
        "level",
        "area_id",
        "period_kind",
        "period_start",
        "dimension",
        "group",
        "denominator_id",
    ),
)

SERIES = TableSpec(
    "series",
    "Counts over time with what earlier times would lead one to expect.",
    _columns(
        ("indicator_id", "text", "Indicator (recorded ones)."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("period_kind", "text", "month or year."),
        ("period_start", "date", "First day."),
        ("period_end", "date", "First day after."),
        ("count", "integer?", "Incidents."),
        ("expected", "number?", "From season, trend and breaks of the other periods."),
        ("expected_low", "number?", "Lower end of the 95 % band."),
        ("expected_high", "number?", "Upper end."),
        ("is_incomplete", "boolean", "Still filling up; no part of trends, breaks and years."),
        ("completeness", "number?", "Share on record of an incomplete month, 0 to 1."),
        ("expected_final_low", "integer?", "Lower end of what it will come to (city, 95 %)."),
        ("expected_final_high", "integer?", "Upper end."),
        ("segment", "integer", "0, 1 …: goes up at every break in recording or comparability."),
        _COMPARABILITY,
        *_STATUS,
    ),
    ("indicator_id", "level", "area_id", "period_kind", "period_start"),
)

TRENDS = TableSpec(
    "trends",
    "Change of each indicator per area, season and breaks taken out.",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("before_start", "date?", "Earlier stretch compared."),
        ("before_end", "date?", "First day after it."),
        ("after_start", "date?", "Later stretch."),
        ("after_end", "date?", "First day after it."),
        ("change_percent", "number?", "Relative change in percent (points for shares)."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("change_unit", "text", "percent or points."),
        ("verdict", "text", "clear_fall … cannot_tell."),
        ("p", "number?", "Two-sided p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("n", "integer?", "Events or respondents in both stretches."),
        ("method", "text", "Method page id."),
        ("segment_start", "date?", "First day of the stretch between breaks that was used."),
        *_STATUS,
    ),
    ("indicator_id", "level", "area_id"),
)

FACES_TABLE = TableSpec(
    "faces",
    "The four faces per area on one scale: 0 = the city, + = worse, 1 = one SD of areas.",
    _columns(
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("face", "text", "Face."),
        ("indicator_id", "text", "Headline indicator that stands for the face."),
        ("score", "number?", "Standardised difference from the city, + is worse."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value of equality with the rest of the city."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("verdict", "text", "clearly_above (worse), like_the_city, clearly_below, cannot_tell."),
        ("n", "integer?", "Events, respondents or stops."),
        *_STATUS,
    ),
    ("level", "area_id", "face"),
)

GAPS = TableSpec(
    "gaps",
    "Where two faces of the same area disagree, tested.",
    _columns(
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("face_a", "text", "First face (earlier in the order)."),
        ("face_b", "text", "Second face."),
        ("difference", "number?", "score(b) - score(a); + means b is worse than a suggests."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        (
            "joint_p",
            "number?",
            "p-value of all faces of this area agreeing; the same in its rows.",
        ),
        ("joint_q", "number?", "False-discovery-adjusted over the areas."),
        ("odd_face", "text?", "Face whose leaving out takes most of the disagreement away."),
        (
            "verdict",
            "text",
            (
                "clearly_above, like_the_city (no clear gap), clearly_below …; a gap is clear "
                "only where joint_q is at most 0.05 as well."
            ),
        ),
        *_STATUS,
    ),
    ("level", "area_id", "face_a", "face_b"),
)

POSITIONS = TableSpec(
    "positions",
    "Where areas stand against the city under each denominator of a recorded rate.",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("denominator_id", "text", "What the rate is divided by."),
        ("period_start", "date?", "First day of the newest period."),
        ("period_end", "date?", "First day after."),
        ("ratio", "number?", "How many times the mean rate of the areas, which is 0 on the scale."),
        ("score", "number?", "Standardised difference from the city, + is worse."),
        ("low", "number?", "Lower end of the 95 % interval of the score."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value of equality with the rest of the city."),
        ("q", "number?", "False-discovery-adjusted over this table: no findings come from it."),
        ("verdict", "text", "clearly_above (worse), like_the_city, clearly_below, cannot_tell."),
        ("n", "integer?", "Incidents."),
        *_STATUS,
    ),
    ("indicator_id", "level", "area_id", "denominator_id"),
)

INDEX = TableSpec(
    "index",
    "Safety index: 100 = mean of areas in the base year, higher is safer.",
    _columns(
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("year", "integer", "Year."),
        (
            "component",
            "text",
            "overall, objective, subjective or theme.side, e.g. theft.objective.",
        ),
        ("value", "number?", "Index points."),
        ("low", "number?", "Lower end of the 90 % interval."),
        ("high", "number?", "Upper end."),
        ("band", "integer?", "Tie band, 1 = safest; areas of one band cannot be ranked."),
        ("parts", "json", "List of {indicator_id, year of the figure used, is_carried}."),
        *_STATUS,
    ),
    ("level", "area_id", "year", "component"),
)

PROFILES = TableSpec(
    "profiles",
    "Incidents by weekday and hour, spread over time ranges (aoristic).",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("weekday", "integer", "1 = Monday … 7 = Sunday."),
        ("hour", "integer", "0 to 23."),
        ("expected_count", "number?", "Expected incidents in that hour of the week."),
        ("n", "integer?", "Incidents behind the whole profile."),
        *_STATUS,
    ),
    ("indicator_id", "level", "area_id", "weekday", "hour"),
)

RATERS = TableSpec(
    "raters",
    "Observers' leniency against the same places, by pseudonym.",
    _columns(
        ("source_id", "text", "Source."),
        ("rater", "text", "Pseudonym."),
        ("effect", "number?", "Points on the rating scale; + rates better than the others."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("n", "integer", "Stops."),
        ("is_biased", "boolean", "Whether the deviation is clear; scores are corrected for all."),
    ),
    ("source_id", "rater"),
)

EFFECTS = TableSpec(
    "effects",
    "Interventions: change in their areas against comparison areas.",
    _columns(
        ("intervention_id", "text", "Intervention."),
        ("title", "json", "Title per language."),
        ("indicator_id", "text", "Outcome."),
        ("level", "text", "Level of the areas."),
        ("areas", "json", "Areas treated."),
        ("comparison_areas", "json", "Areas compared with."),
        ("starts", "date", "Start."),
        ("effect_percent", "number?", "Change beyond the comparison areas, in percent."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("n_before", "integer?", "Incidents in the treated areas before."),
        ("n_after", "integer?", "And after."),
        (
            "was_chosen_at_peak",
            "boolean?",
            "Whether the areas stood unusually high in the year before; NULL: too short to tell.",
        ),
        ("verdict", "text", "worked, did_not_work, harmful or cannot_tell."),
        ("method", "text", "Method page id."),
        *_STATUS,
    ),
    ("intervention_id", "indicator_id"),
)

CONTRASTS = TableSpec(
    "contrasts",
    "Differences between groups of people or parts of the day, tested.",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("period_start", "date", "First day."),
        ("period_end", "date", "First day after."),
        ("dimension", "text", "sex, age_group or daypart."),
        ("group_a", "text", "First group."),
        ("group_b", "text", "Second group."),
        ("difference", "number?", "value(a) - value(b), in the indicator's unit."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "Two-sided p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("n_a", "integer?", "Behind the first."),
        ("n_b", "integer?", "Behind the second."),
        *_STATUS,
    ),
    ("indicator_id", "level", "area_id", "dimension", "group_a", "group_b"),
)

VARIANCE_SPLITS = TableSpec(
    "variance_splits",
    "Place or people: how much of what people answer differs by area and by group, newest wave.",
    _columns(
        ("indicator_id", "text", "Indicator from a survey, felt or experienced."),
        ("wave", "text", "Newest wave of the survey."),
        ("source_id", "text", "Survey."),
        ("face", "text", "felt or experienced."),
        ("period_start", "date", "First day."),
        ("period_end", "date", "First day after."),
        ("level", "text", "Level of the areas compared."),
        ("interval_level", "number", "Nominal coverage, 0.90."),
        ("areas_share", "number?", "Share of the variance between areas, groups alike; 0 to 1."),
        ("areas_low", "number?", "Lower end of the interval."),
        ("areas_high", "number?", "Upper end."),
        ("groups_share", "number?", "Share between groups of people in the same area; 0 to 1."),
        ("groups_low", "number?", "Lower end of the interval."),
        ("groups_high", "number?", "Upper end."),
        (
            "composition",
            "number?",
            "Share of the plain difference between areas that is who lives where; may be below 0.",
        ),
        ("dimensions", "json", "Groups compared: list of sex, age_group."),
        ("lever", "text", "places, people, both, neither or cannot_tell."),
        ("n", "integer?", "Answers."),
        ("n_areas", "integer?", "Areas that they come from."),
        ("method", "text", "Method page id."),
        *_STATUS,
    ),
    ("indicator_id", "wave", "source_id"),
)

BREAKS = TableSpec(
    "breaks",
    "Jumps in recorded series that look like, or are declared as, a change in recording.",
    _columns(
        ("indicator_id", "text", "Indicator."),
        ("level", "text", "Level; the city as a whole, since recording changes everywhere."),
        ("area_id", "text", "Area."),
        ("starts_on", "date", "First day of the new practice."),
        ("is_declared", "boolean", "Declared in city.toml; otherwise found in the series."),
        (
            "is_used",
            "boolean",
            (
                "Whether comparisons stop here: declared, clear in the search of this series, or "
                "visible here in the month of a clear jump of another series of the source."
            ),
        ),
        ("ratio", "number?", "Level after ÷ level before, season and trend taken out."),
        ("low", "number?", "Lower end of the 95 % interval."),
        ("high", "number?", "Upper end."),
        ("p", "number?", "p-value, search over all months allowed for; NULL without a search."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("reason", "json?", "Declared reason per language."),
    ),
    ("indicator_id", "level", "area_id", "starts_on"),
)

THEMES = TableSpec(
    "themes",
    "What interviews and meetings speak of, counted per area.",
    _columns(
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("theme", "text", "Theme."),
        ("direction", "text", "worse, better or neutral."),
        ("n", "integer?", "Notes."),
        *_STATUS,
    ),
    ("level", "area_id", "theme", "direction"),
)

MISSING = TableSpec(
    "missing",
    "Families of data that this city does not have yet: gaps, not errors.",
    _columns(
        ("family", "text", "Code ``missing.<family>``: survey, observations, time_of_day …"),
        ("consequence", "text", "Code ``missing.<family>.consequence``."),
        ("params", "json", "Values for the sentence."),
    ),
    ("family",),
)

FINDINGS = TableSpec(
    "findings",
    "Ranked findings by code and parameters.",
    _columns(
        ("rank", "integer", "1 = first to read."),
        ("finding_id", "text", "Stable between runs on the same evidence."),
        ("code", "text", "Sentence ``finding.<code>``."),
        ("params", "json", "Values for the sentence."),
        ("level", "text", "Level."),
        ("area_id", "text", "Area."),
        ("indicator_ids", "json", "Indicators."),
        ("faces", "json", "Faces."),
        ("verdict", "text", "Verdict."),
        ("certainty", "text", "strong, likely or tentative."),
        ("p", "number?", "p-value."),
        ("q", "number?", "False-discovery-adjusted over the whole audit."),
        ("caveats", "json", "List of codes ``caveat.<code>``."),
        ("evidence", "json", "List of {table, query, sources, n}."),
    ),
    ("rank",),
)

RESULT_TABLES = (
    AREAS,
    SOURCES,
    QUALITY,
    ESTIMATES,
    SERIES,
    TRENDS,
    FACES_TABLE,
    GAPS,
    POSITIONS,
    INDEX,
    PROFILES,
    RATERS,
    CONTRASTS,
    VARIANCE_SPLITS,
    BREAKS,
    EFFECTS,
    THEMES,
    MISSING,
    FINDINGS,
)
"""Order in which they are written, documented and offered for download."""
