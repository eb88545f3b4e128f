"""Proposals for two checks of a practice, line by line, from what the system already holds.

The checks are the instruments ``emmie_project`` and ``practice_quality_check``. Every line says
what is proposed, why, and where the evidence is; nothing counts until a person confirms it, and a
line without evidence is a to-do. What only a person can know is never proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from convive.core.evaluation.answer import Answer
from convive.core.evaluation.estimate import CheckOutcome, Design
from convive.core.evaluation.logic_check import Step, StepState
from convive.core.evaluation.process import Process
from convive.core.evaluation.study import FrozenStudy
from convive.core.evaluation.worth import Worth
from convive.core.model import Verdict
from convive.core.strategy.model import Action, Challenge, Objective

EMMIE = "emmie_project"
QUALITY = "practice_quality_check"


class EvidenceKind(StrEnum):
    """Where the evidence of a line is to be found."""

    CHALLENGE = "challenge"
    OBJECTIVE = "objective"
    ACTION = "action"
    LOGIC = "logic"
    STUDY = "study"
    ANSWER = "answer"
    DIARY = "diary"
    MONEY = "money"
    SHELF = "shelf"
    PUBLIC_PAGE = "public_page"


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a check with what the system proposes."""

    check: str
    """`EMMIE` or `QUALITY`."""
    item: str
    proposed: str
    """Code of the answer; empty where only a person can know."""
    why: str
    """Code ``evaluation.grade_why.<code>``."""
    evidence: tuple[EvidenceKind, ...] = ()

    @property
    def is_gap(self) -> bool:
        """Whether something is missing that could be added: a to-do."""
        return self.proposed in {"", "0", "none", "claimed"}


@dataclass(frozen=True)
class Held:
    """Everything that the system holds about an action."""

    challenge: Challenge
    objective: Objective
    action: Action
    process: Process
    steps: tuple[Step, ...]
    study: FrozenStudy | None = None
    answer: Answer | None = None
    worth: Worth | None = None
    has_views: bool = False
    is_public: bool = False
    """Whether the plan's public page tells of the action."""


def grade_lines(held: Held) -> tuple[Line, ...]:
    """Return the lines of both checks, in the order of the instruments."""
    return (*_emmie(held), *_quality(held))


def design_level(answer: Answer | None) -> int:
    """Return the level on the Maryland scale, 0 to 5, that the main design really reached.

    5 needs lots, which no study here draws; 4 many areas with control of what was before; 3 before
    and after with comparison areas that ran alike; 2 before and after alone; 0 nothing measured.
    """
    main = answer.primary.main if answer and answer.primary else None
    if main is None or main.effect is None:
        return 0
    failed = [one for one in main.failed if one.is_decisive]
    wanted = _LEVELS.get(main.design, 2)
    return min(wanted, 2) if failed else wanted


_LEVELS: Mapping[Design, int] = {
    Design.SYNTHETIC_CONTROL: 4, Design.MATCHED_AREAS: 4, Design.STAGGERED: 4,
    Design.BEFORE_AFTER_CONTROL: 3, Design.DISPLACEMENT_DIFFERENCE: 3, Design.SURVEY_CHANGE: 3,
    Design.INTERRUPTED_SERIES: 2, Design.CHOSEN_AT_PEAK: 2, Design.DOSE: 2,
}  # fmt: skip
_DIRECTION = {Verdict.WORKED: "2", Verdict.DID_NOT_WORK: "0", Verdict.HARMFUL: "0"}
_FALLS = {Verdict.WORKED: "fall", Verdict.DID_NOT_WORK: "none", Verdict.HARMFUL: "rise"}


def _emmie(held: Held) -> Iterator[Line]:
    level = design_level(held.answer)
    verdict = held.answer.verdict if held.answer else None
    direction = _FALLS.get(verdict, "unknown") if verdict else "unknown"
    yield Line(EMMIE, "effect_direction", direction, "verdict", (EvidenceKind.ANSWER,))
    yield _letter("effect", "evaluated" if level else "none", "design")
    if level:
        yield Line(EMMIE, "effect_quality", str(min(level, 4)), "design", (EvidenceKind.ANSWER,))
    yield _letter("mechanism", _mechanism(held), "logic")
    has_groups = bool(held.answer and any(one.for_whom for one in held.answer.outcomes))
    yield _letter("moderator", "data" if has_groups else "none", "for_whom")
    was_kept = held.process.was_delivered is not None
    yield _letter("implementation", "data" if was_kept else "none", "diary")
    yield _letter("economics", _economics(held), "money")


