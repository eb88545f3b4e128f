"""What taking over a plan file would do, as its preview tells it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from convive.catalogue.texts import has_text, say
from convive.core.strategy.taking_over import Change, Outcome
from convive.web.workspace.actions.plan_import import Preview

MOST_SHOWN = 300
_FIELD_WORDS = {"spots": "plan.section.where", "lens": "plan.field.gender_lens"}
_SHOWN = (Outcome.NEW, Outcome.CHANGED, Outcome.REFUSED, Outcome.LEFT)


def present_preview(seen: Preview, language: str) -> dict[str, Any]:
    """Return outcome by outcome which parts there are, and how many stay as they are."""
    return {
        "digest": seen.digest,
        "groups": [_group(outcome, seen.of(outcome), language) for outcome in _SHOWN],
        "n_same": len(seen.of(Outcome.SAME)),
        "n_written": len(seen.of(Outcome.NEW, Outcome.CHANGED)),
    }


def _group(outcome: Outcome, changes: tuple[Change, ...], language: str) -> dict[str, Any]:
    kinds = [
        {"kind": say(f"plan.import.kind.{kind}", language),
         "rows": [_row(one, language) for one in found]}
        for kind, some in groupby(changes[:MOST_SHOWN], key=lambda one: one.kind)
        if (found := list(some))
    ]  # fmt: skip
    return {
        "code": outcome.value, "n": len(changes), "kinds": kinds,
        "more": max(0, len(changes) - MOST_SHOWN),
    }  # fmt: skip


def _row(one: Change, language: str) -> dict[str, Any]:
    fields = [_field(name, language) for name in one.fields]
    return {"title": one.title, "code": one.code, "fields": ", ".join(fields)}


def _field(name: str, language: str) -> str:
    for key in (_FIELD_WORDS.get(name, ""), f"plan.field.{name}", f"plan.sheet.{name}",
                f"plan.column.{name}"):  # fmt: skip
        if key and has_text(key):
            return say(key, language)
    return name
