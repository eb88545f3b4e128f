"""Values as they are frozen in JSON columns, and back: days stay days, amounts stay exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_DAY, _MOMENT, _AMOUNT = "$day", "$moment", "$amount"


def freeze(value: Any) -> Any:
    """Return a value as JSON."""
    if isinstance(value, Mapping):
        return {str(key): freeze(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [freeze(one) for one in value]
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {_AMOUNT: str(value)}
    return value


def thaw(value: Any) -> Any:
    """Return what was frozen."""
    if isinstance(value, list):
        return [thaw(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        key, inner = next(iter(value.items()))
        if key == _DAY:
            return date.fromisoformat(inner)
        if key == _MOMENT:
            return datetime.fromisoformat(inner)
        if key == _AMOUNT:
            return Decimal(inner)
    return {key: thaw(one) for key, one in value.items()}
