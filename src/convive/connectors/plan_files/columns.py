"""The tables of a plan file: which sheets there are, and what each column holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from convive.core.model import Certainty, Face, Status
from convive.core.strategy import model
from convive.core.strategy import vocabulary as words

ColumnKind = Literal[
    "text", "code", "codes", "refs", "choice", "choices", "date", "moment", "whole", "number",
    "money", "yes", "counts", "params",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: ColumnKind = "text"
    is_needed: bool = False
    most: int = 4000
    """Characters of a text; greatest value of a number."""
    least: int | None = None
    """Smallest value of a number."""
    words: str = ""
    """Closed list that the value is from; see `WORDS`."""
    points_at: str = ""
    """Table whose codes the value is from."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, a sheet of a workbook."""

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    """Column that names a row, once in the whole plan."""

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)


WORDS: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "kind": (tuple(words.ActionKind), "plan.kind"),
    "pillar": (tuple(words.Pillar), "plan.pillar"),
    "level": (tuple(words.PreventionLevel), "plan.level"),
    "group": (tuple(words.TargetGroup), "plan.group"),
    "time": (tuple(words.TimeOfDay), "plan.time"),
    "lens": (tuple(words.GenderLens), "plan.lens"),
    "sector": (tuple(words.Sector), "plan.sector"),
    "topic": (tuple(words.Topic), "plan.topic"),
    "state": (tuple(words.ActionState), "plan.state"),
    "delivery": (tuple(words.Delivery), "plan.delivery"),
    "obstacle": (tuple(words.Obstacle), "plan.obstacle"),
    "strategy_state": (get_args(model.StrategyState), "plan.strategy_state"),
    "direction": (get_args(model.Direction), "plan.direction"),
    "status": (tuple(Status), "status"),
    "certainty": (tuple(Certainty), "certainty"),
    "face": (tuple(Face), "face"),
    "yes": (("yes", "no"), "plan.yes"),
}
"""List → its codes, and under what its words stand in the catalogue."""


def _code(name: str = "code", *, most: int = 40, points_at: str = "") -> Column:
    return Column(name, "code", is_needed=True, most=most, points_at=points_at)


def _choice(name: str, of: str, *, is_needed: bool = True) -> Column:
    return Column(name, "choice", is_needed=is_needed, words=of)


def _number(name: str) -> Column:
    return Column(name, "number", most=10**12)


TITLE = Column("title", is_needed=True, most=200)
ABOUT = Column("about", most=8000)
NOTE = Column("note", most=400)
ACTION = _code("action", points_at="actions")
YEAR = Column("year", "whole", is_needed=True, least=1900, most=2200)
AREA = (Column("area_level", most=60), Column("area_id", most=80))
FIGURE = (
    _choice("status", "status", is_needed=False), _number("value"), _number("low"),
    _number("high"), Column("n", "whole", most=10**9), Column("unit", most=60),
    Column("period_start", "date"), Column("period_end", "date"),
    Column("source_ids", "codes", most=2000), Column("reason", most=200),
    Column("notice", "params", most=30_000),
)  # fmt: skip
LOGIC = tuple(Column(name, most=4000) for name in model.LogicModel.__slots__)
FIGURES = ("baseline", "now")


