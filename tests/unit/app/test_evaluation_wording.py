"""Every answer is put into words in every language, whatever it lacks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from convive.app.evaluation.gate import gated
from convive.app.evaluation.interventions import outcome_of, study_of
from convive.app.evaluation.wording import Names, answer_parts, verdict_sentence
from convive.catalogue import find
from convive.catalogue.texts import has_text, languages
from convive.core.errors import NotFoundError
from convive.core.evaluation import Design, answer, study_verdict
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.study import Looks, Outcome, Split
from convive.core.model import DisclosureRule, Intervention
from factories.studies import BURGLARY, fallen, frozen, make_panel, make_study, quiet

DESIGNS = (
    Design.BEFORE_AFTER_CONTROL, Design.INTERRUPTED_SERIES, Design.SURVEY_CHANGE,
    Design.CHOSEN_AT_PEAK, Design.STAGGERED,
)  # fmt: skip


def _answers() -> dict[str, Answer]:
    plan = make_study(
        designs=DESIGNS, splits=(Split.DAYPART, Split.AREA), treated=("a0", "a1"), buffer=("a2",),
        comparison=tuple(f"a{i}" for i in range(3, 10)),
        outcomes=(Outcome(BURGLARY), Outcome("violence_rate", is_harm=True)),
        looks=Looks((date(2024, 7, 1),)),
    )  # fmt: skip
    few = fallen(60.0)
    few[:2, 24:] = 0.0
    tables = {"fallen": fallen(), "risen": fallen(90.0), "quiet": quiet(level=300.0), "few": few}
    found = {}
    for name, counts in tables.items():
        panel = make_panel(counts, by_daypart={"day": counts * 0.6, "night": counts * 0.4})
        panels = {
            BURGLARY: panel,
            "violence_rate": make_panel(fallen(99.0), indicator_id="violence_rate"),
        }
        for day in (date(2024, 3, 1), date(2024, 8, 1), date(2025, 2, 1)):
            told = answer(frozen(plan), panels, today=day, rng=np.random.default_rng(1))
            found[f"{name} {day}"] = gated(told, DisclosureRule())
    found["nothing"] = answer(frozen(plan), {}, today=date(2026, 1, 1), rng=np.random.default_rng())
    return found


ANSWERS = _answers()


@pytest.mark.parametrize("language", languages())
def test_no_sentence_shows_a_code_or_a_hole(language: str) -> None:
    names = Names(
        language, "Visits", {f"a{i}": f"Area {i}" for i in range(10)}, {"police": "Police"}
    )
    for name, found in ANSWERS.items():
        parts = answer_parts(found, names)
        sentences = [verdict_sentence(found, names), *(s for part in parts for s in part.sentences)]
        for one in sentences:
            assert not any(bad in one for bad in ("evaluation.", "{", "None", "study_", "_rate")), (
                name, one,
            )  # fmt: skip
            assert one.strip()


def test_every_verdict_occurs_in_the_examples() -> None:
    assert len({one.verdict for one in ANSWERS.values()}) >= 3
    assert any(one.primary.main.reason == "study_withheld" for one in ANSWERS.values())


def test_what_is_withheld_shows_no_number() -> None:
    names = Names("en", "Visits", {}, {"police": "Police"})
    found = next(a for n, a in ANSWERS.items() if n.startswith("few 2025"))
    figures = next(part for part in answer_parts(found, names) if part.head == "Figures")
    assert "too few incidents" in figures.sentences[0]
    assert not any(character.isdigit() for character in figures.sentences[0])


@pytest.mark.parametrize("language", languages())
def test_every_why_and_every_design_has_its_sentence(language: str) -> None:
    codes = [
        value
        for name, value in vars(study_verdict).items()
        if name.isupper() and isinstance(value, str)
    ]
    keys = [f"evaluation.why.{code}" for code in [*codes, "withheld"]]
    keys += [f"evaluation.design.{design}" for design in Design]
    assert len(codes) > 10
    assert [key for key in keys if not has_text(key, language)] == []


def _action(**changes: object) -> Intervention:
    given = {
        "id": "visits", "title": {"en": "Visits"}, "level": "area", "areas": ("a0",),
        "starts": date(2024, 1, 1), "categories": ("burglary",),
    }  # fmt: skip
    return Intervention(**{**given, **changes})  # type: ignore[arg-type]


def test_an_intervention_becomes_a_plan_with_its_neighbours_kept_apart() -> None:
    study = study_of(_action(), make_panel(quiet(14)))
    assert (study.treated, study.buffer) == (("a0",), ("a1",))
    assert study.comparison == tuple(f"a{i}" for i in range(2, 14))
    assert study.months_after == 12
    assert study.designs[0] in {Design.BEFORE_AFTER_CONTROL, Design.DISPLACEMENT_DIFFERENCE}
    ended = study_of(_action(ends=date(2024, 9, 15)), make_panel(quiet(14)))
    assert ended.months_after == 8


def test_an_intervention_is_about_what_counts_its_categories_best() -> None:
    indicators = {one.id: one for one in find.indicators()}
    assert outcome_of(_action(), indicators, ("theft_rate", BURGLARY)) == BURGLARY
    with pytest.raises(NotFoundError, match="STUDY_NOT_COUNTED"):
        outcome_of(_action(), indicators, ("nuisance_rate",))
