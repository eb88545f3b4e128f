"""Use case: a frozen plan and the counts that are kept → its answer, through the gate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from convive.app.evaluation.asked import KIND as ASKED
from convive.app.evaluation.asked import public_surveys, read_asked
from convive.app.evaluation.counts import KIND, counted_areas, public_sources, safe_panel
from convive.app.evaluation.gate import gated
from convive.app.ports import RestrictedStore
from convive.core.errors import NotFoundError
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.run_study import answer
from convive.core.evaluation.study import FrozenStudy, Study
from convive.core.evaluation.study_window import Beside
from convive.core.evaluation.survey_study import AskedOutcome
from convive.core.model import DisclosureRule

PURPOSE = "evaluation"


def answer_study(
    study: FrozenStudy,
    store: RestrictedStore,
    *,
    rule: DisclosureRule,
    today: date,
    actor: str,
    beside: Beside | None = None,
) -> Answer:
    """Return the gated answer to a frozen plan; every count that is opened is logged.

    Raises
    ------
    NotFoundError
        STUDY_NO_AUDIT where no audit has left counts; STUDY_AREA_UNKNOWN, STUDY_LEVEL_UNKNOWN
        for areas and levels that the pack does not have.
    MethodError
        STUDY_EMPTY.
    """
    held = held_of(study, store, rule=rule, actor=actor)
    rng = np.random.default_rng(study.current.seed)
    beside = replace(beside or Beside(), asked=held.asked)
    found = answer(study, held.panels, today=today, rng=rng, beside=beside)
    return gated(found, rule, public=held.public)


@dataclass(frozen=True)
class Held:
    """What is kept for the outcomes of a plan, as it was laid down and as it is now."""

    panels: dict[str, CountPanel] = field(default_factory=dict)
    """Indicator → counts from which anything may be worked out."""
    asked: dict[str, AskedOutcome] = field(default_factory=dict)
    """Indicator of a survey → answers in areas where enough answered."""
    public: frozenset[str] = frozenset()
    """Sources that are public already."""


def held_of(
    study: FrozenStudy, store: RestrictedStore, *, rule: DisclosureRule, actor: str
) -> Held:
    """Return safe counts and answers for the outcomes of a plan."""
    found, asked = {}, {}
    with store.session(actor=actor, purpose=PURPOSE, read_only=True) as session:
        if not session.listed(KIND) and not session.listed(ASKED):
            raise NotFoundError("STUDY_NO_AUDIT")
        for plan in (study.first, study.current):
            _check_areas(plan, counted_areas(session, plan.level))
            for outcome in plan.outcomes:
                panel = safe_panel(session, outcome.indicator_id, plan.level, rule=rule)
                if panel is not None:
                    found[outcome.indicator_id] = panel
                answers = read_asked(session, outcome.indicator_id, plan.level)
                if answers is not None:
                    asked[outcome.indicator_id] = answers
        public = public_sources(session) | public_surveys(session)
    return Held(found, asked, public)


def _check_areas(plan: Study, known: tuple[str, ...]) -> None:
    """Refuse areas that the pack does not have: a typing mistake is no result."""
    if not known:
        raise NotFoundError("STUDY_LEVEL_UNKNOWN", level=plan.level)
    missing = sorted({*plan.treated, *plan.comparison, *plan.buffer} - set(known))
    if missing:
        raise NotFoundError("STUDY_AREA_UNKNOWN", level=plan.level, areas=missing)
