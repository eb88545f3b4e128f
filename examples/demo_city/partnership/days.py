"""Days of the invented town's plan, counted from the month after its evidence ends."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
import uuid
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

NAMESPACE = uuid.UUID("1d3c4a52-97a0-4f52-8f7e-3c2e7f0b6c55")
YEAR_OF_DELIVERY = "11-20"
"""Until where the year of delivery is told: the 20th of its eleventh month."""


@cache
def told(name: str) -> Any:
    """Return what a file beside this one says."""
    return YAML(typ="safe").load(
        (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    )


def key_of(words: str) -> str:
    """Return the key of a form, the same every time."""
    return str(uuid.uuid5(NAMESPACE, words))


@dataclass(frozen=True)
class Days:
    """The first day of the plan, and the day on which the story ends."""

    start: date
    today: date

    @classmethod
    def after_evidence(cls, today: date | None) -> Days:
        """Begin in the month after the newest evidence of the audit that is shown."""
        from convive.web.rights.site import sources_now

        last = max(source.after for source in sources_now() if source.after is not None)
        start = (
            last if last.day == 1 else date(last.year + last.month // 12, last.month % 12 + 1, 1)
        )
        return cls(start, today or cls(start, start).on(YEAR_OF_DELIVERY))

    def on(self, code: str) -> date:
        """Return the day of a code, ``<month of the plan>-<day>``; no month is too short for it.

        Examples
        --------
        >>> Days(date(2026, 1, 1), date(2026, 12, 1)).on("14-31")
        datetime.date(2027, 2, 28)
        """
        month, day = (int(part) for part in code.split("-"))
        gone = self.start.month - 2 + month
        year, number = self.start.year + gone // 12, gone % 12 + 1
        return date(year, number, min(day, monthrange(year, number)[1]))

    def at(self, code: str, hour: int) -> datetime:
        """Return an hour of such a day, by the town's clock."""
        from convive.web.workspace.clock import kept

        return kept(datetime.combine(self.on(code), time(hour)))

    def months(self, first: date, until: date) -> list[date]:
        """Return the 20th of every month from a day until another or today."""
        found, n = [], 1
        while (day := self.on(f"{n}-20")) <= min(until, self.today):
            found += [day] if day >= first else []
            n += 1
        return found
