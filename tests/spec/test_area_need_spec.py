"""Bands of need: from verdicts of faces and from findings, never a ranking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.catalogue.texts import texts_of
from convive.core.model import Certainty, Verdict
from convive.core.strategy.area_need import _WORSE, AreaSigns, NeedBand, band_of

ABOVE, LIKE, BELOW = Verdict.CLEARLY_ABOVE, Verdict.LIKE_THE_CITY, Verdict.CLEARLY_BELOW
UNKNOWN = Verdict.CANNOT_TELL
STRONG, LIKELY, TENTATIVE = Certainty


@pytest.mark.parametrize(
    ("faces", "findings", "band"),
    [
        ((ABOVE, ABOVE, LIKE), (), "much"),
        ((ABOVE, LIKE), (STRONG,), "much"),
        ((ABOVE, LIKE), (LIKELY,), "some"),
        ((LIKE, BELOW), (STRONG,), "some"),
        ((UNKNOWN,), (LIKELY,), "some"),
        ((LIKE,), (TENTATIVE,), "nothing_clear"),
        ((BELOW, UNKNOWN), (), "nothing_clear"),
        ((UNKNOWN, UNKNOWN), (TENTATIVE,), "cannot_tell"),
        ((), (), "cannot_tell"),
    ],
)
def test_each_band(faces: tuple[Verdict, ...], findings: tuple[Certainty, ...], band: str) -> None:
    assert band_of(AreaSigns(faces, findings)).value == band


_FACES = st.lists(st.sampled_from([ABOVE, LIKE, BELOW, UNKNOWN]), max_size=4)
_FINDINGS = st.lists(st.sampled_from(list(Certainty)), max_size=4)


@given(_FACES, _FINDINGS)
def test_the_order_of_signs_does_not_matter_and_more_signs_never_lower_a_band(
    faces: list[Verdict], findings: list[Certainty]
) -> None:
    order = list(NeedBand)
    band = band_of(AreaSigns(tuple(faces), tuple(findings)))
    assert band_of(AreaSigns(tuple(faces[::-1]), tuple(findings[::-1]))) is band
    worse = band_of(AreaSigns((*faces, ABOVE), (*findings, STRONG)))
    assert order.index(worse) <= order.index(band)


def test_every_kind_of_finding_that_counts_is_one_of_the_audit() -> None:
    assert [code for code in _WORSE if f"finding.{code}" not in texts_of("en")] == []
