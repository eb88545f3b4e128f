"""What an audit says that the one before did not: findings that are new, gone, surer, less sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_SURER = {"strong": 0, "likely": 1, "tentative": 2}


class Change(StrEnum):
    """How a finding differs between two audits."""

    NEW = "new"
    GONE = "gone"
    SURER = "surer"
    LESS_SURE = "less_sure"
    TURNED = "turned"
    """The same question, another verdict."""


@dataclass(frozen=True, slots=True)
class FindingThen:
    """A finding as one audit published it."""

    finding_id: str
    code: str
    params: Mapping[str, Any]
    certainty: str
    verdict: str = ""
    level: str = ""
    area_id: str = ""
    rank: int = 0
    n: int | None = None
    period_start: str = ""
    period_end: str = ""
    """First day after; days as ISO texts."""
    sources: tuple[str, ...] = ()
    indicator_ids: tuple[str, ...] = ()
    """What it rests on; so one knows when it falls with a withdrawal."""


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that differs, as it is now (or was, where it is gone)."""

    change: Change
    finding: FindingThen
    certainty_before: str = ""


def compare_findings(
    before: Iterable[FindingThen], after: Iterable[FindingThen]
) -> tuple[FindingChange, ...]:
    """Return what differs, in the order of rank; what is gone comes last.

    A finding that is gone has not been refuted: the evidence of today is not enough to say it.
    """
    had = {one.finding_id: one for one in before}
    has = {one.finding_id: one for one in after}
    found = [
        change
        for one in sorted(has.values(), key=lambda finding: (finding.rank, finding.finding_id))
        if (change := _change(had.get(one.finding_id), one)) is not None
    ]
    gone = sorted(
        (one for key, one in had.items() if key not in has),
        key=lambda finding: (finding.rank, finding.finding_id),
    )
    return (*found, *(FindingChange(Change.GONE, one, one.certainty) for one in gone))


def _change(was: FindingThen | None, now: FindingThen) -> FindingChange | None:
    if was is None:
        return FindingChange(Change.NEW, now)
    if was.verdict != now.verdict:
        return FindingChange(Change.TURNED, now, was.certainty)
    before, after = _SURER.get(was.certainty, 9), _SURER.get(now.certainty, 9)
    if before == after:
        return None
    return FindingChange(Change.SURER if after < before else Change.LESS_SURE, now, was.certainty)
