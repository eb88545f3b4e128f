"""What is laid down before an action starts: how one will see what came of it.

A study is a plan until somebody freezes it; from then on it is changed only by a `Change` that
says why, and both stay visible. Its digest tells whether the plan that is answered is the plan
that was frozen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from convive.core.evaluation.estimate import Design

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
"""Days of a plan lie between these: the months around them are days of the calendar too."""
MOST_MONTHS = 1200
"""Before or after the start."""


class Split(StrEnum):
    """For whom or when an effect is told apart."""

    DAYPART = "daypart"
    GENDER = "gender"
    AGE = "age"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An indicator that is to change, or one that must not get worse."""

    indicator_id: str
    useful: float = -10.0
    """The smallest change worth having; percent for counts, percentage points for surveys."""
    is_harm: bool = False
    """Whether it is looked at because it might get worse."""


@dataclass(frozen=True, slots=True)
class Looks:
    """When the data are looked at; more than one look costs certainty, which is paid for."""

    on: tuple[date, ...]
    alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Study:
    """The plan of an evaluation.

    The first outcome that is no harm is the one that the verdict is about; the first design is
    the one that it comes from. All others are told beside it.
    """

    action: str
    """Reference of the action, ``action:<code>``."""
    outcomes: tuple[Outcome, ...]
    designs: tuple[Design, ...]
    """None in a plan that looks only at delivery."""
    level: str
    """Of the areas."""
    treated: tuple[str, ...]
    comparison: tuple[str, ...]
    starts_on: date
    buffer: tuple[str, ...] = ()
    """Areas next to the treated ones: part of neither group, looked at for displacement."""
    starts_later: Mapping[str, date] = field(default_factory=dict)
    """Treated area → first day, where it is another than `starts_on`."""
    months_before: int = 24
    months_after: int = 12
    chosen_months: int | None = None
    """How many months of counts led to the choice of the areas; 0 = none, None = nobody knows."""
    looks: Looks | None = None
    splits: tuple[Split, ...] = ()
    dose_unit: str = ""
    note: str = ""
    """What else happens in these areas at the time."""
    process_only: bool = False
    """Only delivery is looked at: it was agreed beforehand that the effect stays unknown."""
    seed: int = 1

    @property
    def primary(self) -> Outcome | None:
        """Outcome of the verdict."""
        return next((one for one in self.outcomes if not one.is_harm), None)

    @property
    def first_start(self) -> date:
        """First day with the action in any area."""
        return min(self.starts_on, *self.starts_later.values(), LATEST)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values, the same for the same plan."""
        found = asdict(self)
        return json.loads(json.dumps(found, default=str, sort_keys=True))

    @property
    def digest(self) -> str:
        """SHA-256 of the plan."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a plan after it was frozen."""

    at: datetime
    field: str
    before: Any
    after: Any
    reason: str
    after_data: bool
    """Whether counts from after the start were there already: such a change is told with the answer."""


@dataclass(frozen=True, slots=True)
class FrozenStudy:
    """A plan as it was laid down, with what was changed since."""

    first: Study
    frozen_at: datetime
    changes: tuple[Change, ...] = ()
    now: Study | None = None
    """The plan with its changes; None where nothing was changed."""

    @property
    def current(self) -> Study:
        """The plan that is answered."""
        return self.now or self.first

    @property
    def was_late(self) -> bool:
        """Whether the plan was frozen only after the action had started.

        By the earliest start that the plan ever told: neither moving a start back afterwards
        nor moving it forward makes a late plan timely.
        """
        return self.frozen_at.date() > min(self.first.first_start, self.current.first_start)
