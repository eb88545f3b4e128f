"""Any plan comes back from its files as it was; mangled files end in a problem, never a traceback."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.catalogue.texts import languages
from convive.wiring.plans import plan_reading, write_plan
from factories.plans import full_plan, plans

KEPT = write_plan(full_plan(), "json")


@settings(max_examples=40, deadline=None)
@given(plans())
def test_json(one) -> None:
    content = write_plan(one, "json")
    reading = plan_reading(content, "p")
    assert (reading.plan, reading.problems) == (one, ())
    assert write_plan(reading.plan, "json") == content


@settings(max_examples=20, deadline=None)
@given(plans(), st.sampled_from(languages()))
def test_workbooks(one, language) -> None:
    reading = plan_reading(write_plan(one, "xlsx", language), "p")
    assert (reading.plan, reading.problems) == (one, ())


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)  # fmt: skip


def _places(value, path=()):
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in items:
        yield from _places(one, (*path, key))


PLACES = [path for path in _places(json.loads(KEPT)) if path]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_any_value_in_any_place_is_read_or_told(path, value) -> None:
    given_plan = json.loads(KEPT)
    inner = given_plan
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    try:
        content = json.dumps(given_plan).encode()
    except ValueError:
        return
    reading = plan_reading(content, "p")
    assert (reading.plan is None) == bool(reading.problems)
    if reading.plan is not None:
        assert plan_reading(write_plan(reading.plan, "json"), "p").plan == reading.plan


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mangled_bytes_are_read_or_told(data) -> None:
    content = bytearray(write_plan(full_plan(), data.draw(st.sampled_from(["json", "xlsx"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    reading = plan_reading(bytes(content[: cut or None]), "p")
    assert reading.plan is not None or reading.problems