_LETTERS: Mapping[str, tuple[EvidenceKind, ...]] = {
    "effect": (EvidenceKind.ANSWER,),
    "mechanism": (EvidenceKind.LOGIC,),
    "moderator": (EvidenceKind.ANSWER,),
    "implementation": (EvidenceKind.DIARY,),
    "economics": (EvidenceKind.MONEY, EvidenceKind.ANSWER),
}


def _letter(letter: str, evidence: str, why: str) -> Line:
    found = evidence not in {"none", "claimed"}
    return Line(EMMIE, f"{letter}_evidence", evidence, why, _LETTERS[letter] if found else ())


def _mechanism(held: Held) -> str:
    states = {one.name: one.state for one in held.steps}
    if states.get("outputs") is StepState.SEEN and states.get("outcomes") is StepState.SEEN:
        return "data"
    return "none" if held.action.logic.is_empty else "claimed"


def _economics(held: Held) -> str:
    if held.worth is not None and not held.worth.reason:
        return "evaluated"
    return "data" if held.process.spent > 0 else "claimed" if held.process.budget > 0 else "none"


Ruled = tuple[int | str, str, tuple[EvidenceKind, ...]]
"""The answer, the code of why, and where the evidence is."""
Rule = Callable[[Held], Ruled]


def _quality(held: Held) -> Iterator[Line]:
    for item, rule in _RULES.items():
        proposed, why, evidence = rule(held)
        yield Line(QUALITY, item, str(proposed), why, evidence if proposed not in {0, ""} else ())


def _a1(held: Held) -> Ruled:
    both = bool(held.challenge.about.strip()) + bool(held.challenge.findings)
    return both, "problem", (EvidenceKind.CHALLENGE,)


def _a2(held: Held) -> Ruled:
    return 2 * bool(held.challenge.findings), "findings", (EvidenceKind.CHALLENGE,)


def _a4(held: Held) -> Ruled:
    told = [held.action.groups, held.action.spots, held.action.times]
    return min(2, sum(map(bool, told))), "meant_for", (EvidenceKind.ACTION,)


def _a5(held: Held) -> Ruled:
    logic = held.action.logic
    return bool(logic.activities) + bool(logic.outcomes), "logic", (EvidenceKind.LOGIC,)


def _a6(held: Held) -> Ruled:
    if held.action.shelf_ref:
        return 1, "shelf", (EvidenceKind.SHELF,)
    return int(bool(held.action.evidence_note)), "evidence_note", (EvidenceKind.ACTION,)


def _a7(held: Held) -> Ruled:
    targets = (*held.objective.targets, *held.action.targets)
    whole = any(one.value is not None and one.due is not None for one in targets)
    return 2 if whole else int(bool(targets)), "targets", (EvidenceKind.OBJECTIVE,)


def _b1(held: Held) -> Ruled:
    logic = held.action.logic
    told = [logic.inputs, logic.activities, logic.outputs, logic.outcomes]
    n = sum(map(bool, told))
    return 2 if n == len(told) else int(n > 0), "logic", (EvidenceKind.LOGIC,)


def _b2(held: Held) -> Ruled:
    if held.study is None:
        return 0, "not_frozen", ()
    return 1 if held.study.was_late else 2, "frozen", (EvidenceKind.STUDY,)


def _b3(held: Held) -> Ruled:
    targets = (*held.objective.targets, *held.action.targets)
    measured = any(one.baseline.value is not None for one in targets)
    return 2 * (measured or _n_before(held) > 0), "baseline", (EvidenceKind.OBJECTIVE,)


def _b4(held: Held) -> Ruled:
    return 2 * bool(held.answer), "data_used", (EvidenceKind.ANSWER,)


def _b5(held: Held) -> Ruled:
    if held.study is None or held.study.was_late:
        return 0, "not_frozen", ()
    return 1, "frozen", (EvidenceKind.STUDY,)


