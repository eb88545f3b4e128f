"""Before and after at the same places."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.app.fieldwork.follow_up import follow_up
from convive.app.fieldwork.kept_forms import KeptForm
from convive.catalogue import find

STREET = find.instrument("street_observation")


def stop(place: int, rating: int, **fields) -> KeptForm:
    return KeptForm(**{
        "id": f"{place}", "day": date(2026, 6, 1), "answers": {"lighting": str(rating)},
        "place": f"P{place:03d}", "daypart": "night", "rater": "R01", **fields,
    })  # fmt: skip


def lighting(before, after, **options):
    return next(
        c for c in follow_up(STREET, before, after, **options).changes if c.name == "lighting"
    )


def test_the_interval_is_the_t_interval_of_the_differences() -> None:
    first = [0, 1, 0, 1, 2, 1, 0, 2, 1, 0, 1, 1]
    last = [1, 2, 0, 3, 2, 2, 2, 2, 1, 1, 3, 1]
    found = lighting(
        [stop(k, r) for k, r in enumerate(first)], [stop(k, r) for k, r in enumerate(last)]
    )
    d = np.array(last) - np.array(first)
    half = 2.200985 * d.std(ddof=1) / np.sqrt(d.size)
    assert found.change == pytest.approx(d.mean())
    assert (found.low, found.high) == (
        pytest.approx(d.mean() - half, abs=1e-4), pytest.approx(d.mean() + half, abs=1e-4),
    )  # fmt: skip
    assert found.verdict == "rise"


def test_day_is_compared_with_day_and_night_with_night() -> None:
    before = [stop(k, 0, daypart="day") for k in range(12)]
    after = [stop(k, 3, daypart="night") for k in range(12)]
    assert follow_up(STREET, before, after).n_pairs == 0
    assert lighting(before, after).change is None


def test_raters_are_matched_only_where_labels_are_said_to_be_people() -> None:
    before = [stop(k, 1, rater="R01") for k in range(12)]
    after = [stop(k, 2, rater="R02") for k in range(12)]
    assert follow_up(STREET, before, after).n_pairs == 12
    assert follow_up(STREET, before, after, same_raters=True).n_pairs == 0


def test_many_visits_to_few_places_do_not_count_as_many_places() -> None:
    dayparts = ("day", "night")
    before = [stop(k % 4, 0, daypart=d, rater=f"R{r}") for k in range(4) for d in dayparts for r in range(3)]  # fmt: skip
    after = [stop(k % 4, 3, daypart=d, rater=f"R{r}") for k in range(4) for d in dayparts for r in range(3)]  # fmt: skip
    found = lighting(before, after, same_raters=True)
    assert (found.n_pairs, found.n_places, found.verdict) == (24, 4, "cannot_tell")


def test_what_does_not_count_is_in_no_pair() -> None:
    before = [stop(k, 0) for k in range(12)]
    after = [stop(k, 3, state="excluded" if k else "complete") for k in range(12)]
    assert follow_up(STREET, before, after).n_pairs == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=10, max_size=25))
def test_looking_back_turns_the_sign_and_order_changes_nothing(pairs) -> None:
    before = [stop(k, a) for k, (a, _) in enumerate(pairs)]
    after = [stop(k, b) for k, (_, b) in enumerate(pairs)]
    forth, back = lighting(before, after[::-1]), lighting(after, before)
    assert forth.change == pytest.approx(-back.change)
    if forth.low is not None:
        assert forth.low == pytest.approx(-back.high)
        assert forth.low <= forth.change <= forth.high
