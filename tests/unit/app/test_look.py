"""A town's colour on light pages, dark pages and paper: always readable, always its own hue."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.app.look import (
    CONVIVE,
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    accents,
    is_readable,
    nearest_readable,
    told_logo,
)
from convive.core.colours import READABLE, contrast, least_contrast, lightness, shade
from convive.core.model import Look

COLOUR = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.4781), ("#0000ff", "#ffffff", 8.5924)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, wanted: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(wanted, abs=1e-3)


def test_lightness_is_that_of_oklch() -> None:
    # https://bottosson.github.io/posts/oklab/ and CSS Color 4, where red is oklch(62.8% 0.258 29.2).
    assert lightness("#ff0000") == pytest.approx(0.628, abs=1e-3)
    assert lightness("#ffffff") == pytest.approx(1, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(COLOUR)
def test_the_nearest_readable_shade_is_readable_and_no_lighter(colour: str) -> None:
    found = nearest_readable(colour)
    assert re.fullmatch("#[0-9a-f]{6}", found)
    assert is_readable(found)
    assert found == colour if is_readable(colour) else lightness(found) < lightness(colour)


@settings(max_examples=20, deadline=None)
@given(COLOUR)
def test_every_pair_of_text_and_ground_can_be_read(colour: str) -> None:
    own = accents(Look(nearest_readable(colour)))
    assert least_contrast(own.light, (*LIGHT_GROUNDS, own.light_tint)) >= READABLE
    assert least_contrast(own.dark, (*DARK_GROUNDS, own.dark_tint)) >= READABLE
    assert contrast("#eceae3", own.dark_tint) >= READABLE
    assert contrast("#1c2430", own.light_tint) >= READABLE


@settings(max_examples=20, deadline=None)
@given(COLOUR, st.floats(0.2, 1))
def test_a_shade_is_as_light_as_told(colour: str, light: float) -> None:
    # Below that, two neighbouring values of a screen are further apart than this.
    assert lightness(shade(colour, light)) == pytest.approx(light, abs=0.012)


def test_without_a_colour_it_is_ours() -> None:
    assert accents(Look()) == CONVIVE


def test_a_logo_without_words_is_told_by_the_name_of_the_town() -> None:
    assert told_logo(Look(), "Harbour", "fr") == "Harbour"
    assert told_logo(Look(logo_text={"fr": "Un phare"}), "Harbour", "fr") == "Un phare"
