"""The golden thread as a strip: where something comes from, what came of it.

Show it with ``{% include "workspace/thread.html" %}`` and ``thread=thread_of(thing, account,
language)`` in the context. Other parts of the workspace tell where their things are shown::

    ADDRESSES["decision"] = lambda one, language: reverse("meeting", …) + f"#{one.code}"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from convive.catalogue.texts import format_date, say
from convive.web.roles import EDITORS
from convive.web.staff.audit import area_name
from convive.web.workspace.models import KeptFinding
from convive.web.workspace.published_plan import published
from convive.web.workspace.selectors.findings import kept_sentence
from convive.web.workspace.selectors.thread import MOST, Thread, ToldEffect, read_thread

KINDS = (
    "finding", "challenge", "objective", "action", "decision", "commitment", "diary", "effect",
    "public",
)  # fmt: skip
LONGEST = 70

Address = Callable[[Any, str], str]


@dataclass(frozen=True)
class Knot:
    """One thing on the thread."""

    text: str
    address: str
    """Empty where the account cannot open it."""
    is_here: bool


@dataclass(frozen=True)
class Stage:
    """The things of one kind."""

    kind: str
    knots: tuple[Knot, ...]
    has_more: bool
    is_open: bool = False
    """Whether what is named is still to come."""


def thread_of(thing: Any, account: Any, language: str) -> list[Stage]:
    """Return the stages from finding to effect; those with nothing are there, empty."""
    thread = read_thread(thing, account)
    return [_stage(kind, thread, thing, account, language) for kind in KINDS]


def _stage(kind: str, thread: Thread, thing: Any, account: Any, language: str) -> Stage:
    if kind == "public":
        return Stage(kind, _public(thread, account, language), has_more=False)
    rows = thread.found[kind]
    knots = tuple(
        Knot(
            short(_text(kind, one, language)),
            _address(kind, one, thread, account, language),
            type(one) is type(thing) and one.pk == thing.pk,
        )
        for one in rows[:MOST]
    )
    is_open = kind == "effect" and bool(rows) and not thread.has_effect
    return Stage(kind, knots, len(rows) > MOST, is_open)


def _public(thread: Thread, account: Any, language: str) -> tuple[Knot, ...]:
    """Return the page of residents: where it is published from, or itself where it is out."""
    if thread.strategy is None:
        return ()
    text, code = say("plan.thread.residents", language), thread.strategy.code
    if account.roles & EDITORS:
        return (Knot(text, reverse("plan-publish", args=(language, code)), is_here=False),)
    there = published()
    if there is None or there["code"] != code:
        return ()
    return (Knot(text, reverse("public-plan", args=(language,)), is_here=False),)


def short(text: str) -> str:
    """Return a text that fits into the strip."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _text(kind: str, one: Any, language: str) -> str:
    if isinstance(one, KeptFinding):
        return kept_sentence(one, language)
    if isinstance(one, ToldEffect):
        return one.text(language)
    if kind == "diary":
        return f"{format_date(one.on, language)} · {one.organisation}"
    if kind == "effect":
        name = say(f"indicator.{one.indicator_id}", language)
        return f"{name} · {area_name(one.level, one.area_id)}"
    if kind == "commitment":
        return f"{one.owner}: {one.text}"
    return str(one.text if kind == "decision" else one.title)


def _address(kind: str, one: Any, thread: Thread, account: Any, language: str) -> str:
    if isinstance(one, ToldEffect):
        return one.address(language)
    if isinstance(one, KeptFinding):
        if thread.strategy is not None and account.roles & EDITORS:
            return reverse("plan-finding", args=(language, thread.strategy.code, one.finding_id))
        return reverse("finding", args=(language, one.finding_id))
    try:
        return ADDRESSES[kind](one, language)
    except NoReverseMatch:  # the part that shows it is not there
        return ""


def _effect(one: Any, language: str) -> str:
    part = one.objective or one.action
    return f"{ADDRESSES['objective' if one.objective else 'action'](part, language)}#targets"


ADDRESSES: dict[str, Address] = {
    "strategy": lambda one, language: reverse("strategy", args=(language, one.code)),
    "challenge": lambda one, language: reverse(
        "plan-challenge", args=(language, one.strategy.code, one.code)
    ),
    "objective": lambda one, language: reverse(
        "plan-objective", args=(language, one.challenge.strategy.code, one.code)
    ),
    "action": lambda one, language: reverse(
        "plan-action", args=(language, one.strategy.code, one.code)
    ),
    "decision": lambda one, language: reverse("decision", args=(language, one.code)),
    "commitment": lambda one, language: reverse("commitment", args=(language, one.code)),
    "diary": lambda one, language: reverse("diary-entry", args=(language, one.pk)),
    "effect": _effect,
}
"""Kind → address of the page that shows one of it; apps of other parts put theirs in."""
