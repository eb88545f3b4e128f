"""Bringing an old version back: that is a new revision, nothing is undone."""

from __future__ import annotations

from typing import Any, TypeVar

from convive.core.errors import NotFoundError
from convive.web.workspace.actions.revise import fields_at, revise
from convive.web.workspace.editable import is_many
from convive.web.workspace.models import Written

STAYS = frozenset({"state", "adopted_on"})
"""What something has become is decided with a reason, not brought back with old words."""
T = TypeVar("T", bound=Written)


def bring_back(thing: T, version: int, *, by: Any) -> T:
    """Write the fields of an old version again; what they point at and is gone stays away.

    Raises
    ------
    NotFoundError
        VERSION_NOT_FOUND.
    """
    old = fields_at(thing, version)
    if old is None:
        raise NotFoundError("VERSION_NOT_FOUND", version=version)
    fields = {
        name: _still_there(thing, name, value) if is_many(thing, name) else value
        for name, value in old.items()
        if name not in STAYS and _can_hold(thing, name, value)
    }
    return revise(thing, fields, version=thing.version, by=by)


def _can_hold(thing: Written, name: str, value: Any) -> bool:
    """Tell whether the row that a field points at is still there."""
    field = thing._meta.get_field(name)
    if not field.many_to_one or value is None:
        return True
    rows = field.related_model._default_manager  # type: ignore[union-attr]
    return bool(rows.filter(pk=value).exists())


def _still_there(thing: Written, name: str, numbers: list[int]) -> list[int]:
    rows = thing._meta.get_field(name).related_model._default_manager  # type: ignore[union-attr]
    return list(rows.filter(pk__in=numbers).values_list("pk", flat=True))
