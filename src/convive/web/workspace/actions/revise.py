"""The one way in which anything of the workspace is made and changed: nobody's words are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.workspace.editable import (
    EDITABLE,
    as_json,
    fields_of,
    is_many,
    is_rows,
    kind_of,
    plain_row,
)
from convive.web.workspace.merging import CLASH, merge
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
    now, later = _split(thing, fields)
    for name, value in now.items():
        _set(thing, name, value)
    thing.version, thing.changed_by = 1, by
    thing.save(force_insert=True)
    for name, value in later.items():
        _put(thing, name, value)
    _keep(thing, by, "")
    record(f"workspace.{kind_of(thing)}_made", actor=by, thing=(kind_of(thing), thing.pk))
    return thing


@transaction.atomic
def revise(
    thing: T, fields: Mapping[str, Any], *, version: int, by: Any,
    seen: Mapping[str, int] | None = None, note: str = "",
) -> T:  # fmt: skip
    """Change a thing; what others have written since `version` is merged field by field.

    Lists are merged row by row: what each has added stays, what each has removed goes.

    Parameters
    ----------
    fields : mapping
        Field → new value, for any of the editable fields; rows that are part of the thing
        (budget lines …) as a list of mappings.
    version : int
        The version that the person saw.
    seen : mapping, optional
        Field → later version that the person has seen of that field (where a clash was shown).
    note : str
        Why; kept with the revision.

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
    base = _base(kept, present, version, seen or {})
    sent = {name: as_json(kept, name, value) for name, value in fields.items()}
    mine = {name for name, value in sent.items() if value != base.get(name)}
    merged = {name: merge(base.get(name), present[name], sent[name]) for name in mine}
    clashes = {
        name: Clash(base.get(name), present[name], sent[name])
        for name, value in merged.items()
        if value is CLASH
    }
    if clashes:
        raise EditClashError(clashes, kept.version)
    changed = sorted(name for name in mine if present[name] != merged[name])
    if changed:
        now = {
            name: fields[name] if merged[name] == sent[name] else merged[name] for name in changed
        }
        _write(kept, now, by, note)
        record(
            f"workspace.{kind_of(kept)}_changed", actor=by, thing=(kind_of(kept), kept.pk),
            fields=changed, version=kept.version,
        )  # fmt: skip
    return kept


def _base(
    thing: Written, present: Mapping[str, Any], version: int, seen: Mapping[str, int]
) -> dict[str, Any]:
    """Return every field as the person last saw it."""
    known = {one: fields_at(thing, one) or present for one in {version, *seen.values()}}
    return {name: known[seen.get(name, version)].get(name, present[name]) for name in present}


def _write(thing: Written, fields: Mapping[str, Any], by: Any, note: str) -> None:
    now, later = _split(thing, fields)
    for name, value in now.items():
        _set(thing, name, value)
    thing.version += 1
    thing.changed_by = by
    thing.save()
    for name, value in later.items():
        _put(thing, name, value)
    _keep(thing, by, note)


def _split(thing: Written, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return plain fields, and those that hold several rows and need the thing to be there."""
    editable = EDITABLE[type(thing)][1]
    later = {
        name
        for name in fields
        if name in editable and (is_many(thing, name) or is_rows(thing, name))
    }
    return (
        {name: value for name, value in fields.items() if name not in later},
        {name: fields[name] for name in later},
    )


def _set(thing: Written, name: str, value: Any) -> None:
    """Set a plain field; a row of another table may be given by its number, as JSON has it."""
    field = thing._meta.get_field(name)
    by_number = field.is_relation and not hasattr(value, "pk")
    setattr(thing, field.attname if by_number else name, value)  # type: ignore[union-attr]


def _put(thing: Written, name: str, value: Any) -> None:
    """Set the rows of a field; rows that stay as they are keep their number."""
    if not is_rows(thing, name):
        getattr(thing, name).set(value)
        return
    wanted = [plain_row(thing, name, row) for row in value]
    gone = []
    for row in getattr(thing, name).all():
        same = plain_row(thing, name, row)
        if same in wanted:
            wanted.remove(same)
        else:
            gone.append(row.pk)
    getattr(thing, name).filter(pk__in=gone).delete()
    for row in wanted:
        getattr(thing, name).create(**row)


def _keep(thing: Written, by: Any, note: str) -> None:
    # Read back, so that every revision holds what the database holds and nothing else.
    thing.refresh_from_db()
    Revision.objects.create(
        object_kind=kind_of(thing), object_id=thing.pk, version=thing.version,
        fields=fields_of(thing), by=by, note=note,
    )  # fmt: skip


def fields_at(thing: Written, version: int) -> dict[str, Any] | None:
    """Return the fields of a thing as they were at a version, None where it is not kept."""
    found = Revision.objects.filter(
        object_kind=kind_of(thing), object_id=thing.pk, version=version
    ).first()
    return dict(found.fields) if found else None
