"""Several people write the same plan at once: with real commits on both databases, and in any order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from convive.web.workspace.actions.coverage import answer_point, decline_point
from convive.web.workspace.actions.findings import challenge_from_finding, set_aside
from convive.web.workspace.actions.plan import make_action
from convive.web.workspace.actions.revise import EditClashError, revise
from convive.web.workspace.editable import fields_of
from convive.web.workspace.models import Action, Challenge, PlanAnswer, Revision, SetAside, Strategy
from factories.web_objects import strategy as make

FALL = "trend_fall:ribera"


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each in a thread with a connection of its own."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int) -> None:
        try:
            start.wait(timeout=20)
            results[number] = works[number]()
        except Exception as error:  # noqa: BLE001 - the test looks at what came of it
            results[number] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def line(year: int) -> dict[str, Any]:
    return {"year": year, "amount": "100", "payer": "municipality", "note": ""}


@pytest.mark.usefixtures("each_database", "site")
def test_what_two_editors_write_at_once_is_all_there() -> None:
    action = make.make_action(budget=[line(2026)])
    works = [
        lambda i=i: revise(action, {"budget": [line(2026), line(2030 + i)]}, version=1, by=None)
        for i in range(4)
    ]
    works.append(lambda: revise(action, {"about": "New words."}, version=1, by=None))
    works.append(lambda: revise(action, {"logic": {"problem": "Dark"}}, version=1, by=None))
    works.append(lambda: revise(action, {"logic": {"impact": "Safe"}}, version=1, by=None))
    results = at_once(*works)
    assert not [one for one in results if isinstance(one, Exception)]
    action.refresh_from_db()
    assert sorted(action.budget.values_list("year", flat=True)) == [2026, 2030, 2031, 2032, 2033]
    assert (action.about, action.logic) == ("New words.", {"problem": "Dark", "impact": "Safe"})
    assert action.version == 8
    assert Revision.objects.filter(object_kind="action").count() == 8


@pytest.mark.usefixtures("each_database", "site")
def test_of_two_titles_at_once_one_is_kept_and_the_other_is_told_both() -> None:
    action = make.make_action()
    results = at_once(*(
        lambda title=title: revise(action, {"title": title}, version=1, by=None)
        for title in ("First", "Second")
    ))  # fmt: skip
    errors = [one for one in results if isinstance(one, EditClashError)]
    assert len(errors) == 1
    action.refresh_from_db()
    clash = errors[0].clashes["title"]
    assert {clash.kept, clash.sent} == {"First", "Second"}
    assert clash.kept == action.title


@pytest.mark.usefixtures("each_database", "site")
def test_what_is_made_twice_at_once_is_there_once_and_codes_are_given_once() -> None:
    objective = make.make_objective()
    strategy = objective.challenge.strategy
    fields = {"title": "Same", "kind": "social", "pillar": "cohesion", "level": "primary"}
    results = at_once(
        *(lambda: make_action(objective, fields, by=None) for _ in range(3)),
        *(lambda: challenge_from_finding(strategy, FALL, "en", by=None) for _ in range(3)),
        *(
            lambda: set_aside(strategy, "group_difference:ribera", "Same", by=None)
            for _ in range(2)
        ),
    )
    assert not [one for one in results[:6] if isinstance(one, Exception)]
    assert sorted(Action.objects.values_list("code", flat=True)) == ["same", "same-2", "same-3"]
    assert Challenge.objects.filter(findings__finding_id=FALL).count() == 1
    assert SetAside.objects.count() <= 1


@pytest.mark.usefixtures("each_database", "site")
def test_answers_to_a_point_add_up() -> None:
    objective = make.make_objective()
    for code in "abc":
        make.make_action(objective, code)
    strategy, where = objective.challenge.strategy, ("manifesto_2025", "police_1")
    at_once(*(
        lambda code=code: answer_point(strategy, where, [f"action:{code}"], by=None) for code in "abc"
    ))  # fmt: skip
    assert PlanAnswer.objects.get().actions.count() == 3
    other = ("manifesto_2025", "police_2")
    results = at_once(*(
        lambda reason=reason: decline_point(strategy, other, reason, seen="", by=None)
        for reason in ("One", "Two")
    ))  # fmt: skip
    assert sum(isinstance(one, Exception) for one in results) == 1


# --- in any order ------------------------------------------------------------------------------------


class Editor:
    """Somebody with the form open: what they saw, what they typed since."""

    def __init__(self, thing: Challenge) -> None:
        self.thing = thing
        self.open()

    def open(self) -> None:
        self.thing.refresh_from_db()
        self.version = self.thing.version
        self.typed: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.form = {name: fields_of(self.thing)[name] for name in ("title", "about", "topic")}

    def save(self, settle: str) -> None:
        """Send the whole form as a page does; settle what clashes until it is kept."""
        for _ in range(4):
            fields = self.form | self.typed
            for name in list(self.seen):
                if settle == "kept":
                    fields.pop(name, None)
            try:
                revise(self.thing, fields, version=self.version, seen=self.seen, by=None)
            except EditClashError as error:
                for name, clash in error.clashes.items():
                    assert name in self.typed, "only what was typed can clash"
                    assert clash.sent == self.typed[name]
                    self.seen[name] = error.version
                continue
            break
        else:
            raise AssertionError("never settled")


STEPS = some.lists(
    some.tuples(
        some.integers(0, 2),
        some.one_of(
            some.just(("open", "")),
            some.tuples(some.just("type"), some.sampled_from(["title", "about"])),
            some.tuples(some.just("save"), some.sampled_from(["mine", "kept"])),
        ),
    ),
    min_size=3,
    max_size=25,
)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_in_any_order_of_three_editors_no_words_are_lost(steps: list[Any]) -> None:
    Revision.objects.all().delete()
    Strategy.objects.all().delete()
    thing = make.make_challenge()
    editors = [Editor(Challenge.objects.get(pk=thing.pk)) for _ in range(3)]
    for number, (who, (what, how)) in enumerate(steps):
        editor = editors[who]
        if what == "open":
            editor.open()
        elif what == "type":
            editor.typed[how] = f"word {number}"
        else:
            thing.refresh_from_db()
            before = fields_of(thing)
            editor.save(how)
            thing.refresh_from_db()
            _nothing_was_lost(thing, before, editor, how)
            editor.open()


def _nothing_was_lost(thing: Challenge, before: dict[str, Any], editor: Editor, how: str) -> None:
    now = fields_of(thing)
    for name in ("title", "about", "topic"):
        if name not in editor.typed:
            assert now[name] == before[name], "what one did not touch stays as others wrote it"
        elif how == "mine" or name not in editor.seen:
            assert now[name] == editor.typed[name]
        else:
            assert now[name] == before[name]
    kept = Revision.objects.filter(object_kind="challenge", object_id=thing.pk)
    texts = {(name, one.fields[name]) for one in kept for name in ("title", "about")}
    assert {(name, before[name]) for name in ("title", "about")} <= texts, "replaced, but kept"
    assert list(kept.values_list("version", flat=True)) == list(range(thing.version, 0, -1))
