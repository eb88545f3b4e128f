"""From findings and parts of a plan to what is needed, by the catalogue's own table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from convive.catalogue import find
from convive.catalogue.texts import texts_of
from convive.core.model import Certainty, Face
from convive.core.shelf.fit import FitBand, TownProfile
from convive.core.shelf.fitting import fits
from convive.core.shelf.needs import (
    About,
    need_of_action,
    need_of_challenge,
    need_of_finding,
    need_of_objective,
)
from convive.core.strategy.model import Challenge, KeptFinding, Objective, Plan
from convive.core.strategy.practice import Setting
from convive.core.strategy.vocabulary import (
    ActionState,
    Pillar,
    PreventionLevel,
    TargetGroup,
    TimeOfDay,
    Topic,
)
from convive.wiring.shelf import catalogue_entries
from factories.plans import action, target

TABLE = find.shelf_needs()
DARK = frozenset({TimeOfDay.EVENING, TimeOfDay.NIGHT})


@dataclass(frozen=True)
class Said:
    """A finding as it is published."""

    code: str
    indicator_ids: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)


def need(code: str, *indicators: str, faces: tuple[str, ...] = (), **params: Any) -> Any:
    return need_of_finding(Said(code, indicators, faces, params), TABLE)


def test_every_indicator_and_every_kind_of_finding_is_read() -> None:
    assert set(TABLE.indicators) == {one.id for one in find.all_indicators()}
    told = {key.split(".")[1] for key in texts_of("en") if key.startswith("finding.")}
    assert set(TABLE.findings) == told
    missing = {key.split(".")[1] for key in texts_of("en") if key.startswith("missing.")}
    assert set(TABLE.gaps) == missing


def test_every_topic_has_its_neighbours_and_none_is_its_own() -> None:
    assert set(TABLE.kin.neighbours) == set(Topic)
    for beside in (TABLE.kin.neighbours, TABLE.kin.special):
        assert [topic for topic, others in beside.items() if topic in others] == []


def test_every_problem_has_candidates_and_where_none_speaks_to_it_we_know_so() -> None:
    """The documents that the shelf was read from have nothing on burglary and theft themselves."""
    bands = {}
    for identifier, meaning in TABLE.indicators.items():
        if meaning.about is About.PROBLEM:
            asked = need("area_above", identifier)
            found = fits(catalogue_entries(), asked, TownProfile(), kin=TABLE.kin, this_year=2026)
            bands[identifier] = {fit.band for fit in found}
    assert [identifier for identifier, found in bands.items() if not found] == []
    only_near = {one for one, found in bands.items() if found == {FitBand.NEARBY}}
    assert all("theft" in one or "burglary" in one or "vehicle" in one for one in only_near)


def test_fear_of_women_after_dark_asks_for_evening_night_and_women() -> None:
    found = need(
        "group_difference", "unsafe_dark_share", faces=("felt",),
        dimension="sex", higher="female", lower="male",
    )  # fmt: skip
    assert found.topics == {Topic.FEELING_OF_INSECURITY}
    assert (found.groups, found.times) == ({TargetGroup.WOMEN}, DARK)
    assert found.faces == {Face.FELT}
    assert not found.is_about_data


def test_where_high_is_good_the_group_that_has_less_is_in_need() -> None:
    found = need(
        "group_difference", "trust_police_share", faces=("felt",),
        dimension="age_group", higher="65+", lower="16-24",
    )  # fmt: skip
    assert found.groups == {TargetGroup.YOUNG_PEOPLE}


@pytest.mark.parametrize(
    ("group", "groups"),
    [
        ("65+", {TargetGroup.OLDER_PEOPLE}),
        ("16-24", {TargetGroup.YOUNG_PEOPLE}),
        ("25-64", set()),
        ("night", set()),
        ("", set()),
    ],
)
def test_ages_are_read_as_young_and_older(group: str, groups: set[TargetGroup]) -> None:
    found = need(
        "group_difference", "unsafe_day_share", faces=("felt",),
        dimension="age_group", higher=group, lower="x",
    )  # fmt: skip
    assert found.groups == groups


def test_of_two_faces_the_worse_one_is_the_problem() -> None:
    ids, faces = ("recorded_total_rate", "unsafe_dark_share"), ("recorded", "felt")
    felt = need("gap_felt_above_recorded", *ids, faces=faces, worse="felt", other="recorded")
    assert felt.topics == {Topic.FEELING_OF_INSECURITY}
    recorded = need("gap_recorded_above_felt", *ids, faces=faces, worse="recorded", other="felt")
    assert recorded.is_about_data


def test_a_total_is_no_problem_to_act_on_but_one_to_look_into() -> None:
    found = need("areas_above", "recorded_total_rate", faces=("recorded",))
    assert (found.topics, found.is_about_data) == ({Topic.AUDIT}, True)


def test_victims_who_do_not_report_ask_for_help_and_for_trust_in_the_police() -> None:
    found = need(
        "gap_experienced_above_recorded", "recorded_total_rate", "victim_share",
        faces=("recorded", "experienced"), worse="experienced", other="recorded",
    )  # fmt: skip
    assert found.topics == {Topic.VICTIMS, Topic.POLICING}
    assert found.groups == {TargetGroup.VICTIMS}


@pytest.mark.parametrize(
    ("code", "indicator", "is_needed"),
    [
        ("trend_rise", "burglary_rate", True),
        ("trend_fall", "burglary_rate", False),
        ("trend_rise", "trust_police_share", False),
        ("trend_fall", "trust_police_share", True),
        ("trend_rise_areas", "violence_rate", True),
        ("area_above", "unemployment", False),
        ("areas_below", "burglary_rate", False),
        ("no_clear_change", "burglary_rate", False),
        ("intervention_worked", "burglary_rate", False),
        ("intervention_harmful", "burglary_rate", True),
        ("what_nobody_knows", "burglary_rate", False),
    ],
)
def test_only_what_is_worse_calls_for_something(code: str, indicator: str, is_needed: bool) -> None:
    assert (need(code, indicator, faces=("recorded",)) is not None) is is_needed


def test_missing_evidence_calls_for_ways_to_get_it_where_there_are_some() -> None:
    survey = need("data_gap", family="local_survey")
    assert survey.is_about_data
    assert Topic.FEELING_OF_INSECURITY in survey.topics
    assert need("data_gap", family="boundaries") is None


def test_hours_become_times_of_day() -> None:
    late = need("time_concentration", "nuisance_rate", when="hours", from_hour=20, to_hour=2)
    assert late.times == DARK
    noon = need("time_concentration", "burglary_rate", when="hours", from_hour=9, to_hour=15)
    assert noon.times == {TimeOfDay.DAY}
    weekend = need("time_concentration", "nuisance_rate", when="weekend")
    assert weekend.times == frozenset()


def test_a_group_counts_only_where_every_indicator_is_about_it() -> None:
    dark = need("worse_at_night", "observed_lighting", "observed_gender_use", faces=("observed",))
    assert dark.groups == frozenset()
    alone = need("area_above", "observed_gender_use", faces=("observed",))
    assert alone.groups == {TargetGroup.WOMEN}


KEPT = KeptFinding(
    "f1", "group_difference", {"dimension": "sex", "higher": "female", "lower": "male"},
    Certainty.STRONG, "city", "town", "Town", (Face.FELT,), ("unsafe_dark_share",),
    date(2026, 1, 1), "build",
)  # fmt: skip
LIGHTS = action(groups=(TargetGroup.EVERYBODY, TargetGroup.NIGHT_WORKERS), times=(TimeOfDay.NIGHT,))
OBJECTIVE = Objective("o", "Less noise", targets=(target(indicator_id="nuisance_rate"),))
CHALLENGE = Challenge(
    "c", "Nights", Topic.NIGHTLIFE, findings=(KEPT,),
    objectives=(replace(OBJECTIVE, actions=(LIGHTS,)),),
)  # fmt: skip


def test_a_challenge_is_its_topic_with_what_its_findings_add() -> None:
    found = need_of_challenge(CHALLENGE, TABLE)
    assert found.topics == {Topic.NIGHTLIFE, Topic.FEELING_OF_INSECURITY}
    assert found.groups == {TargetGroup.WOMEN}
    assert found.pillars_missing == {Pillar.SANCTION, Pillar.COHESION}


def test_a_challenge_without_actions_lacks_no_pillar_more_than_another() -> None:
    stopped = replace(LIGHTS, state=ActionState.STOPPED)
    for objectives in ((), (replace(OBJECTIVE, actions=(stopped,)),)):
        found = need_of_challenge(replace(CHALLENGE, objectives=objectives), TABLE)
        assert found.pillars_missing == frozenset()


def test_a_challenge_about_the_evidence_asks_for_ways_to_learn() -> None:
    assert need_of_challenge(Challenge("c", "Know more", Topic.AUDIT), TABLE).is_about_data


def test_an_objective_is_what_its_targets_measure() -> None:
    (objective,) = CHALLENGE.objectives
    found = need_of_objective(CHALLENGE, objective, TABLE)
    assert (found.topics, found.faces) == ({Topic.NUISANCE}, {Face.RECORDED})
    assert Setting.NIGHTLIFE in found.settings
    untold = replace(objective, targets=())
    assert (
        need_of_objective(CHALLENGE, untold, TABLE).topics
        == need_of_challenge(CHALLENGE, TABLE).topics
    )


def test_a_target_on_a_total_leaves_the_objective_what_its_challenge_is() -> None:
    total = Objective("o", "Less of all", targets=(target(indicator_id="recorded_total_rate"),))
    assert need_of_objective(CHALLENGE, total, TABLE) == need_of_challenge(CHALLENGE, TABLE)


def test_an_action_adds_its_groups_its_times_and_its_level() -> None:
    (objective,) = CHALLENGE.objectives
    found = need_of_action(CHALLENGE, objective, LIGHTS, TABLE)
    assert found.groups == {TargetGroup.NIGHT_WORKERS}
    assert found.times == {TimeOfDay.NIGHT}
    assert found.levels == {PreventionLevel.PRIMARY}


def test_the_plan_tells_which_pillar_a_finding_lacks() -> None:
    plan = Plan(
        "p",
        "Plan",
        "Town",
        2026,
        2029,
        challenges=(replace(CHALLENGE, topic=Topic.FEELING_OF_INSECURITY),),
    )
    found = need_of_finding(KEPT, TABLE, plan)
    assert found is not None
    assert found.pillars_missing == {Pillar.SANCTION, Pillar.COHESION}
    assert need_of_finding(KEPT, TABLE).pillars_missing == frozenset()


def test_exploratory_walks_are_found_for_women_who_feel_unsafe() -> None:
    asked = need(
        "group_difference", "unsafe_dark_share", faces=("felt",),
        dimension="sex", higher="female", lower="male",
    )  # fmt: skip
    found = fits(catalogue_entries(), asked, TownProfile(), kin=TABLE.kin, this_year=2026)
    bands = {fit.entry.practice.id: fit.band for fit in found}
    assert bands["exploratory_walks"] is FitBand.SPEAKS_TO_IT
    assert bands["safetipin"] is FitBand.NEARBY
    assert "cities_against_terrorism" not in bands


def test_for_burglary_the_shelf_has_nothing_of_its_own_and_says_so() -> None:
    asked = need("trend_rise", "burglary_rate", faces=("recorded",))
    found = fits(catalogue_entries(), asked, TownProfile(), kin=TABLE.kin, this_year=2026)
    assert {fit.band for fit in found} <= {FitBand.NEARBY}
