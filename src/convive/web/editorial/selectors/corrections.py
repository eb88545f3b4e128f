"""Corrections as staff see them."""

from __future__ import annotations

from dataclasses import dataclass

from convive.app.corrections import Correction, correction_of_json
from convive.web.editorial.models import CorrectionRecord


@dataclass(frozen=True, slots=True)
class Held:
    """A correction with what stands and what is proposed."""

    row: CorrectionRecord
    stands: Correction | None
    proposed: Correction | None


def held_corrections() -> list[Held]:
    """Return all corrections, the newest first."""
    rows = CorrectionRecord.objects.select_related("proposed_by").prefetch_related("stood")
    return [held(one) for one in rows]


def held(row: CorrectionRecord) -> Held:
    """Return one correction."""
    stood = list(row.stood.all())
    return Held(
        row,
        correction_of_json(stood[-1].content) if stood else None,
        correction_of_json(row.proposed) if row.proposed else None,
    )
