"""Judging an entry by a scheme: each dimension for itself, with who, when and on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from convive.catalogue import find
from convive.core.errors import RequestError
from convive.core.shelf.grading import Grading
from convive.core.shelf.grading_rules import grading_fault
from convive.web.audit_log.actions import record
from convive.web.shelf.models import LocalGrading


@transaction.atomic
def grade_entry(ref: str, gradings: Iterable[Grading], *, by: Any) -> int:
    """Keep gradings of this town about an entry; the ones before stay beside them.

    Raises
    ------
    RequestError
        SHELF_GRADE_UNFIT for one that its scheme does not have.
    """
    schemes, rows = find.grading_schemes(), []
    for one in gradings:
        if fault := grading_fault(one, schemes):
            raise RequestError("SHELF_GRADE_UNFIT", field=fault)
        rows.append(
            LocalGrading(
                ref=ref,
                scheme=one.scheme,
                dimension=one.dimension,
                grade=one.grade,
                by=one.by,
                on=one.on,
                about=one.about,
                note=one.note,
            )
        )
    LocalGrading.objects.bulk_create(rows)
    if rows:
        record("shelf.entry_graded", actor=by, thing=("shelf_entry", ref), n=len(rows))
    return len(rows)
