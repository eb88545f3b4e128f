"""Our forms before ODK's own judges: its validator, its engine, and the converter of XLSForms."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from convive.connectors.xlsform import parse_submission, to_xform, write_xlsform
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from factories.instruments import fillings, instruments, rich_answers, rich_sample
from factories.odk import play, validate_forms


def drawn(strategy: st.SearchStrategy[Any], n: int) -> list[Any]:
    """Return n values of a strategy, the same ones every time."""
    found: list[Any] = []

    @settings(
        max_examples=n, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


@pytest.fixture(scope="module")
def made() -> list[Instrument]:
    """Instruments from Hypothesis, numbered, and the rich sample first."""
    drawn_ones = drawn(instruments(with_scores=False), 60)
    return [rich_sample(), *(replace(one, id=f"made_{n}") for n, one in enumerate(drawn_ones))]


def test_odk_validate_accepts_every_form(made: list[Instrument], tmp_path: Path) -> None:
    forms = {one.id: to_xform(one) for one in made}
    assert validate_forms(forms, tmp_path) == {}


def test_a_group_of_computed_items_alone_is_in_the_model_but_not_shown(tmp_path: Path) -> None:
    computed = Item("twice", ItemType.CALCULATED, {"en": "Twice"}, calculation="1 + 1")
    hidden = Section("inner", {"en": "Inner"}, (computed,))
    form = replace(
        rich_sample(),
        id="hidden_sums",
        content=(*rich_sample().content, Section("outer", {"en": "Outer"}, (hidden,))),
    )
    made = to_xform(form)
    assert b"<outer>" in made
    assert b'ref="/data/outer' not in made.partition(b"<h:body")[2]
    assert validate_forms({form.id: made}, tmp_path) == {}


def test_odk_validate_sees_a_broken_form(tmp_path: Path) -> None:
    broken = to_xform(rich_sample()).replace(b'ref="/data/spot/day"', b'ref="/data/spot/nowhere"')
    assert set(validate_forms({"good": to_xform(rich_sample()), "broken": broken}, tmp_path)) == {
        "broken"
    }


def _without(
    answers: dict[str, Any], section: Section, gone: set[str], path: str
) -> dict[str, Any]:
    """Return answers without what the engine did not ask, told by its references."""
    left: dict[str, Any] = {}
    for part in section.content:
        here = f"{path}/{part.id}"
        if here in gone:
            continue
        if isinstance(part, Section) and part.repeats:
            rounds = [
                _without(one, part, gone, f"{here}[{n}]")
                for n, one in enumerate(answers.get(part.id, []), start=1)
                if f"{here}[{n}]" not in gone
            ]
            left |= {part.id: rounds} if rounds else {}
        elif isinstance(part, Section):
            left |= _without(answers, part, gone, here)
        elif part.id in answers:
            left[part.id] = answers[part.id]
    return left


def _asked(instrument: Instrument, answers: dict[str, Any], skipped: list[str]) -> dict[str, Any]:
    whole = Section("data", {}, instrument.content)
    return _without(answers, whole, set(skipped), "/data")


def _given_alone(answers: dict[str, Any], instrument: Instrument) -> dict[str, Any]:
    """Return answers without what the form itself puts in: calculated values."""
    computed = {item.id for item in instrument.items() if item.type == "calculated"}

    def strip(some: dict[str, Any]) -> dict[str, Any]:
        return {
            key: [strip(one) for one in value] if isinstance(value, list) and value and isinstance(value[0], dict) else value
            for key, value in some.items()
            if key not in computed
        }  # fmt: skip

    return strip(answers)


def test_the_engine_sends_back_what_was_answered() -> None:
    sample, answers = rich_sample(), rich_answers()
    [result] = play([{"form": to_xform(sample).decode(), "answers": answers}])
    assert "error" not in result
    assert result["warnings"] == []
    read = parse_submission(result["xml"].encode(), sample)
    assert read.answers == answers
    assert read.problems == ()
    assert read.instance_id.startswith("uuid:")
    assert read.version == "3-01234567"
    assert read.started
    assert read.ended
    assert read.attachments == ("stop-1.jpg",)
    assert result["skipped"] == ["/data/stops[2]/stop_note"]
    assert result["violations"] == []


def test_the_engine_sees_what_breaks_a_constraint_and_what_is_missing() -> None:
    answers = {"people": ["women"], "n_people": 900}
    [result] = play([{"form": to_xform(rich_sample()).decode(), "answers": answers}])
    found = {(one["reference"], one["condition"]) for one in result["violations"]}
    assert ("/data/spot/crowd/n_people", "constraint") in found
    assert ("/data/spot/lighting", "required") in found


def test_random_fillings_come_back_as_they_were_given(made: list[Instrument]) -> None:
    without_defaults = [_no_defaults(one) for one in made[1:]]
    games = [(one, answers) for one in without_defaults for answers in drawn(fillings(one), 2)]
    results = play({"form": to_xform(one).decode(), "answers": given} for one, given in games)
    for (one, given_answers), result in zip(games, results, strict=True):
        assert "error" not in result, result
        read = parse_submission(result["xml"].encode(), one)
        assert read.problems == (), one.id
        expected = _asked(one, given_answers, result["skipped"])
        assert _rounds_cut(_given_alone(dict(read.answers), one)) == _rounds_cut(expected), one.id
        ours = fill(one, given_answers, today=date(2026, 11, 21))
        assert _rounds_cut(_given_alone(dict(ours.answers), one)) == _rounds_cut(expected), one.id


def _rounds_cut(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers without empty rounds: a counted repeat has as many as its number says."""
    cut: dict[str, Any] = {}
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rounds = [_rounds_cut(one) for one in value]
            rounds = [one for one in rounds if one]
            cut |= {key: rounds} if rounds else {}
        else:
            cut[key] = value
    return cut


def _no_defaults(instrument: Instrument) -> Instrument:
    def strip(section: Section) -> Section:
        parts = tuple(
            strip(part) if isinstance(part, Section) else replace(part, default=None)
            for part in section.content
        )
        return replace(section, content=parts, repeat_count="")

    return replace(instrument, content=tuple(strip(section) for section in instrument.content))


def test_the_workbook_itself_is_an_xlsform_that_means_the_same(made: list[Instrument]) -> None:
    for one in made[:25]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            taken = convert(write_xlsform(one), form_name="data", file_type=".xlsx")
        ours = to_xform(one, version_string=str(one.version)).decode()
        binds = sorted(re.findall(r"<bind [^>]*>", taken.xform))
        assert binds == sorted(re.findall(r"<bind [^>]*>", ours)), one.id


def test_node_is_told_which_packages_the_engine_needs() -> None:
    root = Path(__file__).parents[2]
    wanted = json.loads((root / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {"@getodk/xforms-engine", "jsdom"} <= set(wanted)
