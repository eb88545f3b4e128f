"""Freezing of findings that somebody builds on."""

from __future__ import annotations

from convive.core.errors import NotFoundError
from convive.web.staff.audit import audit_digest
from convive.web.workspace.models import KeptFinding
from convive.web.workspace.selectors.findings import published_finding

_KEPT = ("code", "params", "certainty", "level", "area_id", "faces", "indicator_ids", "caveats")


def keep_finding(finding_id: str) -> KeptFinding:
    """Keep a published finding as the shown audit tells it; kept once for each audit.

    Whoever calls this links it to something in the same transaction; that is what the log tells.

    Raises
    ------
    NotFoundError
        FINDING_NOT_FOUND where the shown audit does not say so (any more).
    """
    row = published_finding(finding_id)
    if row is None:
        raise NotFoundError("FINDING_NOT_FOUND", finding=finding_id)
    kept, _ = KeptFinding.objects.get_or_create(
        finding_id=finding_id, build=audit_digest(),
        defaults={"row": {name: row[name] for name in _KEPT}},
    )  # fmt: skip
    return kept
