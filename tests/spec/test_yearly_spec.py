"""The yearly report of a plan: every suggestion with its rule."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import plans

from convive.app.documents import Grid
from convive.app.yearly_document import yearly_document
from convive.core.evaluation import Known, Suggestion, yearly_report
from convive.core.model import DisclosureRule, Verdict
from convive.core.strategy.model import Action, BudgetLine, DiaryEntry, Spending
from convive.core.strategy.vocabulary import ActionState, Delivery, Pillar, Sector

RULE = DisclosureRule()
END = date(2026, 12, 31)


def _action(code: str = "lights", each: float = 10.0, **more) -> Action:
    diary = tuple(
        DiaryEntry(date(2026, month, 10), "works", Delivery.AS_PLANNED, each)
        for month in range(1, 13)
    )
    return plans.action(code, dose_planned=120.0, diary=diary, **more)


def _suggested(action: Action, known: Known | None = None) -> tuple[Suggestion, str]:
    all_known = {action.ref: known} if known else {}
    report = yearly_report(plans.plan(action), 2026, today=END, rule=RULE, known=all_known)
    (row,) = report.actions
    return row.suggestion, row.why


@pytest.mark.parametrize(
    ("known", "each", "wanted"),
    [
        (Known(Verdict.WORKED), 10.0, (Suggestion.CONTINUE, "worked")),
        (Known(Verdict.HARMFUL), 10.0, (Suggestion.STOP, "harmful")),
        (Known(Verdict.DID_NOT_WORK), 10.0, (Suggestion.STOP, "no_effect")),
        (Known(Verdict.DID_NOT_WORK), 2.0, (Suggestion.CHANGE, "not_delivered")),
        (Known(Verdict.WORKED, harms=("robbery_rate",)), 10.0, (Suggestion.CHANGE, "side_harm")),
        (Known(Verdict.CANNOT_TELL), 10.0, (Suggestion.WAIT, "cannot_tell")),
        (Known(None, due_on=date(2027, 6, 1)), 10.0, (Suggestion.WAIT, "study_runs")),
        (None, 10.0, (Suggestion.CHANGE, "no_study")),
        (None, 1.0, (Suggestion.CHANGE, "off_track")),
    ],
)
def test_what_is_suggested(
    known: Known | None, each: float, wanted: tuple[Suggestion, str]
) -> None:
    assert _suggested(_action(each=each), known) == wanted


def test_harm_stops_it_even_where_other_things_got_worse_too() -> None:
    both = Known(Verdict.HARMFUL, harms=("robbery_rate",))
    assert _suggested(_action(), both) == (Suggestion.STOP, "harmful")


def test_what_has_ended_has_ended() -> None:
    ended = _action(state=ActionState.STOPPED)
    assert _suggested(ended, Known(Verdict.HARMFUL)) == (Suggestion.ENDED, "stopped")


def test_money_is_that_of_the_year_and_adds_up() -> None:
    first = _action(
        budget=(BudgetLine(2026, Decimal(100), Sector.STATE), BudgetLine(2027, Decimal(7), Sector.STATE)),
        spending=(Spending(date(2025, 12, 31), Decimal(5)), Spending(date(2026, 1, 1), Decimal(60))),
    )  # fmt: skip
    second = _action("mediators", pillar=Pillar.COHESION, spending=(Spending(END, Decimal(1)),))
    report = yearly_report(plans.plan(first, second), 2026, today=END, rule=RULE, known={})
    assert (report.planned, report.spent) == (100, 61)
    assert report.spent_by_pillar == {Pillar.PREVENTION: 60, Pillar.SANCTION: 0, Pillar.COHESION: 1}


def test_a_year_that_is_not_over_ends_today() -> None:
    report = yearly_report(
        plans.plan(_action()), 2026, today=date(2026, 3, 31), rule=RULE, known={}
    )
    assert report.until == date(2026, 3, 31)
    assert report.actions[0].process.n_entries == 3


def test_targets_are_read_per_objective() -> None:
    report = yearly_report(plans.full_plan(), 2026, today=END, rule=RULE, known={})
    (objective,) = report.objectives
    assert len(objective.targets) == len(objective.objective.targets) == 1


def test_spending_that_nobody_noted_is_said_and_is_not_zero() -> None:
    spent = _action(spending=(Spending(date(2026, 1, 1), Decimal(60)),))
    silent = _action(
        "mediators", pillar=Pillar.COHESION, spending=(Spending(date(2027, 1, 1), Decimal(9)),)
    )
    one = plans.plan(spent, silent)
    report = yearly_report(one, 2026, today=END, rule=RULE, known={})
    assert (report.n_spendings(), report.n_spendings(Pillar.COHESION)) == (1, 0)
    grids = [b for b in yearly_document(report, one, language="en").blocks if isinstance(b, Grid)]
    assert [row[4] for grid in grids for row in grid.rows if len(row) == 6] == [
        "60\u00a0EUR; nothing was planned",
        "nothing was noted",
    ]
    assert [row[1] for row in grids[-1].rows] == ["60\u00a0EUR", *["nothing was noted"] * 2]
