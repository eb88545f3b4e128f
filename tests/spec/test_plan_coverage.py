"""Frameworks held against a plan, what hangs loose, and two plans side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from convive.catalogue.texts import has_text, languages
from convive.core.strategy.comparison import compare
from convive.core.strategy.coverage import Coverage, coverage, offer_of
from convive.core.strategy.framework import (
    Framework,
    FrameworkKind,
    FrameworkSource,
    Point,
    PointKind,
    Topic,
)
from convive.core.strategy.model import Answer, BudgetLine, Challenge, Objective
from convive.core.strategy.orphans import ORPHANS, orphans_of, threads_of
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Pillar,
    Sector,
    TargetGroup,
    TimeOfDay,
)
from convive.core.strategy.vocabulary import Topic as Theme
from factories.plans import action, full_plan, kept_finding, plan

TODAY = date(2026, 7, 1)
TEXT = {"en": "x"}


def point(identifier: str, **tags) -> Point:
    kind = tags.pop("kind", PointKind.RECOMMENDATION)
    return Point(identifier, kind, "p. 1", TEXT, TEXT, **tags)


def framework(*points: Point) -> Framework:
    topic = Topic("t", "p. 1", TEXT, TEXT, points)
    source = FrameworkSource("T", "P", 2025, "n")
    return Framework(
        "f", FrameworkKind.RECOMMENDATIONS, 1, "checked", TODAY, source, TEXT, TEXT, (topic,)
    )


def met(one_plan, *points: Point):
    return coverage(offer_of(one_plan), framework(*points)).points


# --- coverage -----------------------------------------------------------------------------------------
def test_an_answer_a_refusal_a_proposal_and_a_gap() -> None:
    answers = (
        Answer("f", "p1", ("action:lights", "action:gone")), Answer("f", "p2", (), "too large"),
        Answer("other", "p4", ("action:lights",)),
    )  # fmt: skip
    found = met(
        plan(action(), answers=answers),
        point("p1"), point("p2"), point("p3", topics=(Theme.PUBLIC_SPACE,)), point("p4"),
    )  # fmt: skip
    assert [one.status for one in found] == [
        Coverage.ANSWERED, Coverage.DECLINED, Coverage.PROPOSED, Coverage.GAP,
    ]  # fmt: skip
    assert (found[0].parts, found[0].lost) == (("action:lights",), ("action:gone",))
    assert found[1].why_not == "too large"


def test_an_answer_whose_parts_are_gone_is_no_answer() -> None:
    (one,) = met(plan(answers=(Answer("f", "p", ("action:gone",)),)), point("p"))
    assert (one.status, one.lost) == (Coverage.GAP, ("action:gone",))


def test_a_proposal_says_which_words_are_shared() -> None:
    lit = action(groups=(TargetGroup.WOMEN,), times=(TimeOfDay.NIGHT,))
    wanted = point(
        "p", topics=(Theme.PUBLIC_SPACE, Theme.NIGHTLIFE), groups=(TargetGroup.WOMEN,),
        times=(TimeOfDay.NIGHT,), pillars=(Pillar.PREVENTION,), kinds=(ActionKind.MEDIATION,),
    )  # fmt: skip
    (one,) = met(plan(lit), wanted)
    (best,) = one.proposals
    assert best.ref == "action:lights"
    assert set(best.shared) == {
        ("topics", "public_space"), ("groups", "women"), ("times", "night"), ("pillars", "prevention"),
    }  # fmt: skip
    assert best.score == 0.75


def test_broad_words_alone_and_less_than_half_propose_nothing() -> None:
    broad = point("p", pillars=(Pillar.PREVENTION,))
    far = point(
        "q", topics=(Theme.DRUGS,), groups=(TargetGroup.WOMEN,), kinds=(ActionKind.SITUATIONAL,)
    )
    assert [one.status for one in met(plan(action()), broad, far)] == [Coverage.GAP] * 2


def test_members_are_looked_for_among_the_organisations() -> None:
    wanted = point("p", kind=PointKind.MEMBER, sectors=(Sector.YOUTH_WORK,))
    (one,) = met(plan(action()), wanted)
    assert [p.ref for p in one.proposals] == ["organisation:youth"]


def test_the_numbers_of_a_topic() -> None:
    found = coverage(
        offer_of(plan(answers=(Answer("f", "p1", (), "no"),))), framework(point("p1"), point("p2"))
    )
    assert found.counts().n == 2
    assert found.topics()[0].counts[Coverage.DECLINED] == 1


def test_ten_thousand_actions_are_held_against_two_hundred_points() -> None:
    kinds, groups = list(ActionKind), list(TargetGroup)
    many = [action(f"a{n}", kind=kinds[n % 7], groups=(groups[n % 20],)) for n in range(10_000)]
    points = [point(f"p{n}", groups=(groups[n % 20],), kinds=(kinds[n % 7],)) for n in range(200)]
    found = met(plan(*many), *points)
    assert len(found) == 200
    # Kinds come round every 7 actions, groups every 20: both together every 140.
    for one, at in zip(found, (n % 140 for n in range(200)), strict=True):
        assert [p.ref for p in one.proposals] == [f"action:a{at + 140 * n}" for n in range(5)]


# --- orphans --------------------------------------------------------------------------------------------
def codes(one_plan, **more) -> list[tuple[str, str]]:
    return [(one.code, one.ref) for one in orphans_of(threads_of(one_plan), today=TODAY, **more)]


def test_a_plan_in_order_has_no_orphans() -> None:
    whole = action(partners=("youth",), budget=(BudgetLine(2026, Decimal(1), Sector.STATE),))
    assert codes(plan(whole), published=["f1"], led_areas=[]) == []


def test_what_an_action_lacks() -> None:
    bare = plan(action(lead=""))
    alone = replace(bare, challenges=(replace(bare.challenges[0], findings=()),))
    assert codes(alone) == [
        ("challenge_without_finding", "challenge:station"),
        ("action_without_evidence", "action:lights"), ("action_without_lead", "action:lights"),
        ("action_without_partner", "action:lights"), ("action_without_budget", "action:lights"),
    ]  # fmt: skip
    stopped = plan(action(lead="", state=ActionState.STOPPED))
    assert codes(stopped) == []


def test_empty_challenges_and_objectives() -> None:
    empty = plan(challenges=(
        Challenge("c", "C", Theme.DRUGS, findings=(kept_finding(),)),
        Challenge("d", "D", Theme.DRUGS, findings=(kept_finding("f2"),), objectives=(Objective("o", "O"),)),
    ))  # fmt: skip
    assert codes(empty) == [
        ("challenge_without_objective", "challenge:c"), ("objective_without_target", "objective:o"),
        ("objective_without_action", "objective:o"),
    ]  # fmt: skip


def test_findings_that_nothing_follows_and_that_are_gone() -> None:
    found = codes(plan(action()), published=["f2", "f3"], set_aside=["f3"])
    assert ("finding_without_action", "finding:f2") in found
    assert ("finding_gone", "finding:f1") in found
    assert ("finding_without_action", "finding:f3") not in found
    assert not [one for one in codes(plan(action())) if one[0].startswith("finding")]


def test_overdue_promises_lost_answers_and_areas_without_lead() -> None:
    whole = replace(full_plan(), answers=(Answer("f", "p", ("action:gone",)),))
    found = codes(whole, led_areas=[("district", "d2")])
    assert found[0] == ("commitment_overdue", "commitment:c1")
    assert ("area_without_lead", "action:lights") in found
    assert ("answer_lost", "action:gone") in found


@pytest.mark.parametrize("language", languages())
def test_every_orphan_and_every_coverage_has_its_words(language: str) -> None:
    keys = [f"plan.orphan.{code}" for code in ORPHANS]
    keys += [f"plan.coverage.{status}" for status in Coverage]
    assert not [key for key in keys if not has_text(key, language)]


# --- comparison -----------------------------------------------------------------------------------------
def test_years_of_a_town_are_matched_by_code_and_towns_by_title() -> None:
    before = plan(action(), action("x1", title="Night mediators at the quay"))
    after = plan(action(title="Lamps"), action("x9", title="Night mediators on the quay"))
    actions = compare(before, after).of_kind("action")
    assert [(one.how, one.is_in) for one in actions] == [("code", "both"), ("title", "both")]
    assert [change.field for change in actions[0].changed] == ["title"]
    elsewhere = replace(after, city="Hill")
    found = compare(before, elsewhere).of_kind("action")
    assert [one.is_in for one in found] == ["a", "both", "b"]


def test_nothing_is_matched_across_topics() -> None:
    here = plan(action())
    there = replace(here, city="Hill", challenges=(replace(here.challenges[0], topic=Theme.DRUGS),))
    assert {one.is_in for one in compare(here, there).parts} == {"a", "b"}


def test_money_is_compared_as_shares_and_amounts_only_in_one_currency() -> None:
    ten = action(budget=(BudgetLine(2026, Decimal(10), Sector.STATE),))
    more = replace(ten, budget=(BudgetLine(2026, Decimal(30), Sector.STATE),))
    same = compare(plan(ten), plan(more), residents=(5, None))
    assert [c.field for c in same.of_kind("action")[0].changed] == ["planned_money"]
    part = same.money["pillar"][0]
    assert part.shares == (1.0, 1.0)
    assert part.per_resident == (Decimal("2.00"), None)
    francs = compare(plan(ten), plan(more, currency="CHF"))
    assert not francs.has_one_currency
    assert francs.of_kind("action")[0].changed == ()


def test_the_same_framework_side_by_side() -> None:
    a, b = plan(action(), answers=(Answer("f", "p", ("action:lights",)),)), plan(action())
    ((first, second),) = compare(a, b, frameworks=[framework(point("p"))]).coverages
    assert (first.points[0].status, second.points[0].status) == (Coverage.ANSWERED, Coverage.GAP)


def test_a_plan_compared_with_itself_has_no_change() -> None:
    whole = full_plan()
    assert {(one.is_in, one.changed) for one in compare(whole, whole).parts} == {("both", ())}
