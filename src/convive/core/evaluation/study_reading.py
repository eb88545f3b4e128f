"""A study from the JSON values that it was written as; and a frozen one with its changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from convive.core.errors import MethodError
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.study import (
    EARLIEST,
    LATEST,
    MOST_MONTHS,
    Change,
    FrozenStudy,
    Looks,
    Outcome,
    Split,
    Study,
)

Value = TypeVar("Value")
_NEEDED = ("action", "outcomes", "designs", "level", "treated", "comparison", "starts_on")


def read_study(raw: Mapping[str, Any]) -> Study:
    """Return a study from JSON values, as `Study.to_dict` writes them.

    Raises
    ------
    MethodError
        STUDY_FIELD with the name of the first field that is missing, unknown or not readable.

    Examples
    --------
    >>> plan = Study("action:a", (Outcome("burglary_rate"),), (Design.STAGGERED,), "ward",
    ...     ("1",), ("2", "3"), date(2025, 1, 1))
    >>> read_study(plan.to_dict()) == plan
    True
    """
    known = {one.name for one in fields(Study)}
    wrong = [name for name in _NEEDED if name not in raw] + sorted(set(raw) - known)
    if wrong:
        raise MethodError("STUDY_FIELD", field=wrong[0])
    given = dict(raw)
    for name, read in _READERS.items():
        if name in given:
            given[name] = _read(name, read, given[name])
    return Study(**given)


def read_frozen(raw: Mapping[str, Any]) -> FrozenStudy:
    """Return a frozen study from JSON values, as `frozen_to_dict` writes them.

    Raises
    ------
    MethodError
        STUDY_FIELD; STUDY_DIGEST where the plan is not the one that was frozen.
    """
    if "first" not in raw or "frozen_at" not in raw:
        raise MethodError("STUDY_FIELD", field="first" if "first" not in raw else "frozen_at")
    first = read_study(raw["first"])
    if raw.get("digest", first.digest) != first.digest:
        raise MethodError("STUDY_DIGEST", frozen=str(raw["digest"])[:12], found=first.digest[:12])
    return FrozenStudy(
        first=first,
        frozen_at=_read("frozen_at", _moment, raw["frozen_at"]),
        changes=_read(
            "changes", lambda x: tuple(_change(one) for one in x), raw.get("changes", ())
        ),
        now=None if raw.get("now") is None else read_study(raw["now"]),
    )


def frozen_to_dict(study: FrozenStudy) -> dict[str, Any]:
    """Return a frozen study as JSON values, with the digest of the plan as it was laid down."""
    return {
        "digest": study.first.digest,
        "frozen_at": study.frozen_at.isoformat(),
        "first": study.first.to_dict(),
        "changes": [
            {
                "at": one.at.isoformat(),
                "field": one.field,
                "before": one.before,
                "after": one.after,
                "reason": one.reason,
                "after_data": one.after_data,
            }
            for one in study.changes
        ],
        "now": None if study.now is None else study.now.to_dict(),
    }


def _read(name: str, read: Callable[[Any], Value], value: Any) -> Value:
    try:
        return read(value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise MethodError("STUDY_FIELD", field=name) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError
    return tuple(_text(one) for one in value)


def _areas(value: Any) -> tuple[str, ...]:
    """Return codes of areas; one that is named twice would count twice."""
    found = _words(value)
    if len(set(found)) < len(found):
        raise ValueError
    return found


def _outcomes(value: Any) -> tuple[Outcome, ...]:
    found = tuple(_outcome(one) for one in value)
    if len({one.indicator_id for one in found}) < len(found):
        raise ValueError
    return found


def _day(value: Any) -> date:
    found = date.fromisoformat(value)
    if not EARLIEST <= found < LATEST:
        raise ValueError
    return found


def _whole(least: int, most: int | None = None) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or int(value) != value or value < least:
            raise ValueError
        if most is not None and value > most:
            raise ValueError
        return int(value)

    return read


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    useful = float(raw.get("useful", -10.0))
    if not useful or abs(useful) == float("inf") or useful != useful:  # noqa: PLR0124 — NaN
        raise ValueError
    return Outcome(_text(raw["indicator_id"]), useful, bool(raw.get("is_harm", False)))


def _looks(raw: Mapping[str, Any] | None) -> Looks | None:
    if raw is None:
        return None
    alpha = float(raw.get("alpha", 0.05))
    if not 0.0 < alpha < 1.0:
        raise ValueError
    return Looks(tuple(_day(one) for one in raw["on"]), alpha)


def _change(raw: Mapping[str, Any]) -> Change:
    return Change(
        _moment(raw["at"]), _text(raw["field"]), raw["before"], raw["after"],
        _text(raw["reason"]), bool(raw["after_data"]),
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "action": _text,
    "outcomes": _outcomes,
    "designs": lambda raw: tuple(Design(one) for one in _words(raw)),
    "level": _text,
    "treated": _areas,
    "comparison": _areas,
    "starts_on": _day,
    "buffer": _areas,
    "starts_later": lambda raw: {k: _day(v) for k, v in raw.items()},
    "months_before": _whole(1, MOST_MONTHS),
    "months_after": _whole(1, MOST_MONTHS),
    "chosen_months": lambda raw: None if raw is None else _whole(0, MOST_MONTHS)(raw),
    "looks": _looks,
    "splits": lambda raw: tuple(Split(one) for one in _words(raw)),
    "dose_unit": _text,
    "note": _text,
    "process_only": _flag,
    "seed": _whole(0),
}
