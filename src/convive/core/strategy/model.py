"""A plan as plain values: what pages, documents, exchange files and comparisons are made from.

::

    Plan
      Challenge        a problem that the town takes on, with the findings that it comes from
        Objective      what is to be reached, with targets on indicators
          Action       what is done: kind, pillar, level, for whom, where, when, by whom, with what
            BudgetLine · Spending · Milestone · Target · Risk · DiaryEntry
      Meeting          of a body; its decisions and commitments point at parts of the plan
      Answer           to a point of a framework: by which parts of the plan, or why not

Parts point at one another by `ref`, ``<part>:<code>`` (``action:lights``), so that a plan that
came from elsewhere stays whole. Money is in the plan's currency, never converted. Nothing here
names a person: who does something is an organisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from convive.core.model import Certainty, Face, Status
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Delivery,
    GenderLens,
    Obstacle,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)

Direction = Literal["down", "up", "hold"]
"""Whether a lower, a higher or an unchanged value is what is wanted."""
StrategyState = Literal["draft", "adopted", "closed"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A partner, as it is called in this plan."""

    code: str
    name: str
    sector: Sector


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is at work: an area of the city pack, or a place with a name of its own."""

    level: str
    area_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was published, kept with what makes it honest."""

    status: Status
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str = ""
    period_start: date | None = None
    period_end: date | None = None
    """First day after."""
    source_ids: tuple[str, ...] = ()
    reason: str = ""
    notice: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Why it was withdrawn since: day and words per language; empty as long as it stands."""


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as it was when somebody built on it; the audit may say otherwise today."""

    finding_id: str
    code: str
    params: Mapping[str, Any]
    certainty: Certainty
    level: str
    area_id: str
    area: str
    faces: tuple[Face, ...]
    indicator_ids: tuple[str, ...]
    kept_on: date
    build: str
    """Digest of the audit that said so."""

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"finding:{self.finding_id}"


@dataclass(frozen=True, slots=True)
class Target:
    """What an objective or an action is to change, measured by an indicator of the audit."""

    indicator_id: str
    level: str
    area_id: str
    direction: Direction
    baseline: Figure
    value: float | None
    """Aimed at; None where only the direction was agreed."""
    due: date | None
    now: Figure | None = None
    """What the newest audit says; filled in by whoever has the audit."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Planned money of one year, and who pays."""

    year: int
    amount: Decimal
    payer: Sector
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spending:
    """Money that was spent."""

    on: date
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date by which something is to be done."""

    title: str
    due: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """What could go wrong, and the answer to it; likelihood and impact from 1 to 3."""

    text: str
    likelihood: int
    impact: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class LogicModel:
    """Why an action should work, step by step."""

    problem: str = ""
    inputs: str = ""
    activities: str = ""
    outputs: str = ""
    outcomes: str = ""
    impact: str = ""
    assumptions: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written yet."""
        return not any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """What a partner did on a day or in a stretch of days."""

    on: date
    by: str
    """Code of the organisation."""
    delivery: Delivery
    amount: float | None = None
    """In the unit of the action's dose."""
    reached: Mapping[str, int] = field(default_factory=dict)
    """Group → people reached; groups are codes of `TargetGroup`, or ``unknown``."""
    obstacle: Obstacle | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that is done about an objective."""

    code: str
    title: str
    kind: ActionKind
    pillar: Pillar
    level: PreventionLevel
    state: ActionState
    about: str = ""
    groups: tuple[TargetGroup, ...] = ()
    times: tuple[TimeOfDay, ...] = ()
    spots: tuple[Spot, ...] = ()
    gender_lens: GenderLens = GenderLens.NOT_CONSIDERED
    gender_note: str = ""
    lead: str = ""
    """Code of the organisation that answers for it."""
    partners: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    dose_unit: str = ""
    """What is counted: hours, visits, lamps."""
    dose_planned: float | None = None
    """Over the whole time."""
    diary_days: int = 30
    """An entry is expected at least every so many days while it runs."""
    evidence: tuple[str, ...] = ()
    """References of findings beyond those of its challenge."""
    evidence_note: str = ""
    """What is known about whether it works, where there is no finding: a study, a practice."""
    shelf_ref: str = ""
    """Entry of the knowledge shelf that it was adopted from, ``<publisher>/<id>``."""
    logic: LogicModel = LogicModel()
    budget: tuple[BudgetLine, ...] = ()
    spending: tuple[Spending, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    targets: tuple[Target, ...] = ()
    risks: tuple[Risk, ...] = ()
    diary: tuple[DiaryEntry, ...] = ()

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"action:{self.code}"

    @property
    def planned_money(self) -> Decimal:
        """Sum of the budget lines of all years."""
        return sum((line.amount for line in self.budget), Decimal(0))

    @property
    def spent_money(self) -> Decimal:
        """Sum of what was spent."""
        return sum((one.amount for one in self.spending), Decimal(0))


@dataclass(frozen=True, slots=True)
class Objective:
    """What is to be reached about a challenge."""

    code: str
    title: str
    about: str = ""
    targets: tuple[Target, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"objective:{self.code}"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A problem that the town takes on."""

    code: str
    title: str
    topic: Topic
    about: str = ""
    findings: tuple[KeptFinding, ...] = ()
    objectives: tuple[Objective, ...] = ()

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"challenge:{self.code}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided."""

    code: str
    text: str
    about: tuple[str, ...] = ()
    """References of the parts of the plan that it concerns."""

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"decision:{self.code}"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What an organisation has promised to do by a day."""

    code: str
    text: str
    owner: str
    due: date
    done_on: date | None = None
    is_dropped: bool = False
    about: tuple[str, ...] = ()
    decision: str = ""
    """Code of the decision that it comes from."""

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"commitment:{self.code}"

    def is_overdue(self, today: date) -> bool:
        """Tell whether the day has passed and nothing was reported."""
        return self.done_on is None and not self.is_dropped and self.due < today


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a body, with what came of it."""

    code: str
    body: str
    title: str
    starts_at: datetime
    decisions: tuple[Decision, ...] = ()
    commitments: tuple[Commitment, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How the plan answers a point of a framework: by parts of it, or with a reason why not."""

    framework: str
    point: str
    parts: tuple[str, ...] = ()
    """References; empty where the town has decided not to answer, and says why."""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A strategy with everything that belongs to it."""

    code: str
    title: str
    city: str
    from_year: int
    until_year: int
    currency: str = "EUR"
    state: StrategyState = "draft"
    about: str = ""
    organisations: tuple[Organisation, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    answers: tuple[Answer, ...] = ()

    def objectives(self) -> Iterator[tuple[Challenge, Objective]]:
        """Walk over the objectives in the order of the plan."""
        for challenge in self.challenges:
            for objective in challenge.objectives:
                yield challenge, objective

    def actions(self) -> Iterator[tuple[Challenge, Objective, Action]]:
        """Walk over the actions in the order of the plan."""
        for challenge, objective in self.objectives():
            for action in objective.actions:
                yield challenge, objective, action

    def commitments(self) -> Iterator[tuple[Meeting, Commitment]]:
        """Walk over the commitments in the order of the meetings."""
        for meeting in self.meetings:
            for commitment in meeting.commitments:
                yield meeting, commitment
