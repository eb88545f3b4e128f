"""Findings that somebody builds on, or sets aside."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError, NotFoundError
from convive.web.audit_log.actions import record
from convive.web.staff.audit import audit_digest, show_finding
from convive.web.workspace.actions.plan import make_challenge
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.models import Challenge, KeptFinding, SetAside, Strategy
from convive.web.workspace.selectors.findings import published_finding
from convive.web.workspace.topics import topic_of

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


@transaction.atomic
def challenge_from_finding(
    strategy: Strategy, finding_id: str, language: str, *, by: Any
) -> Challenge:
    """Make a challenge from a finding; the one that was made from it already, if there is one.

    Raises
    ------
    NotFoundError
        FINDING_NOT_FOUND.
    """
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    kept = keep_finding(finding_id)
    there = Challenge.objects.filter(strategy=strategy, findings__finding_id=finding_id).first()
    if there is not None:
        return there
    shown = show_finding(kept.row, language)
    title = str(shown["short"] or shown["sentence"]).rstrip(".")
    fields = {
        "title": f"{title[:199]}…" if len(title) > 200 else title,
        "topic": topic_of(kept.row["indicator_ids"] or ()).value,
        "findings": [kept],
    }
    made = make_challenge(strategy, fields, by=by)
    _take_back(strategy, finding_id, by=by)
    return made


@transaction.atomic
def add_finding(challenge: Challenge, finding_id: str, *, by: Any) -> Challenge:
    """Add a finding to a challenge that is there."""
    kept = keep_finding(finding_id)
    _take_back(challenge.strategy, finding_id, by=by)
    there = list(challenge.findings.all())
    if any(one.finding_id == finding_id for one in there):
        return challenge
    return revise(challenge, {"findings": [*there, kept]}, version=challenge.version, by=by)


@transaction.atomic
def set_aside(strategy: Strategy, finding_id: str, reason: str, *, by: Any) -> SetAside:
    """Note that the town does not act on a finding, and why; the first reason stands.

    Raises
    ------
    NotFoundError
        FINDING_NOT_FOUND.
    ConflictError
        SET_ASIDE_ALREADY where somebody else has given another reason meanwhile.
    """
    if published_finding(finding_id) is None:
        raise NotFoundError("FINDING_NOT_FOUND", finding=finding_id)
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    row, is_new = SetAside.objects.get_or_create(
        strategy=strategy, finding_id=finding_id, defaults={"reason": reason}
    )
    if is_new:
        record(
            "workspace.finding_set_aside",
            actor=by,
            thing=("strategy", strategy.pk),
            finding=finding_id,
        )
    elif row.reason != reason:
        raise ConflictError("SET_ASIDE_ALREADY", reason=row.reason)
    return row


@transaction.atomic
def take_back(strategy: Strategy, finding_id: str, *, by: Any) -> None:
    """Let a finding that was set aside wait again."""
    _take_back(strategy, finding_id, by=by)


def _take_back(strategy: Strategy, finding_id: str, *, by: Any) -> None:
    gone, _ = SetAside.objects.filter(strategy=strategy, finding_id=finding_id).delete()
    if gone:
        record(
            "workspace.finding_taken_back",
            actor=by,
            thing=("strategy", strategy.pk),
            finding=finding_id,
        )
