"""Tables of the workspace.

::

    Strategy
      Challenge ── KeptFinding   a finding of the audit, frozen when somebody built on it
        Objective ── Target
          Action ── BudgetLine · Spending · Milestone · Target · Risk · ActionArea · DiaryEntry · DiarySum ·
                    LightChange
      PlanAnswer    to a point of a framework · SetAside: a finding not acted on, and why
      PlaceProject ── PlaceRecord · AreaLead
    Organisation (accounts) ── Stakeholder
    Body ── Member ── Meeting ── AgendaItem · Attendance · Decision · Commitment · MeetingFindings
    ToldCount       numbers of people that residents were told
    Revision        every version of everything that people write
"""

from convive.web.workspace.models.action import (
    Action,
    ActionArea,
    BudgetLine,
    Milestone,
    Risk,
    Spending,
    Target,
)
from convive.web.workspace.models.base import Revision, Written
from convive.web.workspace.models.delivery import (
    AreaLead,
    DiaryEntry,
    DiarySum,
    LightChange,
    PlaceProject,
    PlaceRecord,
    ToldCount,
)
from convive.web.workspace.models.meetings import (
    AgendaItem,
    Attendance,
    Commitment,
    Decision,
    Meeting,
    MeetingFindings,
)
from convive.web.workspace.models.partnership import Body, CalendarKey, Member, Stakeholder
from convive.web.workspace.models.strategy import (
    Challenge,
    KeptFinding,
    Objective,
    PlanAnswer,
    SetAside,
    Strategy,
)

__all__ = [
    "Action", "ActionArea", "AgendaItem", "AreaLead", "Attendance", "Body", "BudgetLine",
    "CalendarKey", "Challenge", "Commitment", "Decision", "DiaryEntry", "DiarySum",
    "KeptFinding", "LightChange", "Meeting", "MeetingFindings", "Member", "Milestone", "Objective", "PlaceProject", "PlaceRecord", "PlanAnswer", "Revision",
    "Risk", "SetAside", "Spending", "Stakeholder", "Strategy", "Target", "ToldCount", "Written",
]  # fmt: skip
