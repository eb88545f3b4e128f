"""Stretches of time as half-open ranges of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from convive.core.errors import RequestError

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` (in) to `end` (out)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse an empty or backward period."""
        if self.end <= self.start:
            raise RequestError("PERIOD_EMPTY", start=str(self.start), end=str(self.end))

    @classmethod
    def of_year(cls, year: int) -> Period:
        """Return the calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        """Return the calendar month."""
        after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
        return cls(date(year, month, 1), after)

    @property
    def years(self) -> float:
        """Length in years of 365.25 days; a whole calendar year is exactly 1."""
        if self.start.replace(year=self.start.year + 1) == self.end and self.start.day == 1:
            return 1.0
        return (self.end - self.start).days / DAYS_PER_YEAR

    def contains(self, day: date) -> bool:
        """Tell whether the day lies in the period."""
        return self.start <= day < self.end
