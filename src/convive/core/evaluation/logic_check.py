"""The logic model of an action held against what the system has seen: step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from convive.core.evaluation.process import Process
from convive.core.model import Verdict
from convive.core.strategy.model import Action

STEPS = ("problem", "inputs", "activities", "outputs", "outcomes", "impact", "assumptions")


class StepState(StrEnum):
    """What can be said about a step; in words ``evaluation.step.<code>``."""

    NOT_WRITTEN = "not_written"
    """Nobody wrote it down, so nothing can be checked."""
    ONLY_WRITTEN = "only_written"
    """Nothing that the system holds speaks for or against it."""
    SEEN = "seen"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the logic model, its text, and what was seen of it."""

    name: str
    text: str
    state: StepState
    why: str = ""
    """Code ``evaluation.step_why.<code>``; empty where there is nothing to say."""
    params: Mapping[str, float | int | str] = field(default_factory=dict)


def check_logic(
    action: Action, process: Process, *, verdict: Verdict | None, has_findings: bool
) -> tuple[Step, ...]:
    """Return every step of the logic model with what speaks for or against it.

    Parameters
    ----------
    action : Action
    process : Process
        As `convive.core.evaluation.process.process_of` gives it.
    verdict : Verdict, optional
        Of the evaluation; None where there is none.
    has_findings : bool
        Whether the challenge rests on findings of the audit.

    Notes
    -----
    The first contradicted step from the left is where the chain broke: an outcome cannot be
    blamed on an idea that was never carried out.
    """
    seen: dict[str, tuple[StepState, str]] = {
        "problem": (StepState.SEEN, "findings") if has_findings else _NOTHING,
        "inputs": (StepState.SEEN, "money_spent") if process.spent > 0 else _NOTHING,
        "activities": _activities(process),
        "outputs": _outputs(process),
        "outcomes": _outcomes(verdict),
        "impact": _NOTHING,
        "assumptions": _NOTHING,
    }
    return tuple(_step(name, getattr(action.logic, name), *seen[name]) for name in STEPS)


def broken_at(steps: tuple[Step, ...]) -> Step | None:
    """Return the first step that was contradicted, None where none was."""
    return next((one for one in steps if one.state is StepState.CONTRADICTED), None)


_NOTHING = (StepState.ONLY_WRITTEN, "")


def _step(name: str, text: str, state: StepState, why: str) -> Step:
    if not text.strip() and state is not StepState.CONTRADICTED:
        return Step(name, "", StepState.NOT_WRITTEN, why)
    return Step(name, text.strip(), state, why)


def _activities(process: Process) -> tuple[StepState, str]:
    if process.was_delivered is None:
        silent = process.months and process.months_silent == process.months
        return (StepState.CONTRADICTED, "no_diary") if silent else _NOTHING
    done = process.n_entries - process.deliveries.get("not_done", 0)
    if done * 2 < process.n_entries:
        return StepState.CONTRADICTED, "mostly_not_done"
    return StepState.SEEN, "diary"


def _outputs(process: Process) -> tuple[StepState, str]:
    if process.dose_share is not None:
        if process.was_delivered:
            return StepState.SEEN, "dose"
        return StepState.CONTRADICTED, "dose_short"
    return (StepState.SEEN, "reached") if process.reached else _NOTHING


def _outcomes(verdict: Verdict | None) -> tuple[StepState, str]:
    if verdict is Verdict.WORKED:
        return StepState.SEEN, "worked"
    if verdict in {Verdict.DID_NOT_WORK, Verdict.HARMFUL}:
        return StepState.CONTRADICTED, str(verdict)
    return StepState.ONLY_WRITTEN, "" if verdict is None else "cannot_tell"
