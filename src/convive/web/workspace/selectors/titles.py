"""References of a plan, ``action:lights``, as titles and names of addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from convive.web.workspace.models import Action, Challenge, Objective, Strategy

Names = Mapping[str, Mapping[str, str]]
"""Reference → its kind, code, title and the name of the page that shows it."""
_PAGES = {"challenge": "plan-challenge", "objective": "plan-objective", "action": "plan-action"}


def names_of(strategy: Strategy, references: Iterable[str]) -> Names:
    """Return the titles of some parts of a plan; what is no part of it is left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        kind, _, code = reference.partition(":")
        wanted[kind].add(code)
    return {
        name: one
        for kind, rows in _parts(strategy).items()
        if kind in wanted
        for name, one in _named(kind, rows.filter(code__in=wanted[kind]))
    }


def all_names_of(strategy: Strategy) -> Names:
    """Return the titles of every part of a plan: challenges, objectives, actions."""
    return {
        name: one for kind, rows in _parts(strategy).items() for name, one in _named(kind, rows)
    }


def _parts(strategy: Strategy) -> dict[str, QuerySet[Any]]:
    return {
        "challenge": Challenge.objects.filter(strategy=strategy),
        "objective": Objective.objects.filter(challenge__strategy=strategy),
        "action": Action.objects.filter(strategy=strategy),
    }


def _named(kind: str, rows: QuerySet[Any]) -> Iterable[tuple[str, dict[str, str]]]:
    for code, title in rows.values_list("code", "title"):
        reference = f"{kind}:{code}"
        yield reference, {
            "ref": reference, "kind": kind, "code": code, "title": title, "page": _PAGES[kind]
        }  # fmt: skip
