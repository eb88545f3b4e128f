"""Whatever the shelf, the need and the town: nobody is judged, nothing unknown counts against."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.app.shelf.fit_words import reason_sentence
from convive.app.shelf.fitting import draft_action
from convive.catalogue import find
from convive.catalogue.texts import MISSING_VALUE, languages
from convive.core.errors import RequestError
from convive.core.shelf.adopt import refusal_of
from convive.core.shelf.fit import FitBand, Side, TownProfile
from convive.core.shelf.fitting import fits
from convive.core.strategy.vocabulary import Sector
from factories.shelf_fit import AIM, START, TOWN, UNTOLD, YEAR, entries_drawn, needs_drawn

KIN = find.shelf_needs().kin
BANDS = list(FitBand)
SHELVES = st.lists(entries_drawn(), max_size=5)
SECTORS = st.frozensets(st.sampled_from(list(Sector)), min_size=1, max_size=5)
TOWNS = st.sampled_from([TOWN, TownProfile(), replace(TOWN, budget=None, country="PT")])


def look(shelf, need, town):
    return fits(shelf, need, town, kin=KIN, this_year=YEAR)


@given(SHELVES, needs_drawn(), TOWNS)
def test_nothing_that_judges_persons_is_ever_in_a_band(shelf, need, town) -> None:
    assert not [fit for fit in look(shelf, need, town) if fit.entry.practice.person_risk]


@given(entries_drawn(), needs_drawn(), SECTORS, SECTORS)
def test_more_partners_at_hand_never_add_a_reason_against(one, need, some, more) -> None:
    def against(sectors):
        (*found,) = look([one], need, replace(TOWN, sectors=sectors))
        reasons = [r for fit in found for r in fit.reasons if r.side is Side.AGAINST]
        missing = {s for r in reasons if r.code == "partners_missing" for s in r.params["sectors"]}
        return {r.code for r in reasons}, missing

    (few, few_missing), (many, many_missing) = against(some), against(some | more)
    assert many <= few
    assert many_missing <= few_missing


@given(entries_drawn(), needs_drawn())
def test_what_is_not_told_never_takes_an_entry_below_with_care(one, need) -> None:
    told = look([one], need, TOWN)
    silent = replace(one, practice=replace(one.practice, **UNTOLD, years=None, cost=None))
    for fit in told:
        if fit.band is not FitBand.NEARBY:
            (after,) = look([silent], need, TOWN)
            assert after.band in (FitBand.SPEAKS_TO_IT, FitBand.WITH_CARE)


@given(entries_drawn(), needs_drawn())
def test_knowing_nothing_of_the_town_never_lowers_a_band(one, need) -> None:
    known, unknown = look([one], need, TOWN), look([one], need, TownProfile())
    assert len(known) == len(unknown)
    for here, nowhere in zip(known, unknown, strict=True):
        assert BANDS.index(nowhere.band) <= BANDS.index(here.band)


@given(entries_drawn(), needs_drawn(), TOWNS)
def test_what_speaks_to_it_has_nothing_against_it_and_something_for_it(one, need, town) -> None:
    for fit in look([one], need, town):
        sides = {reason.side for reason in fit.reasons}
        assert Side.FOR in sides
        assert not (fit.band is FitBand.SPEAKS_TO_IT and Side.AGAINST in sides)


@given(st.permutations(range(4)), st.lists(entries_drawn(), min_size=4, max_size=4), needs_drawn())
def test_the_order_of_the_shelf_does_not_matter(order, shelf, need) -> None:
    named = [
        replace(one, practice=replace(one.practice, id=f"p{i}")) for i, one in enumerate(shelf)
    ]
    straight, mixed = look(named, need, TOWN), look([named[i] for i in order], need, TOWN)
    assert [fit.entry.ref for fit in straight] == [fit.entry.ref for fit in mixed]


@given(entries_drawn(), needs_drawn(), TOWNS, st.sampled_from(languages()))
def test_every_reason_check_and_question_is_a_whole_sentence(one, need, town, language) -> None:
    for fit in look([one], need, town):
        for reason in (*fit.reasons, *fit.checklist, *fit.questions):
            sentence = reason_sentence(reason, language)
            assert sentence[-1] in ".?", sentence
            assert MISSING_VALUE not in sentence, sentence
            assert not re.search(r"shelf\.|plan\.|\{|\b[a-z]+_[a-z]+\b", sentence), sentence


@given(entries_drawn(), needs_drawn(), st.sampled_from(languages()))
def test_a_candidate_is_drafted_or_refused_with_a_code(one, need, language) -> None:
    for fit in look([one], need, TOWN):
        if code := refusal_of(one):
            with pytest.raises(RequestError, match=code):
                draft_action(fit, need, AIM, START, language=language)
            continue
        draft = draft_action(fit, need, AIM, START, language=language)
        assert draft.action.kind in one.practice.kinds
        assert all(1 <= risk.likelihood <= 3 for risk in draft.action.risks)
        assert draft.evaluation.harm