def _within(part: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(replace(column, name=f"{part}_{column.name}") for column in columns)


TABLES = (
    Table("strategy", (
        _code(), TITLE, Column("city", is_needed=True, most=200),
        replace(YEAR, name="from_year"), replace(YEAR, name="until_year"),
        Column("currency", is_needed=True, most=3), _choice("state", "strategy_state"), ABOUT,
    )),
    Table("organisations", (
        _code(), Column("name", is_needed=True, most=160), _choice("sector", "sector"),
    ), "code"),
    Table("challenges", (_code(), TITLE, _choice("topic", "topic"), ABOUT), "code"),
    Table("findings", (
        _code("challenge", points_at="challenges"),
        Column("finding_id", is_needed=True, most=200), Column("code", is_needed=True, most=200),
        Column("params", "params", most=30_000), _choice("certainty", "certainty"), *AREA,
        Column("area", most=160), Column("faces", "choices", words="face"),
        Column("indicator_ids", "codes", most=2000), Column("kept_on", "date", is_needed=True),
        Column("build", most=64),
    )),
    Table("objectives", (_code("challenge", points_at="challenges"), _code(), TITLE, ABOUT), "code"),
    Table("actions", (
        _code("objective", points_at="objectives"), _code(), TITLE, _choice("kind", "kind"),
        _choice("pillar", "pillar"), _choice("level", "level"), _choice("state", "state"), ABOUT,
        Column("groups", "choices", words="group"), Column("times", "choices", words="time"),
        _choice("gender_lens", "lens", is_needed=False), Column("gender_note", most=2000),
        Column("lead", "code", most=40, points_at="organisations"),
        Column("partners", "codes", points_at="organisations"), Column("starts_on", "date"),
        Column("ends_on", "date"), Column("dose_unit", most=60), _number("dose_planned"),
        Column("diary_days", "whole", least=1, most=3660), Column("evidence", "refs"),
        Column("evidence_note"), Column("shelf_ref", most=200), *_within("logic", LOGIC),
    ), "code"),
    Table("places", (ACTION, *AREA, Column("name", is_needed=True, most=160))),
    Table("budget", (
        ACTION, YEAR, Column("amount", "money", is_needed=True),
        _choice("payer", "sector"), replace(NOTE, most=200),
    )),
    Table("spending", (
        ACTION, Column("on", "date", is_needed=True), Column("amount", "money", is_needed=True),
        replace(NOTE, most=200),
    )),
    Table("milestones", (
        ACTION, TITLE, Column("due", "date", is_needed=True), Column("done_on", "date"),
    )),
    Table("targets", (
        Column("of", "refs", is_needed=True), Column("indicator_id", is_needed=True, most=80),
        *AREA, _choice("direction", "direction"), _number("value"), Column("due", "date"),
        *_within("baseline", FIGURE), *_within("now", FIGURE),
    )),
    Table("risks", (
        ACTION, Column("text", is_needed=True, most=400),
        Column("likelihood", "whole", is_needed=True, least=1, most=3),
        Column("impact", "whole", is_needed=True, least=1, most=3), Column("answer", most=400),
    )),
    Table("diary", (
        ACTION, Column("on", "date", is_needed=True), _code("by", points_at="organisations"),
        _choice("delivery", "delivery"), _number("amount"), Column("reached", "counts"),
        _choice("obstacle", "obstacle", is_needed=False), NOTE,
    )),
    Table("meetings", (
        _code(most=60), Column("body", is_needed=True, most=160), TITLE,
        Column("starts_at", "moment", is_needed=True),
    ), "code"),
    Table("decisions", (
        _code("meeting", most=60, points_at="meetings"), _code(most=60),
        Column("text", is_needed=True), Column("about", "refs"),
    ), "code"),
    Table("commitments", (
        _code("meeting", most=60, points_at="meetings"), _code(most=60),
        Column("text", is_needed=True, most=2000), _code("owner", points_at="organisations"),
        Column("due", "date", is_needed=True), Column("done_on", "date"),
        Column("is_dropped", "yes", words="yes"), Column("about", "refs"),
        Column("decision", "code", most=60, points_at="decisions"),
    ), "code"),
    Table("answers", (
        Column("framework", is_needed=True, most=60), Column("point", is_needed=True, most=80),
        Column("parts", "refs"), Column("why_not", most=400),
    )),
)  # fmt: skip
BY_NAME: Mapping[str, Table] = {table.name: table for table in TABLES}
WORD_SHEET = "words"
UNKNOWN = "unknown"
"""People reached whose group is not known; beside the codes of the groups."""
