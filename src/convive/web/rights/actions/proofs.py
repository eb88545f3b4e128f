"""Proof of what was removed: what went, by which rule, and that nothing is left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.audit_log.chain import canonical
from convive.web.rights.models import Proof


def digest_of(ids: Iterable[Any]) -> str:
    """Return the SHA-256 of ids, in order; nobody reads them back from it without the list."""
    return hashlib.sha256(canonical(sorted(str(one) for one in ids)).encode()).hexdigest()


@transaction.atomic
def keep_proof(
    kind: str, *, rule: str, ids: Iterable[Any], n_left: int, now: datetime, **details: Any
) -> Proof | None:
    """Keep what went; nothing where nothing did.

    Parameters
    ----------
    ids : iterable
        What was there before and is gone: keys of rows, digests of contents, names of files.
    n_left : int
        What looking again has found.
    **details
        Codes and numbers only.
    """
    gone = list(ids)
    if not gone and not n_left:
        return None
    proof = Proof(
        at=now, kind=kind, rule=rule, n=int(details.pop("n", len(gone))),
        digest_before=digest_of(gone), n_left=n_left, details=details,
    )  # fmt: skip
    proof.digest = hashlib.sha256(canonical(_said(proof)).encode()).hexdigest()
    event = record(
        "rights.removed", label="job", thing=("proof", kind), n=proof.n, left=n_left, rule=rule,
        digest=proof.digest,
    )  # fmt: skip
    proof.event_hash = event.hash
    proof.save(force_insert=True)
    return proof


def holds(proof: Proof) -> bool:
    """Tell whether a proof is as it was written."""
    return proof.digest == hashlib.sha256(canonical(_said(proof)).encode()).hexdigest()


def _said(proof: Proof) -> list[Any]:
    at = proof.at.astimezone(UTC).isoformat(timespec="microseconds")
    return [at, proof.kind, proof.rule, proof.n, proof.digest_before, proof.n_left, proof.details]