def _c1(held: Held) -> Ruled:
    if not held.process.n_entries:
        return 0, "no_diary", ()
    few = held.process.was_delivered is None or held.process.months_silent * 2 > held.process.months
    return 1 if few else 2, "diary", (EvidenceKind.DIARY,)


def _c2(held: Held) -> Ruled:
    # How large the target group is, nobody has told: a share needs a person.
    return int(bool(held.process.reached)), "reached", (EvidenceKind.DIARY,)


def _c3(held: Held) -> Ruled:
    found = 2 if held.process.dose_share is not None else int(held.process.dose is not None)
    return found, "dose", (EvidenceKind.DIARY,)


def _c4(held: Held) -> Ruled:
    return 2 * bool(held.process.obstacles), "obstacles", (EvidenceKind.DIARY,)


def _c5(held: Held) -> Ruled:
    told = [held.action.partners or held.action.lead, held.process.spent > 0]
    return sum(map(bool, told)), "partners_money", (EvidenceKind.ACTION, EvidenceKind.MONEY)


def _c6(held: Held) -> Ruled:
    return 2 * held.has_views, "views", (EvidenceKind.ANSWER,)


def _d1(held: Held) -> Ruled:
    return 2 * bool(design_level(held.answer)), "design", (EvidenceKind.ANSWER,)


def _d2(held: Held) -> Ruled:
    level = design_level(held.answer)
    main = held.answer.primary.main if held.answer and held.answer.primary else None
    compared = main is not None and main.seen.n_comparison > 0 and level > 0
    return 2 if compared and level > 2 else int(compared), "comparison", (EvidenceKind.ANSWER,)


def _d3(held: Held) -> Ruled:
    return design_level(held.answer), "design", (EvidenceKind.ANSWER,)


def _d4(held: Held) -> Ruled:
    return 2 * bool(design_level(held.answer)), "interval", (EvidenceKind.ANSWER,)


def _d6(held: Held) -> Ruled:
    if held.answer is None:
        return 0, "harms_not_looked", ()
    rings = any(one.rings is not None for one in held.answer.outcomes)
    harms = any(one.outcome.is_harm for one in held.answer.outcomes)
    return rings + harms, "harms", (EvidenceKind.ANSWER,)


def _d7(held: Held) -> Ruled:
    if held.answer is None or not design_level(held.answer):
        return "", "verdict", ()
    return _DIRECTION.get(held.answer.verdict, ""), "verdict", (EvidenceKind.ANSWER,)


def _d8(held: Held) -> Ruled:
    if held.worth is None:
        return 0, "money_not_set", ()
    return 1 if held.worth.reason else 2, "money", (EvidenceKind.MONEY, EvidenceKind.ANSWER)


def _e1(held: Held) -> Ruled:
    return int(held.is_public), "public", (EvidenceKind.PUBLIC_PAGE,)


def _e5(held: Held) -> Ruled:
    return int(held.answer is not None), "limits", (EvidenceKind.ANSWER,)


def _only_people(_held: Held) -> Ruled:
    return "", "only_people", ()


_RULES: Mapping[str, Rule] = {
    "a1": _a1, "a2": _a2, "a3": _only_people, "a4": _a4, "a5": _a5, "a6": _a6, "a7": _a7,
    "b1": _b1, "b2": _b2, "b3": _b3, "b4": _b4, "b5": _b5, "b6": _only_people,
    "c1": _c1, "c2": _c2, "c3": _c3, "c4": _c4, "c5": _c5, "c6": _c6,
    "d1": _d1, "d2": _d2, "d3": _d3, "d4": _d4, "d5": _only_people, "d6": _d6, "d7": _d7,
    "d8": _d8, "e1": _e1, "e2": _only_people, "e3": _only_people, "e4": _only_people, "e5": _e5,
}  # fmt: skip


def _n_before(held: Held) -> int:
    main = held.answer.primary.main if held.answer and held.answer.primary else None
    return main.seen.n_before or 0 if main else 0  # None: withheld by the gate


def open_checks(answer: Answer) -> tuple[str, ...]:
    """Return the checks of the main outcome that failed or could not tell, for the list of gaps."""
    main = answer.primary.main if answer.primary else None
    checks = main.checks if main else ()
    return tuple(one.code for one in checks if one.outcome is not CheckOutcome.PASSED)
