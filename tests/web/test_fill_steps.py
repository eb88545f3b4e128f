"""Which page comes next, what an answer opens, rounds that come and go: without a server."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from convive.catalogue import find
from convive.core.instruments.filling import fill
from convive.core.instruments.model import ItemType
from convive.web.fieldwork.posted import Posted
from convive.web.fieldwork.steps import (
    Press,
    begun,
    may_go_on,
    page_at,
    page_name,
    pages_of,
    take_step,
)
from factories.instruments import fillings, instruments, rich_sample

TODAY = date(2026, 11, 21)
RICH = rich_sample()
WALK = find.instrument("exploratory_walk")
SURVEY = find.instrument("core_survey", 1)
WALKED = {
    "route": "Along the river", "started_at": "2026-11-21T20:00:00", "daypart": "night",
    "facilitator": "residents", "consent": "yes",
}  # fmt: skip


def _press(instrument, before, do, page, answers, **more):
    press = Press(do, page, Posted(answers), **more)
    return take_step(instrument, before, press, today=TODAY)


def _names(instrument, answers):
    return [page_name(p) for p in pages_of(instrument, fill(instrument, answers, today=TODAY))]


def test_a_short_form_is_one_page_and_a_long_one_a_section_each():
    assert len(_names(find.instrument("street_observation"), {})) == 1
    assert len(_names(SURVEY, {})) == len(SURVEY.content)


def test_pages_that_are_not_asked_are_left_out():
    assert _names(WALK, {}) == ["walk"]
    assert _names(WALK, {"consent": "yes"}) == ["walk", "group", "stops", "actions", "follow_up"]


def test_the_form_opens_with_defaults_and_the_rounds_that_it_needs():
    opened = begun(RICH.content)
    assert opened["people"] == ["women", "men"]
    assert opened["stops"] == [{}]
    assert "lamps" not in opened


def test_next_stays_where_something_is_wrong_and_tells_only_this_page():
    step = _press(WALK, begun(WALK.content), "next", "walk", {"consent": "yes"}, is_live=True)
    assert page_name(step.page) == "walk"
    assert {one.path for one in step.problems} == {
        ("route",),
        ("started_at",),
        ("daypart",),
        ("facilitator",),
    }
    assert step.answers["consent"] == "yes"


def test_next_goes_on_and_back_goes_back_without_checking():
    step = _press(WALK, begun(WALK.content), "next", "walk", WALKED)
    assert page_name(step.page) == "group"
    step = _press(WALK, step.answers, "back", "group", {"women_adult": "many"})
    assert page_name(step.page) == "walk"
    assert step.answers["women_adult"] == "many", "what was written is not lost"


def test_a_question_that_an_answer_opens_is_shown_before_going_on():
    before = {**begun(SURVEY.content)}
    step = _press(SURVEY, before, "next", "experience", {"victim_12m": "yes"})
    assert step.opened == ("reported_police",)
    assert page_name(step.page) == "experience"
    assert not step.problems
    again = _press(SURVEY, step.answers, "next", "experience", {"victim_12m": "yes"})
    assert page_name(again.page) == "worry", "it may be left unanswered"


def test_with_a_script_that_shows_at_once_nothing_is_shown_twice():
    step = _press(SURVEY, {}, "next", "experience", {"victim_12m": "yes"}, is_live=True)
    assert page_name(step.page) == "worry"


def test_where_the_last_answer_ends_the_form_it_says_so_before_sending():
    end = {**WALKED, "consent": "no"}
    step = _press(WALK, begun(WALK.content), "next", "walk", end)
    assert step.is_ready
    assert not step.is_sent
    assert _press(WALK, step.answers, "send", "walk", end).is_sent


def test_sending_goes_to_the_first_page_that_is_not_whole():
    before = begun(WALK.content) | WALKED
    step = _press(WALK, before, "send", "follow_up", {})
    assert not step.is_sent
    assert page_name(step.page) == "stops"
    assert ("stops", 0, "stop_position") in {one.path for one in step.problems}


def test_a_button_says_send_only_where_nothing_can_follow():
    pages = pages_of(WALK, fill(WALK, {}, today=TODAY))
    assert may_go_on(WALK, pages, pages[0])
    asked = pages_of(WALK, fill(WALK, WALKED, today=TODAY))
    assert not may_go_on(WALK, asked, page_at(asked, "follow_up"))


def test_rounds_are_added_with_their_defaults_and_removed_where_they_stand():
    before = begun(RICH.content)
    step = _press(RICH, before, "add:stops", "stops", {"stops": [{"stop_light": "1"}]})
    assert step.answers["stops"] == [{"stop_light": "1"}, {}]
    assert step.anchor == "q-stops-1"
    gone = _press(RICH, step.answers, "remove:stops-0", "stops", {"stops": step.answers["stops"]})
    assert gone.answers["stops"] == [{}]


def test_a_button_of_somebody_s_own_making_breaks_nothing():
    number = next(item for item in RICH.items() if item.type is ItemType.INTEGER)
    for do in (f"add:{number.id}", f"remove:{number.id}-0", f"add:{number.id}-0-x", "add:nothing"):
        for page in RICH.content:
            assert _press(RICH, {number.id: 7}, do, page.id, {number.id: 7}).page


def test_rounds_by_number_follow_the_number():
    step = _press(RICH, begun(RICH.content), "stay", "end", {"n_lamps": 3})
    assert len(fill(RICH, step.answers, today=TODAY).answers["lamps"]) == 3
    lamps = [{"lamp_height": x} for x in (1, 2, 3)]
    fewer = _press(RICH, step.answers, "stay", "end", {"n_lamps": 1, "lamps": lamps})
    assert fewer.answers["lamps"] == [{"lamp_height": 1}]


@given(st.data())
def test_any_press_leads_to_a_page_of_the_form(data):
    instrument = data.draw(instruments())
    before = data.draw(fillings(instrument))
    names = [section.id for section in instrument.content]
    words = ["next", "send", "back", "stay", "leave", "", "add:", "remove:x-1"]
    words += [
        f"{what}:{one.id}{tail}"
        for one in instrument.sections()
        for what, tail in (("add", ""), ("remove", "-0"))
    ]
    do, page = data.draw(st.sampled_from(words)), data.draw(st.sampled_from([*names, "none"]))
    step = _press(instrument, begun(instrument.content), do, page, before)
    assert {one.id for one in step.page} <= set(names)
    if step.is_sent:
        assert fill(instrument, step.answers, today=TODAY).is_complete
