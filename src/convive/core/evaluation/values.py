"""Plans and answers of evaluations as plain JSON values, and back: what is kept is what was said."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from convive.core.errors import RequestError

T = TypeVar("T")


def to_values(thing: Any) -> Any:
    """Return a frozen type of the evaluation as JSON values.

    Examples
    --------
    >>> from convive.core.evaluation.study import Outcome
    >>> to_values(Outcome("burglary_rate"))["useful"]
    -10.0
    """
    if is_dataclass(thing) and not isinstance(thing, type):
        return {one.name: to_values(getattr(thing, one.name)) for one in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): to_values(value) for key, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [to_values(one) for one in thing]
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing) if isinstance(thing, Decimal) else thing


def from_values(kind: type[T], values: Any) -> T:
    """Return what `to_values` was given.

    Raises
    ------
    RequestError
        EVALUATION_UNREADABLE with `field` where the values do not fit the type.
    """
    found: T = _read(kind, values, kind.__name__.lower())
    return found


def _read(kind: Any, values: Any, field: str) -> Any:
    try:
        return _reader(kind, values, field)
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise RequestError("EVALUATION_UNREADABLE", field=field) from error


def _reader(kind: Any, values: Any, field: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _one_of(inner, values, field)
    if origin is tuple:
        return _several(inner, values, field)
    if origin is not None and issubclass(origin, Mapping):
        return {str(key): _read(inner[1], value, field) for key, value in values.items()}
    if is_dataclass(kind):
        return _record(kind, values)
    return _plain(kind, values)


def _several(inner: tuple[Any, ...], values: Any, field: str) -> tuple[Any, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(field)
    if inner[-1] is Ellipsis:
        return tuple(_read(inner[0], one, field) for one in values)
    return tuple(_read(own, one, field) for own, one in zip(inner, values, strict=True))


def _one_of(kinds: tuple[Any, ...], values: Any, field: str) -> Any:
    if values is None and type(None) in kinds:
        return None
    known = [one for one in kinds if one is not type(None)]
    fitting = [one for one in known if one in {int, float, str} and isinstance(values, one)]
    return _read((fitting or known)[0], values, field)


def _record(kind: Any, values: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(values, Mapping) or set(values) - set(hints):
        raise TypeError(kind.__name__)
    return kind(**{name: _read(hints[name], value, name) for name, value in values.items()})


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(kind: Any, values: Any) -> Any:
    if kind is Any or (kind is int and values is None):
        return values  # a count that the gate has withheld is None: not shown, never 0
    if kind in _READ:
        return _READ[kind](values)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(values)
    if type(values) is not kind:
        raise TypeError(str(kind))
    return values


def _number(values: Any) -> float:
    if isinstance(values, bool) or not isinstance(values, int | float):
        raise TypeError("float")
    return float(values)


_READ: Mapping[Any, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: lambda values: Decimal(str(values)),
    float: _number,
}
