"""The criteria of WCAG 2.2 at levels A and AA, and what the statement about each rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from convive.catalogue.yaml_files import CATALOGUE, load_yaml

NEWER_THAN_EN_301_549 = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})
"""Criteria of WCAG 2.2; version 3.2.1 of the standard holds those of 2.1."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of WCAG."""

    id: str
    level: str
    how: str
    """``checks``: tests tell; ``eye``: somebody has looked; ``none``: it does not apply; ``gap``:
    a known one; ``not_run``: nobody has gone through the pages for it."""
    checks: tuple[str, ...] = ()
    gap: str = ""

    @property
    def clause(self) -> str:
        """Number in EN 301 549; empty where the criterion is newer."""
        return "" if self.id in NEWER_THAN_EN_301_549 else f"9.{self.id}"


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return the criteria in the order of WCAG."""
    given = load_yaml(CATALOGUE / "accessibility_criteria.yaml")["criteria"]
    return tuple(Criterion(**{**one, "checks": tuple(one.get("checks", ()))}) for one in given)


def looked_at() -> date:
    """Return the day on which somebody looked at what no test tells."""
    found: date = load_yaml(CATALOGUE / "accessibility_criteria.yaml")["looked_at"]
    return found


def outcome_of(criterion: Criterion, found: dict[str, dict[str, int]]) -> str:
    """Return what became of a criterion, from the counts of each check.

    ``automatic``, ``keyboard``, ``failed`` or ``not_run`` where tests tell, else its own `how`.
    A check without a result was not run, and one that failed outweighs all that passed.
    """
    if criterion.how != "checks":
        return criterion.how
    counts = [found.get(check, {}) for check in criterion.checks]
    if any(one.get("failed") for one in counts):
        return "failed"
    if any(one.get("not_run") or not one.get("passed") for one in counts):
        return "not_run"
    return "keyboard" if criterion.checks == ("keyboard",) else "automatic"
