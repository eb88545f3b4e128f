"""The two interventions planted in the invented town get the right verdicts, from files to words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from convive.app.evaluation.answering import PURPOSE
from convive.app.evaluation.counts import read_panel
from convive.app.evaluation.interventions import study_of
from convive.app.evaluation.protect import protected
from convive.app.evaluation.wording import answer_parts
from convive.cli.main import main
from convive.connectors.city_pack import read_city
from convive.core.errors import MethodError, NotFoundError
from convive.core.evaluation import Design, answer, possible_designs
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import FrozenStudy, Outcome, Split, Study
from convive.core.model import Intervention, Verdict
from convive.wiring import restricted_store
from convive.wiring.evaluation import (
    answer_for,
    asked_for,
    facts_for,
    freeze_now,
    indicators_for,
    intervention_studies,
    load_frozen,
    names_for,
    panel_for,
)
from factories.shared import own_copy

TODAY = date(2026, 2, 1)
WORKED, NOTHING = "home-security", "evening-wardens"
INDICATORS = {WORKED: "burglary_rate", NOTHING: "vandalism_rate"}
LEVEL = "neighbourhood"


@pytest.fixture(scope="module")
def pack(demo_city_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_copy(demo_city_pack, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def actions(pack: Path) -> dict[str, Intervention]:
    return {one.id: one for one in read_city(pack).interventions}


@pytest.fixture(scope="module")
def panels(pack: Path) -> dict[str, CountPanel]:
    """Return the counts as they are, by intervention."""
    found = {}
    with restricted_store(pack).session(actor="test", purpose="test", read_only=True) as session:
        for action, indicator in INDICATORS.items():
            panel = read_panel(session, indicator, LEVEL)
            assert panel is not None
            found[action] = panel
    return found


def _verdicts(
    action: Intervention, made: Callable[[int], CountPanel], *, times: int = 10
) -> list[Verdict]:
    """Return the verdicts on counts whose steps lie elsewhere each time."""
    found = []
    for key in range(times):
        panel = protected(made(key), base=5, secret=str(key).encode())
        study = replace(study_of(action, panel), splits=())
        given = {panel.indicator_id: panel}
        frozen = FrozenStudy(study, datetime(2026, 1, 1, tzinfo=UTC))
        found.append(answer(frozen, given, today=TODAY, rng=np.random.default_rng(1)).verdict)
    return found


def _months(panel: CountPanel, part: slice) -> CountPanel:
    return replace(
        panel, months=panel.months[part], counts=panel.counts[:, part], held_back=None, breaks=(),
        by_daypart={},
    )  # fmt: skip


def test_the_audit_keeps_counts_of_every_recorded_indicator(
    pack: Path, panels: dict[str, CountPanel]
) -> None:
    assert set(INDICATORS.values()) <= set(indicators_for(pack))
    panel = panels[WORKED]
    assert panel.counts.shape == (40, 60)
    assert (panel.months[0], panel.months[-1]) == (date(2021, 1, 1), date(2025, 12, 1))
    assert panel.residents is not None
    assert panel.residents.sum() == pytest.approx(200_000, rel=0.05)
    assert 3 < np.mean([len(near) for near in panel.neighbours]) < 7
    assert all(
        row in panel.neighbours[other]
        for row, near in enumerate(panel.neighbours)
        for other in near
    )
    parts = panel.by_daypart["day"] + panel.by_daypart["night"]
    assert (parts <= panel.counts).all()


def test_the_planted_break_is_in_the_counts_that_it_met(pack: Path) -> None:
    with restricted_store(pack).session(actor="test", purpose="test", read_only=True) as session:
        theft, burglary = (
            read_panel(session, f"{one}_rate", LEVEL) for one in ("theft", "burglary")
        )
    assert theft is not None
    assert burglary is not None
    assert len(theft.breaks) == 1
    assert abs((theft.months[theft.breaks[0]] - date(2023, 3, 1)).days) <= 31
    assert burglary.breaks == ()


def test_the_home_visits_worked_and_the_wardens_did_nothing_that_anybody_could_tell(
    actions: dict[str, Intervention], panels: dict[str, CountPanel]
) -> None:
    assert set(_verdicts(actions[WORKED], lambda _: panels[WORKED])) == {Verdict.WORKED}
    nothing = set(_verdicts(actions[NOTHING], lambda _: panels[NOTHING]))
    assert nothing <= {Verdict.CANNOT_TELL, Verdict.DID_NOT_WORK}


def test_a_fall_by_a_third_can_be_ruled_out_for_the_wardens(pack: Path) -> None:
    plan = intervention_studies(pack, NOTHING)[NOTHING]
    plan = replace(plan, outcomes=(Outcome("vandalism_rate", useful=-33.0),))
    assert answer_for(pack, freeze_now(plan), TODAY).verdict is Verdict.DID_NOT_WORK


@pytest.mark.parametrize("action", [WORKED, NOTHING])
def test_with_half_the_months_nobody_can_tell(
    action: str, actions: dict[str, Intervention], panels: dict[str, CountPanel]
) -> None:
    panel = panels[action]
    start, n = panel.column(actions[action].starts), len(panel.months)
    half = _months(panel, slice(start - start // 2, start + (n - start) // 2))
    assert set(_verdicts(actions[action], lambda _: half)) == {Verdict.CANNOT_TELL}


@pytest.mark.parametrize("action", [WORKED, NOTHING])
def test_with_half_the_incidents_or_areas_the_verdict_is_never_wrong(
    action: str, actions: dict[str, Intervention], panels: dict[str, CountPanel]
) -> None:
    def thinned(key: int) -> CountPanel:
        counts = np.random.default_rng(key).binomial(panels[action].counts.astype(int), 0.5)
        return replace(panels[action], counts=counts.astype(float), by_daypart={})

    one = actions[action]
    fewer = replace(
        one,
        areas=one.areas[: len(one.areas) // 2],
        comparison_areas=one.comparison_areas[: len(one.comparison_areas) // 2],
    )
    found = [*_verdicts(one, thinned), *_verdicts(fewer, lambda _: panels[action])]
    right = {WORKED: Verdict.WORKED, NOTHING: Verdict.DID_NOT_WORK}[action]
    assert set(found) <= {right, Verdict.CANNOT_TELL}
    assert Verdict.CANNOT_TELL in found


def test_what_pages_and_programs_get_is_safe_and_logged(pack: Path) -> None:
    panel = panel_for(pack, "burglary_rate", LEVEL, actor="anna")
    assert panel is not None
    assert (panel.counts % 5 == 0).all()
    entry = list(restricted_store(pack).accesses())[-1]
    assert (entry["actor"], entry["purpose"]) == ("anna", PURPOSE)
    assert panel_for(pack, "burglary_rate", "street") is None
    assert panel_for(pack, "unheard_of", LEVEL) is None


def test_facts_tell_what_there_is_without_telling_counts(pack: Path) -> None:
    plan = intervention_studies(pack, WORKED)[WORKED]
    facts = facts_for(pack, plan)
    assert (facts.n_areas, facts.n_treated, facts.months_before) == (40, 3, 36)
    assert facts.n_before % 10 == 0
    assert facts.has_counts
    survey = replace(plan, outcomes=(Outcome("unsafe_dark_share", useful=-5.0),))
    kept = facts_for(pack, survey)
    assert (kept.is_survey, kept.waves_before, kept.waves_after) == (True, 2, 1)
    asked = facts_for(pack, survey, surveyed=[date(2023, 5, 1), date(2025, 5, 1)])
    assert (asked.waves_before, asked.waves_after) == (3, 2), "those that are planned come on top"


def test_a_survey_after_the_home_visits_is_answered_and_cannot_tell(pack: Path) -> None:
    """Feeling unsafe does not follow from the visits in the invented town: nothing is made up."""
    assert "unsafe_dark_share" in asked_for(pack)
    plan = replace(
        intervention_studies(pack, WORKED)[WORKED],
        outcomes=(Outcome("unsafe_dark_share", useful=-5.0),),
        designs=(Design.SURVEY_CHANGE,),
        splits=(Split.GENDER, Split.AGE),
        months_after=18,
    )
    facts = facts_for(pack, plan)
    assert (facts.is_survey, facts.waves_before, facts.waves_after) == (True, 2, 1)
    assert possible_designs(facts)[0].design is Design.SURVEY_CHANGE
    found = answer_for(pack, freeze_now(plan), TODAY)
    primary = found.primary
    assert primary is not None
    assert found.verdict is Verdict.CANNOT_TELL
    assert primary.main.low is not None
    assert primary.main.low < 0 < (primary.main.high or 0)
    assert primary.main.seen.n_before > 200
    told = {one.value: one.estimate for one in primary.for_whom}
    assert told["female"].effect is not None
    assert told["16-24"].reason == "study_group_too_few_answers"  # neighbourhoods are too small
    sentences = " ".join(
        text
        for part in answer_parts(found, names_for(pack, plan, language="en"))
        for text in part.sentences
    )
    assert "Women: " in sentences
    assert "percentage points" in sentences


def test_plans_of_other_places_are_refused(pack: Path) -> None:
    plan = intervention_studies(pack, WORKED)[WORKED]
    with pytest.raises(NotFoundError) as caught:
        answer_for(pack, freeze_now(replace(plan, treated=("205", "nowhere"))), TODAY)
    assert caught.value.code == "STUDY_AREA_UNKNOWN"
    assert caught.value.data["areas"] == ["nowhere"]
    with pytest.raises(NotFoundError, match="STUDY_LEVEL_UNKNOWN"):
        answer_for(pack, freeze_now(replace(plan, level="street")), TODAY)
    with pytest.raises(NotFoundError, match="STUDY_ACTION_UNKNOWN"):
        intervention_studies(pack, "unheard-of")


def test_a_pack_without_an_audit_says_so(pack: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "city.toml").write_text((pack / "city.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(NotFoundError, match="STUDY_NO_AUDIT"):
        intervention_studies(empty)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "it worked"), ("de", "hat gewirkt"), ("fr", "cela a marché")]
)
def test_the_terminal_answers_in_plain_words(
    pack: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["-l", language, "evaluate", str(pack), "--action", WORKED, "--today", "2026-02-01"]
    )
    assert code == 0
    shown = capsys.readouterr().out
    assert words in shown.splitlines()[0]
    assert "evaluation." not in shown
    assert "{" not in shown


def test_a_plan_is_frozen_and_answered_from_its_file(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan: Study = intervention_studies(pack, WORKED)[WORKED]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan.to_dict()), "utf-8")
    assert main(["-l", "en", "evaluate", "freeze", str(file)]) == 0
    shown = capsys.readouterr()
    assert plan.digest in shown.out
    assert "started already" in shown.err
    frozen = tmp_path / "plan.frozen.json"
    assert load_frozen(frozen).first == plan
    assert main(["-l", "en", "evaluate", "freeze", str(file)]) != 0  # never overwritten
    capsys.readouterr()
    assert main(["-l", "en", "evaluate", str(pack), "--study", str(frozen)]) == 0
    assert "it worked" in capsys.readouterr().out
    content = json.loads(frozen.read_text("utf-8"))
    content["first"]["treated"] = ["101"]
    frozen.write_text(json.dumps(content), "utf-8")
    with pytest.raises(MethodError, match="STUDY_DIGEST"):
        load_frozen(frozen)
    frozen.write_text("no json", "utf-8")
    assert main(["-l", "en", "evaluate", str(pack), "--study", str(frozen)]) != 0
    assert "cannot be read as a study" in capsys.readouterr().err


def test_designs_of_an_intervention_are_those_that_are_possible(pack: Path) -> None:
    designs = intervention_studies(pack, WORKED)[WORKED].designs
    assert Design.BEFORE_AFTER_CONTROL in designs
    assert not {Design.STAGGERED, Design.SURVEY_CHANGE, Design.DOSE} & set(designs)
