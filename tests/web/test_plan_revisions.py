"""Changes of the plan by several people: merged, shown where they clash, kept as revisions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from convive.web.workspace.actions.revise import EditClashError, revise
from convive.web.workspace.models import Revision
from convive.web.workspace.selectors.plan import plan_of
from factories.web_objects.strategy import make_action, make_challenge, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def line(year: int, amount: str, note: str = "") -> dict[str, object]:
    return {"year": year, "amount": Decimal(amount), "payer": "municipality", "note": note}


def test_different_fields_of_the_same_version_are_both_kept() -> None:
    action = make_action()
    revise(action, {"title": "Light all passages"}, version=1, by=None)
    now = revise(action, {"about": "At night."}, version=1, by=None)
    assert (now.title, now.about, now.version) == ("Light all passages", "At night.", 3)


def test_the_same_field_is_refused_and_both_texts_are_told() -> None:
    action = make_action()
    revise(action, {"title": "First"}, version=1, by=None)
    with pytest.raises(EditClashError) as caught:
        revise(action, {"title": "Second", "about": "More"}, version=1, by=None)
    clash = caught.value.clashes["title"]
    assert (clash.base, clash.kept, clash.sent) == ("Light the passages", "First", "Second")
    action.refresh_from_db()
    assert (action.title, action.about, action.version) == ("First", "", 2)


def test_a_clash_that_was_seen_is_settled_and_nothing_else_is_undone() -> None:
    action = make_action()
    revise(action, {"title": "First", "about": "By the first"}, version=1, by=None)
    now = revise(
        action,
        {"title": "Second", "about": ""},
        version=1,
        seen={"title": 2},
        by=None,
        note="agreed",
    )
    assert (now.title, now.about) == ("Second", "By the first")
    assert Revision.objects.get(object_kind="action", version=3).note == "agreed"


def test_budget_lines_of_two_people_are_both_kept() -> None:
    action = make_action(budget=[line(2026, "100")])
    revise(action, {"budget": [line(2026, "100"), line(2027, "50")]}, version=1, by=None)
    now = revise(action, {"budget": [line(2026, "120.50", "dearer")]}, version=1, by=None)
    kept = [(one.year, one.amount, one.note) for one in now.budget.all()]
    assert kept == [(2026, Decimal("120.50"), "dearer"), (2027, Decimal(50), "")]


def test_rows_that_stay_keep_their_number() -> None:
    action = make_action(budget=[line(2026, "100"), line(2027, "50")])
    before = {one.year: one.pk for one in action.budget.all()}
    now = revise(action, {"budget": [line(2026, "100.00"), line(2027, "60")]}, version=1, by=None)
    after = {one.year: one.pk for one in now.budget.all()}
    assert after[2026] == before[2026]
    assert after[2027] != before[2027]


def test_sending_what_is_there_makes_no_revision() -> None:
    lead = make_organisation()
    action = make_action(lead=lead, partners=[lead], budget=[line(2026, "100")])
    same = {
        "lead": lead,
        "partners": [lead],
        "budget": [line(2026, "100.00")],
        "title": action.title,
    }
    assert revise(action, same, version=1, by=None).version == 1


def test_the_plan_holds_what_was_written() -> None:
    lead = make_organisation()
    action = make_action(lead=lead, partners=[lead], budget=[line(2026, "100")])
    plan = plan_of(action.strategy)
    assert plan.city == "Ribera"
    found = [one for _, _, one in plan.actions()]
    assert [(one.code, one.lead, one.planned_money) for one in found] == [
        ("a", "town", Decimal(100))
    ]


def test_the_plan_takes_as_many_queries_whatever_its_length(
    django_assert_max_num_queries: object,
) -> None:
    challenge = make_challenge()
    plan_of(challenge.strategy)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        plan_of(challenge.strategy)
