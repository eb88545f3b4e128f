"""What fits a problem: told as sentences about night hosts, noise and a town by the sea."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from convive.core.model import Face
from convive.core.shelf.entry import ExperienceVerdict
from convive.core.shelf.fit import FitBand, Need, Side
from convive.core.shelf.fitting import fits, not_offered
from convive.core.shelf.use import Use, use_of
from convive.core.strategy.practice import (
    Approach,
    PracticeCategory,
    PracticeCost,
    PracticeKind,
    PracticeResults,
    PracticeYears,
    ResultStrength,
    Setting,
)
from convive.core.strategy.vocabulary import (
    ActionKind,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)
from factories.shelf_fit import (
    KIN,
    NOISE,
    TOWN,
    UNTOLD,
    YEAR,
    codes,
    entry,
    experience,
    fit_of,
)


def test_the_same_problem_with_nothing_against_it_speaks_to_it() -> None:
    fit = fit_of(entry())
    assert fit is not None
    assert fit.band is FitBand.SPEAKS_TO_IT
    assert codes(fit, "against") == set()
    assert codes(fit, "for") >= {
        "same_problem", "same_group", "same_setting", "same_time", "partners_at_hand",
        "results_told", "same_country",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"groups": (TargetGroup.OLDER_PEOPLE,)}, "other_group"),
        ({"setting": (Setting.PRISON,)}, "other_setting"),
        ({"times": (TimeOfDay.DAY,)}, "other_time"),
        ({"sectors": (Sector.HEALTH,)}, "partners_missing"),
        ({"years": PracticeYears(1998, 2003)}, "long_ago"),
        ({"cost": PracticeCost("", 90_000.0, "EUR", "year")}, "cost_above"),
    ],
)
def test_one_reason_against_it_asks_for_care(changes: dict[str, object], code: str) -> None:
    fit = fit_of(entry(**changes))
    assert fit is not None
    assert (fit.band, codes(fit, "against")) == (FitBand.WITH_CARE, {code})


def test_a_level_that_was_not_asked_for_stands_against_it() -> None:
    need = replace(NOISE, levels=frozenset({PreventionLevel.TERTIARY}))
    assert codes(fit_of(entry(), need), "against") == {"other_level"}


def test_what_is_for_everybody_is_not_for_others_and_what_is_citywide_not_elsewhere() -> None:
    fit = fit_of(entry(groups=(TargetGroup.EVERYBODY,), setting=(Setting.CITYWIDE,)))
    assert codes(fit, "against") == set()


def test_what_is_not_told_is_unknown_and_never_against() -> None:
    fit = fit_of(entry(**UNTOLD))
    assert fit is not None
    assert fit.band is FitBand.WITH_CARE
    assert codes(fit, "against") == set()
    assert codes(fit, "unknown") >= {
        "how_not_told", "group_not_told", "setting_not_told", "time_not_told",
        "partners_not_told", "cost_not_told", "results_not_told",
    }  # fmt: skip


def test_one_of_the_essentials_may_be_open() -> None:
    assert fit_of(entry(groups=())).band is FitBand.SPEAKS_TO_IT
    assert fit_of(entry(groups=(), setting=())).band is FitBand.WITH_CARE


def test_that_no_results_are_reported_is_said_and_takes_it_nowhere() -> None:
    silent = PracticeResults("", ResultStrength.NONE_REPORTED)
    fit = fit_of(entry(results=silent))
    assert (fit.band, "results_not_told" in codes(fit, "unknown")) == (FitBand.SPEAKS_TO_IT, True)
    asserted = fit_of(entry(results=PracticeResults("Great.", ResultStrength.ASSERTION)))
    assert "results_asserted" in codes(asserted, "unknown")


def test_a_town_of_which_nothing_is_known_has_nothing_against_it() -> None:
    fit = fit_of(entry(), town=type(TOWN)())
    assert fit is not None
    assert (fit.band, codes(fit, "against")) == (FitBand.SPEAKS_TO_IT, set())
    assert "partners_of_town_unknown" in codes(fit, "unknown")


def test_the_town_itself_its_residents_and_either_police_are_at_hand() -> None:
    here = (Sector.MUNICIPALITY, Sector.RESIDENTS, Sector.MUNICIPAL_POLICE, Sector.EUROPEAN_UNION)
    fit = fit_of(entry(sectors=here))
    assert "partners_at_hand" in codes(fit, "for")


def test_money_in_another_currency_is_not_compared() -> None:
    pounds = PracticeCost("", 900_000.0, "GBP", "year")
    assert "cost_other_currency" in codes(fit_of(entry(cost=pounds)), "unknown")
    cheap = fit_of(entry(cost=PracticeCost("", 900.0, "EUR", "year")))
    assert "cost_within" in codes(cheap, "for")
    poor = fit_of(entry(cost=pounds), town=replace(TOWN, budget=None))
    assert "budget_unknown" in codes(poor, "unknown")


def test_what_a_town_spent_is_what_it_costs_where_the_source_does_not_tell() -> None:
    spent = experience(ExperienceVerdict.WORKED, spent=Decimal("70000.40"), currency="EUR")
    fit = fit_of(entry(spent))
    (told,) = [one for one in fit.reasons if one.code == "cost_above"]
    assert told.params == {"amount": 70_001, "currency": "EUR"}


def test_failures_stand_beside_successes_and_neither_hides_the_other() -> None:
    worked = experience(ExperienceVerdict.WORKED)
    failed = experience(ExperienceVerdict.DID_NOT, city="Millford", went_wrong="Nobody came.")
    harmed = experience(
        ExperienceVerdict.HARMFUL, city="Stoneham", effect="More calls than before."
    )
    fit = fit_of(entry(worked, failed, harmed))
    assert fit is not None
    assert fit.band is FitBand.WITH_CARE
    assert "worked_elsewhere" in codes(fit, "for")
    assert codes(fit, "against") == {"did_not_work", "was_harmful"}
    assert fit.went_wrong == ("Posts stayed empty", "Nobody came.", "More calls than before.")


def test_contradictions_are_kept_and_told() -> None:
    fit = fit_of(entry(contradictions=("One says 2001, one 2003.",)))
    assert "sources_contradict" in codes(fit, "unknown")
    assert "One says 2001, one 2003." in fit.went_wrong


def test_a_neighbouring_problem_is_nearby_only_at_the_same_kind_of_place() -> None:
    night = entry(topics=(Topic.NIGHTLIFE,))
    assert fit_of(night).band is FitBand.NEARBY
    assert fit_of(entry(topics=(Topic.NIGHTLIFE,), setting=(Setting.ONLINE,))) is None
    anywhere = replace(NOISE, settings=frozenset())
    assert fit_of(entry(topics=(Topic.NIGHTLIFE,), setting=(Setting.ONLINE,)), anywhere)
    assert fit_of(entry(topics=(Topic.TRAFFICKING,))) is None


def test_a_problem_that_comes_first_keeps_a_shared_topic_at_a_distance() -> None:
    beside = fit_of(entry(topics=(Topic.DRUGS, Topic.NUISANCE)))
    assert beside.band is FitBand.NEARBY
    assert codes(beside, "against") == {"other_problem_first"}
    assert fit_of(entry(topics=(Topic.TERRORISM, Topic.NUISANCE))) is None
    both = replace(NOISE, topics=frozenset({Topic.NUISANCE, Topic.TERRORISM}))
    assert fit_of(entry(topics=(Topic.TERRORISM, Topic.NUISANCE)), both).band is not FitBand.NEARBY


def test_who_only_learns_is_nearby_for_a_problem_and_in_front_for_a_gap() -> None:
    walk = entry(category=PracticeCategory.ASSESSMENT, kinds=(ActionKind.KNOWLEDGE,))
    fit = fit_of(walk)
    assert (fit.band, "learns_first" in codes(fit, "for")) == (FitBand.NEARBY, True)
    gap = Need(frozenset({Topic.NUISANCE}), is_about_data=True)
    assert fit_of(walk, gap).band is FitBand.SPEAKS_TO_IT
    assert "way_to_learn" in codes(fit_of(walk, gap), "for")
    assert fit_of(entry(), gap) is None


@pytest.mark.parametrize(
    ("changes", "use"),
    [
        ({}, Use.TO_DO),
        ({"person_risk": True}, Use.PERSONS),
        ({"kind": PracticeKind.NETWORK}, Use.NETWORK),
        ({"kind": PracticeKind.GUIDE}, Use.GUIDE),
        (
            {
                "kind": PracticeKind.PROJECT,
                "kinds": (ActionKind.KNOWLEDGE,),
                "approach": (Approach.RESEARCH,),
            },
            Use.PROJECT,
        ),
        (
            {
                "kind": PracticeKind.PROGRAMME,
                "kinds": (ActionKind.KNOWLEDGE,),
                "sectors": (Sector.EUROPEAN_UNION,),
            },
            Use.PROJECT,
        ),
        ({"kind": PracticeKind.PROJECT}, Use.TO_DO),
    ],
)
def test_what_an_entry_is_good_for(changes: dict[str, object], use: Use) -> None:
    assert use_of(entry(**changes)) is use


def test_a_guide_is_nearby_and_a_network_is_no_answer_to_a_problem() -> None:
    guide = fit_of(entry(kind=PracticeKind.GUIDE))
    assert (guide.band, codes(guide, "against")) == (FitBand.NEARBY, {"use_guide"})
    assert fit_of(entry(kind=PracticeKind.NETWORK)) is None


def test_what_judges_persons_is_never_offered_and_is_named_apart() -> None:
    scoring = entry(person_risk=True)
    assert fit_of(scoring) is None
    assert not_offered([scoring, entry()], NOISE, kin=KIN) == (scoring,)
    elsewhere = Need(frozenset({Topic.SPORT}))
    assert not_offered([scoring], elsewhere, kin=KIN) == ()


def test_a_pillar_that_the_plan_lacks_speaks_for_it() -> None:
    need = replace(NOISE, pillars_missing=frozenset({Pillar.COHESION}))
    assert "pillar_missing" in codes(fit_of(entry(), need), "for")
    assert "pillar_missing" not in codes(fit_of(entry()), "for")


def test_women_ask_whether_it_meets_their_needs() -> None:
    need = replace(NOISE, groups=frozenset({TargetGroup.WOMEN}))
    assert "gender_not_told" in codes(fit_of(entry(), need), "unknown")
    told = entry(cross_cutting={"gender": "Women planned it."})
    assert "gender_told" in codes(fit_of(told, need), "for")


def test_within_a_band_evidence_comes_first_then_the_title() -> None:
    weak = PracticeResults("", ResultStrength.NONE_REPORTED)
    strong = PracticeResults("Told.", ResultStrength.REVIEW)
    shelf = [
        entry(id="b", title={"en": "b"}, results=weak),
        entry(id="n", title={"en": "n"}, topics=(Topic.NIGHTLIFE,), results=strong),
        entry(id="a", title={"en": "A"}, results=weak),
        entry(id="z", title={"en": "z"}, results=strong),
    ]
    found = fits(shelf, NOISE, TOWN, kin=KIN, this_year=YEAR)
    assert [fit.entry.practice.id for fit in found] == ["z", "a", "b", "n"]


def test_what_is_only_asserted_comes_no_earlier_than_what_reports_nothing() -> None:
    asserted = PracticeResults("It works very well.", ResultStrength.ASSERTION)
    silent = PracticeResults("", ResultStrength.NONE_REPORTED)
    counted = PracticeResults("Fewer calls.", ResultStrength.MONITORING)
    shelf = [
        entry(id="b", title={"en": "b"}, results=asserted),
        entry(id="a", title={"en": "a"}, results=silent),
        entry(id="c", title={"en": "c"}, results=counted),
    ]
    found = fits(shelf, NOISE, TOWN, kin=KIN, this_year=YEAR)
    assert [fit.entry.practice.id for fit in found] == ["c", "a", "b"]


def test_of_equal_evidence_who_is_for_the_people_then_the_hour_then_the_place_comes_first() -> None:
    need = Need(
        frozenset({Topic.NUISANCE}),
        groups=frozenset({TargetGroup.WOMEN}),
        times=frozenset({TimeOfDay.NIGHT}),
        settings=frozenset({Setting.STREET}),
    )
    plain = {
        "groups": (TargetGroup.EVERYBODY,), "times": (), "setting": (Setting.CITYWIDE,),
        "results": PracticeResults("", ResultStrength.NONE_REPORTED),
    }  # fmt: skip
    shelf = [
        entry(**plain | {"id": "a", "title": {"en": "a"}}),
        entry(**plain | {"id": "b", "title": {"en": "b"}, "setting": (Setting.STREET,)}),
        entry(**plain | {"id": "c", "title": {"en": "c"}, "times": (TimeOfDay.NIGHT,)}),
        entry(**plain | {"id": "d", "title": {"en": "d"}, "groups": (TargetGroup.WOMEN,)}),
    ]
    found = fits(shelf, need, TOWN, kin=KIN, this_year=YEAR)
    assert {fit.band for fit in found} == {FitBand.SPEAKS_TO_IT}
    assert [fit.entry.practice.id for fit in found] == ["d", "c", "b", "a"]


def test_the_checklist_goes_from_context_to_issue_to_practice() -> None:
    told = entry(transferability="Copied by two towns.", end_users="Young people chose the hosts.")
    need = replace(NOISE, groups=frozenset(), settings=frozenset())
    fit = fit_of(told, need, replace(TOWN, country="ES"))
    assert [one.code for one in fit.checklist] == [
        "check_size", "check_country", "check_partners", "check_resources", "check_problem",
        "check_groups", "check_settings", "check_measured", "check_mechanism", "check_success",
        "check_barrier", "check_transfer", "check_users",
    ]  # fmt: skip
    sides = {one.code: one.side for one in fit.checklist}
    assert sides["check_partners"] is Side.FOR
    assert sides["check_mechanism"] is Side.UNKNOWN


def test_people_and_places_that_are_the_same_need_no_check() -> None:
    checked = {one.code for one in fit_of(entry()).checklist}
    assert not checked & {"check_groups", "check_settings", "check_country"}


def test_what_the_town_lacks_is_on_the_checklist() -> None:
    need = replace(NOISE, faces=frozenset({Face.FELT}))
    force = entry(sectors=(Sector.HEALTH,), kinds=(ActionKind.ENFORCEMENT,))
    sides = {one.code: one.side for one in fit_of(force, need).checklist}
    assert sides["check_partners_missing"] is Side.AGAINST
    assert sides["check_not_measured"] is Side.AGAINST
    assert "check_rights" in sides


def test_the_other_town_is_asked_what_its_source_leaves_open() -> None:
    asked = {one.code for one in fit_of(entry()).questions}
    assert {"ask_cost", "ask_gender", "ask_reached", "ask_running"} <= asked
    assert not asked & {"ask_results", "ask_how", "ask_wrong", "ask_staff", "ask_after"}
    silent = fit_of(entry(kind=PracticeKind.PROJECT, **UNTOLD))
    more = {one.code for one in silent.questions}
    assert {"ask_results", "ask_how", "ask_wrong", "ask_staff", "ask_after"} <= more
    assert "ask_running" not in more
