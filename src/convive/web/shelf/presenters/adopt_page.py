"""What would come into the plan: seen before it is there, and told when it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from convive.catalogue.texts import format_date, say
from convive.core.shelf.adopt import Draft
from convive.web.shelf.presenters import shelf_words as words
from convive.web.shelf.selectors.partners import Partners
from convive.web.workspace.presenters.targets import present_targets

_SECTIONS = {
    "budget": "budget", "targets": "targets", "risks": "risks", "milestones": "milestones",
    "evaluation.harm": "risks",
}  # fmt: skip
"""Parts that are a section of their own; the others are fields."""


def part_names(parts: Iterable[str], language: str) -> str:
    """Return parts of an action in words, each once, with commas."""
    keys = dict.fromkeys(_key(one) for one in parts)
    return ", ".join(say(key, language) for key in keys)


def _key(part: str) -> str:
    if part.startswith("logic."):
        return f"plan.{part}"
    return f"plan.section.{_SECTIONS[part]}" if part in _SECTIONS else f"plan.field.{part}"


def present_draft(draft: Draft, partners: Partners, language: str) -> dict[str, Any]:
    """Return the draft in short: who, what for, when, and what nobody knows yet."""
    action = draft.action
    return {
        "title": action.title,
        "facts": [
            (say("plan.field.kind", language), words.word("kind", action.kind, language)),
            (say("plan.field.pillar", language), words.word("pillar", action.pillar, language)),
            (say("plan.field.level", language), words.word("level", action.level, language)),
            (say("plan.field.partners", language),
             ", ".join(one.name for one in partners.proposed)),
            (say("shelf.adopt_page.nobody_for", language),
             words.words_of_all("sector", partners.nobody_for, language)),
        ],
        "targets": present_targets(action.targets, language),
        "milestones": [(one.title, format_date(one.due, language)) for one in action.milestones],
        "n_risks": len(action.risks),
        "carried": part_names([one.part for one in draft.carried], language),
        "not_told": part_names(draft.not_told, language),
    }  # fmt: skip
