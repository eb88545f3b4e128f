"""Instruments as HTML and back: every type, words for people, names for the server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from convive.catalogue import find
from convive.core.instruments.filling import AnswerProblem, fill
from convive.core.instruments.model import ItemType
from convive.web.fieldwork.field_names import name_of, path_of
from convive.web.fieldwork.posted import parse_posted
from convive.web.fieldwork.rendering import problem_links, render_sections, sheet_of
from convive.web.staff.reader_numbers import read, written
from factories.html_forms import fields_of, names_in
from factories.instruments import fillings, instruments, rich_answers, rich_sample

TODAY = date(2026, 11, 21)
RICH = rich_sample()


def _html(answers, language="en", instrument=RICH, **more):
    return render_sections(sheet_of(instrument, answers, language=language, today=TODAY, **more))


def _given(instrument, answers):
    """Answers as people give them: without what is computed."""
    computed = {item.id for item in instrument.items() if item.type is ItemType.CALCULATED}

    def without(one):
        return {
            key: [without(inner) for inner in value]
            if isinstance(value, list) and value and isinstance(value[0], dict)
            else value
            for key, value in one.items()
            if key not in computed
        }

    return without(answers)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_posting_a_page_as_it_is_gives_the_answers_that_it_was_drawn_from(language):
    answers = fill(RICH, rich_answers(), today=TODAY).answers
    posted = parse_posted(RICH, fields_of(_html(answers, language)), language=language)
    assert posted.answers == _given(RICH, answers)
    assert posted.photos == {}


@given(st.data())
def test_posted_drawn_and_posted_again_is_the_same(data):
    instrument = data.draw(instruments())
    language = data.draw(st.sampled_from(["en", "fr", "de", "pt"]))
    given_ones = data.draw(fillings(instrument))
    answers = fill(instrument, given_ones, today=TODAY).answers
    html = _html(answers, language, instrument)
    first = parse_posted(instrument, fields_of(html), language=language)
    assert fill(instrument, first.answers, today=TODAY).answers == answers
    again = _html(first.answers, language, instrument)
    assert parse_posted(instrument, fields_of(again), language=language) == first


@given(
    st.floats(-1e9, 1e9).map(lambda x: round(x, 9)) | st.integers(-(10**12), 10**12),
    st.sampled_from(["en", "fr", "de", "it"]),
)
def test_a_number_is_read_back_as_it_was_written(value, language):
    assert read(written(value, language), language) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("3,5", "fr", 3.5), ("3.5", "fr", 3.5), ("3,5", "en", 3.5), ("1 234,5", "fr", 1234.5),
        ("1.234,5", "de", 1234.5), ("1,234.5", "en", 1234.5), ("1.234", "de", 1234),
        ("1,234", "en", 1234), ("0,125", "en", 0.125), ("−2", "es", -2), ("+4", "nl", 4),
        ("1’000", "de", 1000), ("12", "it", 12), (".5", "en", 0.5),
        ("a", "en", None), ("1e5", "en", None), ("", "en", None), ("--1", "en", None),
        ("1,2,3,4.5.6", "en", None), ("٣", "en", None), ("9" * 50, "en", None), ("NaN", "en", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, language, value):
    assert read(text, language) == value


def test_degrees_have_no_groups_of_thousands():
    assert read("4.352", "de", groups=False) == 4.352


@given(st.lists(st.tuples(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.integers(0, 99))),
       st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True))  # fmt: skip
def test_a_name_says_one_place(rounds, item):
    path = (*(part for one in rounds for part in one), item)
    assert path_of(name_of(path)) == path


@given(st.dictionaries(st.text(max_size=20) | st.sampled_from(["stops", "where-latitude", "n_people",
       "stops-0-stop_light", "lighting", "people"]), st.lists(st.text(max_size=30), max_size=3)))  # fmt: skip
def test_whatever_strangers_post_becomes_answers_that_can_be_checked(fields):
    posted = QueryDict(mutable=True)
    for name, values in fields.items():
        posted.setlist(name, values)
    answers = parse_posted(RICH, posted, language="fr").answers
    fill(RICH, answers, today=TODAY)
    _html(answers, "fr")


def test_rounds_are_limited_however_many_are_claimed():
    posted = QueryDict("stops=99999&lamps=3000")
    assert len(parse_posted(RICH, posted, language="en").answers["stops"]) == 40


def test_an_answer_that_cannot_be_read_is_shown_again_with_its_error():
    answers = {**rich_answers(), "n_people": "many"}
    problems = fill(RICH, answers, today=TODAY).problems
    html = _html(answers, problems=problems)
    assert 'value="many"' in html
    assert 'id="q-n_people-error"' in html
    field = re.search(r'<input[^>]*id="q-n_people"[^>]*>', html)[0]
    assert 'aria-invalid="true"' in field
    assert "q-n_people-error" in field
    links = problem_links(sheet_of(RICH, answers, language="en", today=TODAY, problems=problems))
    assert {"text": "How many people? – Please write a whole number, for instance 12.",
            "target": "q-n_people"} in links  # fmt: skip


def test_every_link_of_the_summary_leads_to_something_on_the_page():
    paths = [
        ("lighting",),
        ("people",),
        ("where",),
        ("stops",),
        ("stops", 0, "stop_light"),
        ("day",),
    ]
    problems = tuple(AnswerProblem("ANSWER_REQUIRED", path) for path in paths)
    sheet = sheet_of(RICH, rich_answers(), language="en", today=TODAY, problems=problems)
    html = render_sections(sheet)
    for link in problem_links(sheet):
        assert f'id="{link["target"]}"' in html


def test_what_is_not_asked_is_there_but_hidden():
    html = _html({"people": ["nobody"], "stops": [{"stop_light": "2"}]})
    assert re.search(r'<section[^>]*data-section="crowd"[^>]* hidden>', html)
    assert re.search(r'data-name="stops-0-stop_note" hidden>', html)
    shown = _html({"stops": [{"stop_light": "0"}]})
    assert not re.search(r'data-name="stops-0-stop_note" hidden>', shown)


def test_missing_answers_stand_last_and_apart():
    html = _html({})
    fieldset = re.search(r'<fieldset[^>]*data-item="openness".*?</fieldset>', html, re.S)[0]
    codes = re.findall(r'value="(\w+)"', fieldset)
    assert codes == ["0", "1", "2", "3", "na", "dk"]
    assert fieldset.count("apart") == 1


def test_a_text_that_is_only_in_english_says_so():
    html = _html({}, "de")
    assert '<span lang="en">How well is it lit?</span>' in html
    assert 'lang="en">' not in _html({}, "fr").replace('lang="en">Five at most', "")


def test_anchors_hints_and_the_word_required_are_there():
    html = _html({})
    assert "<small>No light</small>" in html
    assert '<p class="hint" id="q-lighting-hint">Look at the ground.</p>' in html
    assert "(required)" in html


def test_templates_of_rounds_are_only_for_scripts():
    html = _html({"stops": [{}]}, with_templates=True)
    assert 'name="stops-__stops__-stop_light"' in html
    assert "stops-__stops__-stop_light" not in names_in(html)


def test_texts_cannot_break_out_of_the_page():
    html = _html({"remarks": '"><script>alert(1)</script>', "n_people": "'><b>"})
    assert "<script" not in html
    assert "'><b>" not in html


def test_a_round_is_open_where_something_is_wrong_in_it():
    answers = {"stops": [{"stop_light": "7"}, {}, {}]}
    problems = (AnswerProblem("ANSWER_CHOICE", ("stops", 0, "stop_light")),)
    html = _html(answers, problems=problems)
    assert re.findall(r'data-round="stops-(\d)"( open)?', html) == [
        ("0", " open"),
        ("1", ""),
        ("2", " open"),
    ]


@pytest.mark.parametrize("instrument", find.instruments(), ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_instrument_of_the_shelf_is_drawn(instrument, language):
    html = _html({}, language, instrument, with_templates=True)
    for item in instrument.items():
        if item.question:
            assert f'data-item="{item.id}"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_long_scale_stands_in_a_row_and_long_words_do_not():
    long_words = replace(RICH.item("openness").scale.choices[0], label={"en": "x" * 40})
    assert 'class="item choice in-row"' in _html({})
    section = RICH.content[0]
    scale = replace(
        RICH.item("openness").scale, choices=(long_words, *RICH.item("openness").scale.choices[1:])
    )
    items = tuple(replace(p, scale=scale) if getattr(p, "scale", None) and p.type is ItemType.CHOICE else p
                  for p in section.content)  # fmt: skip
    other = replace(RICH, content=(replace(section, content=items),))
    assert "in-row" not in _html({}, instrument=other)
