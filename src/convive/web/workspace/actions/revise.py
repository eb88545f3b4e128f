"""The one way in which anything of the workspace is made and changed: nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.workspace.editable import EDITABLE, as_json, fields_of, is_many, kind_of
from convive.web.workspace.models import Revision, Written

T = TypeVar("T", bound=Written)


@dataclass(frozen=True)
class Clash:
    """A field that two people wrote at once: what it was, what is kept now, what was sent."""

    base: Any
    kept: Any
    sent: Any


class EditClashError(ConflictError):
    """Somebody else wrote the same fields meanwhile; nothing was changed.

    Parameters
    ----------
    clashes : mapping
        Field → its three values, as JSON.
    version : int
        The version that is kept now; sending it with the form settles the clash.
    """

    def __init__(self, clashes: Mapping[str, Clash], version: int) -> None:
        super().__init__("EDITED_MEANWHILE", n=len(clashes))
        self.clashes, self.version = dict(clashes), version


@transaction.atomic
def create(thing: T, fields: Mapping[str, Any], *, by: Any) -> T:
    """Keep a new thing with its first revision; `fields` are set on it first."""
    now, many = _split(thing, fields)
    for name, value in now.items():
        setattr(thing, name, value)
    thing.version, thing.changed_by = 1, by
    thing.save(force_insert=True)
    for name, rows in many.items():
        getattr(thing, name).set(rows)
    _keep(thing, by)
    record(f"workspace.{kind_of(thing)}_made", actor=by, thing=(kind_of(thing), thing.pk))
    return thing


@transaction.atomic
def revise(thing: T, fields: Mapping[str, Any], *, version: int, by: Any) -> T:
    """Change a thing; what others have written since `version` is merged field by field.

    Parameters
    ----------
    fields : mapping
        Field → new value, for any of the editable fields.
    version : int
        The version that the person saw.

    Returns
    -------
    Written
        The thing as it is now; its version is higher by one where anything changed.

    Raises
    ------
    EditClashError
        Where somebody else has changed the same fields to something else.
    """
    kept: T = type(thing).objects.select_for_update().get(pk=thing.pk)  # type: ignore[attr-defined]
    present = fields_of(kept)
    base = _fields_at(kept, version) or present
    sent = {name: as_json(kept, name, value) for name, value in fields.items()}
    mine = {name for name, value in sent.items() if value != base.get(name)}
    clashes = {
        name: Clash(base.get(name), present[name], sent[name])
        for name in mine
        if present[name] != base.get(name) and present[name] != sent[name]
    }
    if clashes:
        raise EditClashError(clashes, kept.version)
    changed = sorted(name for name in mine if present[name] != sent[name])
    if changed:
        _write(kept, {name: fields[name] for name in changed}, by)
        record(
            f"workspace.{kind_of(kept)}_changed", actor=by, thing=(kind_of(kept), kept.pk),
            fields=changed, version=kept.version,
        )  # fmt: skip
    return kept


def _write(thing: Written, fields: Mapping[str, Any], by: Any) -> None:
    now, many = _split(thing, fields)
    for name, value in now.items():
        setattr(thing, name, value)
    thing.version += 1
    thing.changed_by = by
    thing.save()
    for name, rows in many.items():
        getattr(thing, name).set(rows)
    _keep(thing, by)


def _split(thing: Written, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return plain fields, and those that hold several rows and need the thing to be there."""
    many = {name for name in fields if name in EDITABLE[type(thing)][1] and is_many(thing, name)}
    return (
        {name: value for name, value in fields.items() if name not in many},
        {name: fields[name] for name in many},
    )


def _keep(thing: Written, by: Any) -> None:
    Revision.objects.create(
        object_kind=kind_of(thing), object_id=thing.pk, version=thing.version,
        fields=fields_of(thing), by=by,
    )  # fmt: skip


def _fields_at(thing: Written, version: int) -> dict[str, Any] | None:
    found = Revision.objects.filter(
        object_kind=kind_of(thing), object_id=thing.pk, version=version
    ).first()
    return dict(found.fields) if found else None
