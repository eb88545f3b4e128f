"""The first steps of a new town on the home page; gone as soon as all of them are done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.first_steps import Begun, what_is_begun


@dataclass(frozen=True)
class Step:
    """One step: its words are ``first_steps.<name>``."""

    name: str
    is_done: bool
    address: str = ""
    """Empty where another step comes first."""
    is_next: bool = False

    @property
    def title(self) -> str:
        """Key of what is to be done."""
        return f"first_steps.{self.name}"


def first_steps(account: Any, language: str) -> dict[str, Any] | None:
    """Return the steps with how many are done; None once there is nothing left to do."""
    return _told(_steps(what_is_begun(account), language))


def steps_of_plan(strategy: Strategy, account: Any, language: str) -> dict[str, Any] | None:
    """Return the steps from a finding to the first money of one plan, as `first_steps` does."""
    return _told(_plan_steps(what_is_begun(account, strategy), language))


def _told(found: Iterable[Step]) -> dict[str, Any] | None:
    steps = list(found)
    left = [step for step in steps if not step.is_done]
    if not left:
        return None
    shown = [Step(one.name, one.is_done, one.address, one is left[0]) for one in steps]
    return {"steps": shown, "n": len(steps), "done": len(steps) - len(left)}


def _steps(begun: Begun, language: str) -> Iterable[Step]:
    yield Step("partner", begun.has_partner, _to("partner-new", language))
    yield Step("strategy", bool(begun.strategy), _to("strategy-new", language))
    yield from _plan_steps(begun, language)
    yield Step("body", bool(begun.body), _to("body-new", language))
    yield Step("meeting", begun.has_meeting, _part("body", language, begun.body))


def _plan_steps(begun: Begun, language: str) -> Iterable[Step]:
    yield Step(
        "challenge", bool(begun.challenge), _part("strategy-findings", language, begun.strategy)
    )
    yield Step("target", begun.has_target, _to_target(begun, language))
    yield Step("budget", begun.has_budget, _to_budget(begun, language))


def _to_target(begun: Begun, language: str) -> str:
    if begun.objective:
        return _part("plan-objective-targets", language, begun.objective)
    return _part("plan-objective-new", language, begun.challenge)


def _to_budget(begun: Begun, language: str) -> str:
    if begun.action:
        return _to("plan-action-section", language, *begun.action.split("/"), "budget")
    return _part("plan-action-new", language, begun.objective)


def _part(name: str, language: str, where: str) -> str:
    return _to(name, language, *where.split("/")) if where else ""


def _to(name: str, language: str, *codes: str) -> str:
    return reverse(name, args=(language, *codes))
