"""Corrections: proposed by an editor, confirmed by somebody else; from then on they stand."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.app.corrections import Correction, correction_as_json, correction_of_json
from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.editorial.actions.publishing import locked_rule, publish_state
from convive.web.editorial.actions.second_person import refuse_one_person
from convive.web.editorial.models import CorrectionRecord, StoodCorrection
from convive.web.shared_files import digest_of

_PROPOSED = "editorial.correction_proposed"


def new_code() -> str:
    """Return a name for a correction."""
    return f"c{timezone.localdate():%Y%m%d}-{secrets.token_hex(3)}"


def proposed_digest(row: CorrectionRecord) -> str:
    """Return what a confirmation is bound to."""
    return digest_of([row.proposed, row.revision])


@transaction.atomic
def propose_correction(
    row: CorrectionRecord | None, one: Correction, *, revision: int = 0, by: Any
) -> CorrectionRecord:
    """Keep what one person proposes, new or instead of what stands.

    Raises
    ------
    ConflictError
        CORRECTION_CHANGED where somebody else was first.
    """
    if row is None:
        kept = CorrectionRecord(code=one.id, revision=0)
    else:
        kept = CorrectionRecord.objects.select_for_update().get(pk=row.pk)
        if kept.revision != revision:
            raise ConflictError("CORRECTION_CHANGED")
    kept.proposed = correction_as_json(replace(one, id=kept.code))
    kept.proposed_by, kept.proposed_at = by, timezone.now()
    kept.revision += 1
    kept.save()
    record(_PROPOSED, actor=by, thing=("correction", kept.pk))
    return kept


@transaction.atomic
def confirm_correction(row: CorrectionRecord, seen: str, *, by: Any) -> None:
    """Let a correction stand from now on.

    Raises
    ------
    ConflictError
        CORRECTION_CHANGED, EDITION_SECOND_PERSON and what `refuse_one_person` raises.
    StorageError
        EDITIONS_NOT_WRITTEN; then nothing has changed.
    """
    locked_rule()
    kept = CorrectionRecord.objects.select_for_update().get(pk=row.pk)
    if kept.proposed is None or seen != proposed_digest(kept):
        raise ConflictError("CORRECTION_CHANGED")
    refuse_one_person(kept.proposed_by_id, by, verb=_PROPOSED, thing=("correction", kept.pk))
    one, now = correction_of_json(kept.proposed), timezone.now()
    StoodCorrection.objects.create(
        record=kept, content=correction_as_json(one), at=now, confirmed_by=by
    )
    kept.proposed, kept.revision = None, kept.revision + 1
    kept.save()
    record(
        "editorial.correction_confirmed", actor=by, thing=("correction", kept.pk),
        kind=one.kind.value, subject=one.subject.value,
    )  # fmt: skip
    publish_state()


@transaction.atomic
def drop_proposal(row: CorrectionRecord, *, by: Any) -> None:
    """Propose it no more; what stands stays."""
    kept = CorrectionRecord.objects.select_for_update().get(pk=row.pk)
    if kept.proposed is not None:
        kept.proposed, kept.revision = None, kept.revision + 1
        kept.save()
        record("editorial.correction_dropped", actor=by, thing=("correction", kept.pk))
