"""From a candidate to a drafted action: what is carried over, what is proposed, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from convive.app.findings import PublishedFinding
from convive.app.shelf.fit_words import wording
from convive.app.shelf.fitting import aim_of, draft_action, indicator_of
from convive.catalogue import find
from convive.catalogue.texts import has_text, languages
from convive.core.errors import RequestError
from convive.core.shelf.adopt import MILESTONES, REFUSALS, CarriedText, adopt, refusal_of
from convive.core.shelf.entry import Entry, ExperienceVerdict, Origin, OriginKind
from convive.core.shelf.fit import Fit, FitBand
from convive.core.strategy.model import Figure, Spot
from convive.core.strategy.practice import PracticeKind
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
)
from convive.wiring.shelf import catalogue_entries
from factories.shelf_fit import AIM, NOISE, START, UNTOLD, entry, experience, fit_of, practice


def drafted(one: Entry, language: str = "en", **changes: object):
    fit = fit_of(one)
    assert fit is not None
    return draft_action(fit, replace(NOISE, **changes), AIM, START, language=language)


def test_what_is_told_becomes_the_action() -> None:
    action = drafted(entry()).action
    assert (action.code, action.title, action.state) == ("hosts", "Night hosts", ActionState.IDEA)
    assert (action.kind, action.pillar) == (ActionKind.MEDIATION, Pillar.COHESION)
    assert action.level is PreventionLevel.PRIMARY
    assert action.groups == (TargetGroup.YOUNG_PEOPLE, TargetGroup.EVERYBODY)
    assert action.times == (TimeOfDay.NIGHT,)
    assert action.spots == (Spot("neighbourhood", "101", "Porta Vella"),)
    assert action.logic.problem == "Noise at night."
    assert action.logic.activities == "Hosts talk to groups."
    assert action.logic.inputs == "Four hosts.\nPartners: municipality and youth work."
    assert "People listen to their like." in action.logic.assumptions
    assert action.dose_unit == "hours of presence"


def test_the_partners_are_sectors_and_nobody_leads_yet() -> None:
    draft = drafted(entry())
    assert draft.sectors == (Sector.MUNICIPALITY, Sector.YOUTH_WORK)
    assert (draft.action.lead, draft.action.partners) == ("", ())


def test_the_evidence_names_its_source_and_how_strong_it_is() -> None:
    note = drafted(entry()).action.evidence_note
    assert note == (
        "From the knowledge shelf: “Night hosts”, told in Report of the towns (2022). "
        "Figures are reported, without a comparison. Fewer calls."
    )
    assert "No results are reported." in drafted(entry(**UNTOLD)).action.evidence_note


def test_the_target_is_the_indicator_of_the_finding_with_its_baseline_and_no_number() -> None:
    (target,) = drafted(entry()).action.targets
    assert (target.indicator_id, target.area_id, target.direction) == (
        "nuisance_rate",
        "101",
        "down",
    )
    assert (target.baseline, target.value, target.due) == (AIM.baseline, None, date(2028, 1, 1))
    fit = fit_of(entry())
    assert fit is not None
    assert adopt(fit, NOISE, None, START, wording("en")).action.targets == ()


def test_milestones_are_dated_from_the_start() -> None:
    action = drafted(entry()).action
    assert [(one.due - START.on).days for one in action.milestones] == list(MILESTONES.values())
    assert (action.starts_on, action.ends_on) == (START.on, date(2028, 1, 1))


def test_barriers_and_failures_become_risks_and_contradictions_do_not() -> None:
    failed = experience(ExperienceVerdict.DID_NOT, went_wrong="Personne n’est venu.", language="fr")
    draft = drafted(entry(failed, contradictions=("One says 2001.",)))
    assert [one.text for one in draft.action.risks] == [
        "Posts stayed empty",
        "Personne n’est venu.",
    ]
    assert CarriedText("risks", "fr") in draft.carried


def test_the_draft_says_which_parts_are_the_sources_own_words_and_in_which_language() -> None:
    draft = drafted(entry(), "fr")
    assert draft.action.title == "Hôtes de nuit"
    assert {one.part for one in draft.carried} == {
        "evidence_note", "logic.problem", "logic.inputs", "logic.activities", "logic.assumptions",
        "risks",
    }  # fmt: skip
    assert {one.language for one in draft.carried} == {"en"}


def test_the_own_texts_of_another_town_are_in_the_language_of_its_title() -> None:
    foreign = Entry(
        practice(title={"pt": "Anfitriões"}), Origin(OriginKind.RECEIVED, "ab", "Porto")
    )
    draft = drafted(foreign)
    assert draft.action.title == "Anfitriões"
    assert {one.language for one in draft.carried} == {"pt"}


def test_what_the_source_does_not_tell_is_plain_and_named() -> None:
    draft = drafted(entry(**UNTOLD))
    action = draft.action
    assert (action.pillar, action.level) == (Pillar.PREVENTION, PreventionLevel.PRIMARY)
    assert action.logic.activities == "Mediators walk where people go out."
    assert {"pillar", "level", "groups", "times", "logic.problem", "logic.activities"} <= set(
        draft.not_told
    )
    assert {"targets", "risks", "dose_unit"} <= set(draft.not_told)


def test_a_pillar_that_the_plan_lacks_is_chosen() -> None:
    both = entry(pillars=(Pillar.PREVENTION, Pillar.COHESION))
    assert drafted(both).action.pillar is Pillar.PREVENTION
    lacking = drafted(both, pillars_missing=frozenset({Pillar.COHESION}))
    assert lacking.action.pillar is Pillar.COHESION
    force = entry(**(UNTOLD | {"kinds": (ActionKind.ENFORCEMENT,)}))
    assert drafted(force).action.pillar is Pillar.SANCTION


def test_acting_goes_before_learning_unless_learning_is_needed() -> None:
    both = entry(kinds=(ActionKind.KNOWLEDGE, ActionKind.SOCIAL))
    assert drafted(both).action.kind is ActionKind.SOCIAL
    assert drafted(both, is_about_data=True).action.kind is ActionKind.KNOWLEDGE


def test_the_evaluation_is_agreed_before_it_begins() -> None:
    one = entry(kinds=(ActionKind.SITUATIONAL,), risk="Young people are sent away.")
    evaluation = drafted(one).evaluation
    assert (evaluation.indicators, evaluation.area_id) == (("nuisance_rate",), "101")
    assert "leave out those next to it" in evaluation.compare
    assert evaluation.diary[0] == "How much was delivered, in: hours of presence."
    assert "Groups, never names." in evaluation.diary[1]
    assert len(evaluation.harm) == 4
    assert evaluation.harm[-1] == "Young people are sent away."
    assert evaluation.look_on == (date(2027, 6, 30), date(2028, 1, 1))


def test_a_whole_town_has_no_areas_to_compare_with() -> None:
    fit = fit_of(entry())
    assert fit is not None
    whole = replace(AIM, level="city", area_id="town")
    evaluation = draft_action(fit, NOISE, whole, START, language="en").evaluation
    assert "several years before" in evaluation.compare


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person_risk": True}, "SHELF_NOT_TO_DO_PERSONS"),
        ({"kind": PracticeKind.NETWORK}, "SHELF_NOT_TO_DO_NETWORK"),
        ({"kind": PracticeKind.GUIDE}, "SHELF_NOT_TO_DO_GUIDE"),
        (
            {
                "kind": PracticeKind.PROGRAMME,
                "kinds": (ActionKind.KNOWLEDGE,),
                "sectors": (Sector.EUROPEAN_UNION,),
            },
            "SHELF_NOT_TO_DO_PROJECT",
        ),
        ({"kinds": ()}, "SHELF_NOT_TO_DO_UNTOLD"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do_instead(changes, code) -> None:
    one = entry(**changes)
    fit = Fit(one, FitBand.NEARBY, (), (), (), ())
    with pytest.raises(RequestError) as caught:
        adopt(fit, NOISE, AIM, START, wording("en"))
    assert (caught.value.code, caught.value.data["title"]) == (code, "Night hosts")
    assert refusal_of(one) == code
    assert refusal_of(entry()) == ""


def test_every_refusal_says_in_every_language_what_to_do_instead() -> None:
    assert [
        (code, language)
        for code in REFUSALS
        for language in languages()
        if not has_text(f"error.{code}", language)
    ] == []


def test_every_entry_of_the_shelf_is_drafted_or_refused_in_every_language() -> None:
    for one in catalogue_entries():
        code = refusal_of(one)
        fit = Fit(one, FitBand.NEARBY, (), (), (), ())
        for language in languages():
            if code:
                with pytest.raises(RequestError):
                    draft_action(fit, NOISE, AIM, START, language=language)
                continue
            action = draft_action(fit, NOISE, AIM, START, language=language).action
            assert action.title
            assert action.about
            assert action.logic.activities
            texts = [action.evidence_note, action.logic.inputs, action.logic.outcomes]
            assert "shelf." not in " ".join(texts)
            assert "–" not in action.logic.outcomes


def published(**changes: object) -> PublishedFinding:
    known = {
        "id": "f", "rank": 1, "code": "gap_felt_above_recorded", "level": "neighbourhood",
        "area_id": "506", "area": "Polígono Sur",
        "indicator_ids": ("recorded_total_rate", "unsafe_dark_share"),
        "faces": ("recorded", "felt"), "verdict": "", "certainty": "strong", "q": 0.01,
        "caveats": (), "evidence": (), "params": {"worse": "felt"},
    }  # fmt: skip
    return PublishedFinding(**(known | changes))


def test_the_aim_is_the_indicator_of_the_worse_face_in_the_good_direction() -> None:
    figure = AIM.baseline
    aim = aim_of(published(), figure)
    assert aim is not None
    assert (aim.indicator_id, aim.direction, aim.area) == (
        "unsafe_dark_share",
        "down",
        "Polígono Sur",
    )
    trust = published(indicator_ids=("trust_police_share",), faces=("felt",), params={})
    assert indicator_of(trust) == "trust_police_share"
    up = aim_of(trust, figure)
    assert up is not None
    assert up.direction == "up"
    assert find.indicator("trust_police_share").is_lower_better is False


def test_a_finding_without_indicators_has_no_aim() -> None:
    bare = published(indicator_ids=(), faces=(), params={})
    assert aim_of(bare, Figure(AIM.baseline.status)) is None
