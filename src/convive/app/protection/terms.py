"""The terms on which a source is held, and the day before which its rows must go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Delivered:
    """A file as it was handed in."""

    label: str
    """Path within the pack."""
    path: Path


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mapping file says under ``[source.protection]``."""

    source_id: str
    family: str
    title: Mapping[str, str]
    owner: str
    legal_basis: str | None = None
    purposes: tuple[str, ...] = ()
    retention_months: int | None = None
    unlimited_reason: str | None = None
    agreement_ends: date | None = None
    contact: str | None = None
    personal_data: str | None = None
    delivered: tuple[Delivered, ...] = ()

    def limit(self, today: date) -> date | None:
        """Return the first day that may still be kept; None where nothing is to be weeded."""
        if self.retention_months is None:
            return None
        return months_before(today, self.retention_months)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the month's last where it is shorter.

    Examples
    --------
    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    >>> months_before(date(2026, 1, 15), 13)
    datetime.date(2024, 12, 15)
    """
    return _shifted(day, -months)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the month's last where it is shorter.

    Examples
    --------
    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    return _shifted(day, months)


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, 28)
