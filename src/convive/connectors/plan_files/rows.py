"""A plan as rows of tables, and back: each row is a mapping of typed values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from convive.connectors.plan_files.columns import FIGURE, FIGURES, LOGIC, TABLES
from convive.core.strategy.model import (
    Action,
    Answer,
    BudgetLine,
    Challenge,
    Commitment,
    Decision,
    DiaryEntry,
    Figure,
    KeptFinding,
    LogicModel,
    Meeting,
    Milestone,
    Objective,
    Organisation,
    Plan,
    Risk,
    Spending,
    Spot,
    Target,
)

T = TypeVar("T")
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as its file shows it."""

    number: int
    values: Values
    unread: frozenset[str] = frozenset()
    """Columns whose cells could not be read, which has been told."""


Rows = Mapping[str, list[Row]]
_CHILDREN = {"budget": BudgetLine, "spending": Spending, "milestones": Milestone, "risks": Risk,
             "diary": DiaryEntry}  # fmt: skip
"""Tables of an action whose columns are the fields of a type."""
_ELSEWHERE = {"level": "area_level"}
"""Fields whose column is called otherwise, since the level of prevention is a level, too."""


def rows_of(plan: Plan) -> Rows:
    """Return the rows of every table, in the order of the plan."""
    found: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    for table, values in _walk(plan):
        found[table].append(Row(len(found[table]) + 1, values))
    return found


def _walk(plan: Plan) -> Iterator[tuple[str, Values]]:
    own = ("code", "title", "city", "from_year", "until_year", "currency", "state", "about")
    yield "strategy", {name: getattr(plan, name) for name in own}
    yield from (("organisations", _plain(one)) for one in plan.organisations)
    for challenge in plan.challenges:
        yield "challenges", _plain(challenge)
        code = challenge.code
        yield from (("findings", {"challenge": code, **_placed(f)}) for f in challenge.findings)
    for challenge, objective in plan.objectives():
        yield "objectives", {"challenge": challenge.code, **_plain(objective)}
        yield from _targets(objective.ref, objective.targets)
    for _, objective, action in plan.actions():
        yield from _action(objective, action)
    for meeting in plan.meetings:
        yield from _meeting_rows(meeting)
    yield from (("answers", _plain(answer)) for answer in plan.answers)


def _meeting_rows(meeting: Meeting) -> Iterator[tuple[str, Values]]:
    yield "meetings", _plain(meeting)
    for table in ("decisions", "commitments"):
        for one in getattr(meeting, table):
            yield table, {"meeting": meeting.code, **_plain(one)}


def _action(objective: Objective, action: Action) -> Iterator[tuple[str, Values]]:
    logic = {f"logic_{c.name}": getattr(action.logic, c.name) for c in LOGIC}
    yield "actions", {"objective": objective.code, **_plain(action), **logic}
    for spot in action.spots:
        yield "places", {"action": action.code, **_placed(spot)}
    for table in _CHILDREN:
        for one in getattr(action, table):
            yield table, {"action": action.code, **_plain(one)}
    yield from _targets(action.ref, action.targets)


def _targets(ref: str, targets: tuple[Target, ...]) -> Iterator[tuple[str, Values]]:
    for target in targets:
        values = {"of": (ref,), **_placed(target)}
        for part in FIGURES:
            figure = getattr(target, part)
            values |= {
                f"{part}_{c.name}": getattr(figure, c.name) if figure else None for c in FIGURE
            }
        yield "targets", values


def _plain(one: Any) -> dict[str, Any]:
    """Return the fields of a value that are columns; children are tables of their own."""
    found = ((field.name, getattr(one, field.name)) for field in fields(one))
    return {name: value for name, value in found if not _is_nested(value)}


def _placed(one: Any) -> dict[str, Any]:
    return {_ELSEWHERE.get(name, name): value for name, value in _plain(one).items()}


def _is_nested(value: Any) -> bool:
    """Tell whether a value has a table of its own."""
    if isinstance(value, Figure | LogicModel):
        return True
    return isinstance(value, tuple) and bool(value) and hasattr(value[0], "__dataclass_fields__")


# --- back -----------------------------------------------------------------------------------------
_Groups = Mapping[str, Mapping[str, list[Values]]]
"""Table → code of what the rows belong to → their values."""
_PARENTS = {
    "findings": "challenge", "objectives": "challenge", "actions": "objective",
    "decisions": "meeting", "commitments": "meeting", "places": "action",
    **dict.fromkeys(_CHILDREN, "action"),
}  # fmt: skip


def plan_of(rows: Rows) -> Plan:
    """Return the plan of rows that were checked."""
    groups: dict[str, dict[str, list[Values]]] = defaultdict(lambda: defaultdict(list))
    for table, listed in rows.items():
        for row in listed:
            parent = row.values.get(_PARENTS.get(table, ""), "")
            parent = row.values["of"][0] if table == "targets" else parent
            groups[table][parent].append(row.values)
    own = groups["strategy"][""][0]
    return Plan(
        **own,
        organisations=tuple(_made(Organisation, one) for one in groups["organisations"][""]),
        challenges=tuple(_challenge(one, groups) for one in groups["challenges"][""]),
        meetings=tuple(_meeting(one, groups) for one in groups["meetings"][""]),
        answers=tuple(_made(Answer, one) for one in groups["answers"][""]),
    )


def _challenge(values: Values, groups: _Groups) -> Challenge:
    code = values["code"]
    findings = tuple(_made(KeptFinding, one) for one in groups["findings"][code])
    objectives = tuple(_objective(one, groups) for one in groups["objectives"][code])
    return _made(Challenge, values, findings=findings, objectives=objectives)


def _objective(values: Values, groups: _Groups) -> Objective:
    code = values["code"]
    targets = tuple(map(_target, groups["targets"][f"objective:{code}"]))
    actions = tuple(_action_of(one, groups) for one in groups["actions"][code])
    return _made(Objective, values, targets=targets, actions=actions)


def _action_of(values: Values, groups: _Groups) -> Action:
    code = values["code"]
    children: dict[str, Any] = {
        table: tuple(_made(kind, one) for one in groups[table][code])
        for table, kind in _CHILDREN.items()
    }
    return _made(
        Action,
        values,
        logic=LogicModel(**{c.name: values[f"logic_{c.name}"] for c in LOGIC}),
        spots=tuple(_made(Spot, one) for one in groups["places"][code]),
        targets=tuple(map(_target, groups["targets"][f"action:{code}"])),
        **children,
    )


def _target(values: Values) -> Target:
    figures = {
        part: None
        if values[f"{part}_status"] is None
        else Figure(**{c.name: values[f"{part}_{c.name}"] for c in FIGURE})
        for part in FIGURES
    }
    return _made(Target, values, **figures)


def _meeting(values: Values, groups: _Groups) -> Meeting:
    code = values["code"]
    decisions = tuple(_made(Decision, one) for one in groups["decisions"][code])
    commitments = tuple(_made(Commitment, one) for one in groups["commitments"][code])
    return _made(Meeting, values, decisions=decisions, commitments=commitments)


def _made(kind: type[T], values: Values, **more: Any) -> T:
    """Return a value of a type from the columns that are its fields."""
    known = {field.name for field in fields(cast("Any", kind))} - set(more)
    named = {name: _ELSEWHERE[name] if _ELSEWHERE.get(name) in values else name for name in known}
    given = {name: values[column] for name, column in named.items() if column in values}
    return kind(**given, **more)
