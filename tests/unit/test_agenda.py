"""An agenda from the data: what is late comes first, nothing is left out in silence."""

from __future__ import annotations

from datetime import date, timedelta

from convive.core.strategy.agenda import (  # fmt: skip
    MOST_ACTIONS,
    MOST_AT_FIRST,
    ActionNow,
    AnswerNow,
    LastMeeting,
    Material,
    Promise,
    build_agenda,
)
from convive.core.strategy.finding_changes import Change, FindingThen, compare_findings
from convive.core.strategy.vocabulary import Progress

TODAY = date(2026, 11, 21)


def facts(material: Material, kind: str) -> list[str]:
    return [fact.key for item in build_agenda(material) if item.kind == kind for fact in item.facts]


def promise(days: int, done: bool = False) -> Promise:
    due = TODAY + timedelta(days=days)
    return Promise(f"commitment:{days}", "Lamps", "Police", due, TODAY if done else None)


def test_with_nothing_at_all_every_item_says_so_and_two_are_not_needed() -> None:
    items = build_agenda(Material(TODAY, has_audit=False))
    said = {item.kind: fact.key for item in items for fact in item.facts}
    assert said == {
        "welcome": "first_meeting", "last_minutes": "first_meeting",
        "commitments": "no_commitments", "changes": "no_audit", "actions": "all_on_track",
    }  # fmt: skip
    assert [item.kind for item in items if not item.is_needed] == ["last_minutes", "commitments"]
    assert facts(Material(TODAY, has_plan=False), "actions") == ["no_strategy"]


def test_overdue_before_open_before_done() -> None:
    material = Material(TODAY, promises=[promise(5), promise(-3), promise(-40), promise(-60, done=True)])  # fmt: skip
    assert facts(material, "commitments") == ["commitment_overdue", "commitment_overdue", "commitment_open", "commitment_done"]  # fmt: skip
    assert facts(material, "decision") == ["decide_commitment"], "late for more than a month"


def test_what_is_off_track_comes_first_and_asks_for_a_decision() -> None:
    actions = [
        ActionNow("action:a", "A", Progress.AT_RISK), ActionNow("action:b", "B", Progress.OFF_TRACK),
        ActionNow("action:c", "C", Progress.OFF_TRACK, has_promise=True),
        ActionNow("action:d", "D", Progress.CANNOT_TELL, has_lead=False),
        ActionNow("action:e", "E", Progress.ON_TRACK),
    ]  # fmt: skip
    items = {item.kind: item for item in build_agenda(Material(TODAY, actions=actions))}
    assert [fact.params["title"] for fact in items["actions"].facts] == ["B", "C", "A", "D"]
    assert [(fact.key, fact.ref) for fact in items["decision"].facts] == [("decide_action", "action:b"), ("decide_lead", "action:d")]  # fmt: skip


def test_an_evaluation_that_is_due_is_told_and_one_that_is_answered_asks_for_a_decision() -> None:
    answers = [AnswerNow("action:a", "A", TODAY), AnswerNow("action:b", "B", TODAY, "cannot_tell")]
    material = Material(TODAY, answers=answers)
    assert facts(material, "actions") == ["all_on_track", "evaluation_due"]
    assert facts(material, "decision") == ["decide_answer"]
    asked = next(item for item in build_agenda(material) if item.kind == "decision").facts[0]
    assert (asked.ref, asked.params["verdict"]) == ("action:b", "cannot_tell")


def test_what_has_no_room_is_counted() -> None:
    actions = [ActionNow(f"action:{k}", str(k), Progress.AT_RISK) for k in range(MOST_ACTIONS + 7)]
    last = next(i for i in build_agenda(Material(TODAY, actions=actions)) if i.kind == "actions").facts[-1]  # fmt: skip
    assert (last.key, last.params["n"]) == ("more", 7)


def test_the_last_meeting_is_told_with_its_results() -> None:
    last = LastMeeting("meeting:x", "Board", TODAY, 2, 3)
    assert facts(Material(TODAY, last=last), "last_minutes") == ["last_meeting"]
    assert facts(Material(TODAY, last=last), "welcome") == []


def finding(name: str, certainty: str = "likely", verdict: str = "rise", rank: int = 1) -> FindingThen:  # fmt: skip
    return FindingThen(name, "trend", {}, certainty, verdict, rank=rank)


def test_findings_that_are_new_gone_surer_less_sure_or_turned() -> None:
    before = [
        finding("same"),
        finding("gone"),
        finding("surer"),
        finding("less"),
        finding("turned"),
    ]
    after = [
        finding("same"), finding("new", rank=2), finding("surer", "strong", rank=3),
        finding("less", "tentative", rank=4), finding("turned", verdict="fall", rank=5),
    ]  # fmt: skip
    found = [(one.change, one.finding.finding_id) for one in compare_findings(before, after)]
    assert found == [
        (Change.NEW, "new"), (Change.SURER, "surer"), (Change.LESS_SURE, "less"),
        (Change.TURNED, "turned"), (Change.GONE, "gone"),
    ]  # fmt: skip
    assert compare_findings(after, after) == ()


def test_a_body_that_sees_the_audit_for_the_first_time_hears_its_most_important_findings() -> None:
    found = [finding(f"f{number}", rank=number) for number in range(MOST_AT_FIRST + 3)]
    items = {item.kind: item for item in build_agenda(Material(TODAY, findings=found))}
    told = items["changes"].facts
    assert told[0].key == "no_comparison"
    assert [fact.ref for fact in told[1:-1]] == [f"finding:f{n}" for n in range(MOST_AT_FIRST)]
    assert (told[-1].key, told[-1].params["n"]) == ("more", 3)
    assert items["changes"].minutes == 20, "time to speak about them"


def test_findings_are_not_told_again_where_the_audit_can_be_compared() -> None:
    material = Material(TODAY, changes=(), findings=[finding("same")])
    assert facts(material, "changes") == ["audit_unchanged"]
