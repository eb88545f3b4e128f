"""Evaluations: a plan being written, one laid down, its answer, notes beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer, Rival
from convive.core.evaluation.estimate import Check, CheckOutcome, Design, Estimate, Seen
from convive.core.evaluation.ethics import QUESTIONS
from convive.core.evaluation.study import FrozenStudy, Outcome, Split, Study
from convive.core.model import Verdict
from convive.web.evaluation.actions.answers import keep_answer
from convive.web.evaluation.actions.plans import answer_ethics, lay_down, write_draft
from convive.web.evaluation.models import Evaluation, KeptAnswer
from convive.web.evaluation.selectors.evaluations import frozen_of, rows_of
from convive.web.roles import Role
from convive.web.workspace.models import Action
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_running
from factories.web_objects.strategy import make_organisation

GOOD = {one.code: not one.asks_back for one in QUESTIONS}
"""Answers to the questions of ethics from which nothing follows."""


def study(action: Action, **more: Any) -> Study:
    """Return a whole plan for an action."""
    given: dict[str, Any] = {
        "outcomes": (Outcome("burglary_rate"), Outcome("violence_rate", is_harm=True)),
        "designs": (Design.BEFORE_AFTER_CONTROL,), "level": "neighbourhood", "treated": ("n08",),
        "comparison": ("n01", "n02"), "starts_on": date(2026, 1, 1), "chosen_months": 0,
    }  # fmt: skip
    return Study(action=f"action:{action.code}", **(given | more))


def make_evaluation(action: Action | None = None, **more: Any) -> Evaluation:
    """Make an evaluation whose plan is written and whose questions of ethics are answered."""
    action = action or make_running(lead=make_organisation())
    found = write_draft(action, study(action, **more), number=0, by=None)
    answer_ethics(found, GOOD, {}, by=None)
    found.refresh_from_db()
    return found


def make_laid_down(action: Action | None = None, **more: Any) -> Evaluation:
    """Make an evaluation whose plan was laid down."""
    found = make_evaluation(action, **more)
    by = make_account(Role.COORDINATOR)
    lay_down(found, digest=study(found.action, **more).digest, last_data=date(2026, 6, 1), by=by)
    return found


def estimate(**more: Any) -> Estimate:
    """Return an effect as a design gives it: a fifth fewer, and sure of it."""
    given: dict[str, Any] = {
        "design": Design.BEFORE_AFTER_CONTROL, "reason": None, "effect": -20.0, "low": -31.0,
        "high": -8.0, "coverage": 0.95, "p": 0.002, "avoided": 40.0, "avoided_low": 15.0,
        "avoided_high": 70.0, "seen": Seen(240, 160, 1, 2, 24, 12),
        "checks": (Check("parallel_before", CheckOutcome.PASSED, True),),
        "verdict": Verdict.WORKED,
    }  # fmt: skip
    return Estimate(**(given | more))


def answer(frozen: FrozenStudy, verdict: Verdict = Verdict.WORKED, **more: Any) -> Answer:
    """Return an answer to a plan."""
    main = estimate(verdict=verdict)
    wanted, harm = frozen.current.outcomes
    given: dict[str, Any] = {
        "outcomes": (
            OutcomeAnswer(
                wanted, main, (estimate(design=Design.INTERRUPTED_SERIES),),
                for_whom=(ForWhom(Split.DAYPART, "night", main),), source_ids=("police",),
                period_start=date(2024, 1, 1), period_end=date(2027, 1, 1),
            ),
            OutcomeAnswer(harm, estimate(effect=2.0, low=-9.0, high=14.0, p=0.7,
                                         verdict=Verdict.CANNOT_TELL)),
        ),
        "why": ("beyond_chance",),
        "rivals": (Rival("season", True), Rival("displacement", None), Rival("chance", True, {"p": 0.002})),
        "harms": (),
    }  # fmt: skip
    return Answer(study=frozen, verdict=verdict, **(given | more))


def make_answered(
    action: Action | None = None, verdict: Verdict = Verdict.WORKED, **more: Any
) -> KeptAnswer:
    """Make an evaluation that was answered."""
    found = make_laid_down(action)
    frozen = frozen_of(rows_of(found))
    assert frozen is not None
    return keep_answer(found.pk, answer(frozen, verdict, **more), "build")


def _of(evaluation: Evaluation) -> dict[str, Any]:
    return {"code": evaluation.action.strategy.code, "part": evaluation.action.code}


def _of_action() -> dict[str, Any]:
    made = make_running(lead=make_organisation())
    return {"code": made.strategy.code, "part": made.code}


def _answered() -> dict[str, Any]:
    return _of(make_answered().evaluation)


NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
READ = {"evaluation-answer", "evaluation-checks", "evaluation-dossier"}
EDIT = {"evaluation-write", "evaluation-ethics", "evaluation-freeze", "evaluation-work-out",
        "evaluation-note", "evaluation-unit"}  # fmt: skip
BUILDERS: dict[str, Any] = {
    **dict.fromkeys(READ, _answered),
    **dict.fromkeys(EDIT, lambda: _of(make_laid_down())),
    "evaluation": _of_action,
    "evaluation-dossier": lambda: _answered() | {"kind": "docx"},
    "evaluation-confirm": _answered,
    "plan-years": lambda: {"code": _of_action()["code"]},
    "plan-year": lambda: {"code": _of_action()["code"], "year": 2026},
    "plan-year-file": lambda: {"code": _of_action()["code"], "year": 2026, "kind": "docx"},
}
FOR_OWN = {"evaluation", *READ}
