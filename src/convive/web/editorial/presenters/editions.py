"""Editions in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convive.app.edition_changes import EditionChanges, FigureChange
from convive.app.findings import PublishedFinding
from convive.app.shown_figures import present_figure, words_of
from convive.catalogue.texts import format_date, say
from convive.web.editorial.clock import town_day
from convive.web.editorial.models import Edition
from convive.web.editorial.selectors.editions import standing_of

Shown = dict[str, Any]


def present_edition(one: Edition, now: datetime, shown: str, language: str) -> Shown:
    """Return an edition as the list shows it."""
    standing = standing_of(one, now, shown)
    return {
        "key": one.key, "edition": one, "standing": standing,
        "state": say(f"editions.state.{standing}", language),
        "built": day_of(one.built_at, language),
        "is_before_review": one.is_before_review,
        "visible": format_date(town_day(one.visible_from), language) if one.visible_from else "",
    }  # fmt: skip


def present_aside(one: Edition) -> list[Shown]:
    """Return the words that were kept aside when review began, language by language."""
    titles, texts = (one.words_aside.get(part, {}) for part in ("title", "text"))
    return [
        {"language": code, "title": titles.get(code, ""), "text": texts.get(code, "")}
        for code in sorted({*titles, *texts})
    ]


def day_of(moment: str, language: str) -> str:
    """Return the day of a moment as the run record has it."""
    try:
        return format_date(datetime.fromisoformat(moment).date(), language)
    except ValueError:
        return moment


def present_changes(changes: EditionChanges, language: str) -> Shown:
    """Return what differs, in sentences and figures."""
    return {
        "is_empty": changes.is_empty,
        "findings": [
            {"title": say(f"editions.changes.{kind}", language, n=len(found)), "rows": found}
            for kind, found in (
                ("new", _sentences(changes.new, language)),
                ("changed", _sentences(changes.changed, language)),
                ("gone", _sentences(changes.gone, language)),
            )
            if found
        ],
        "figures": [_figure(one, language) for one in changes.figures],
    }


def _sentences(found: tuple[PublishedFinding, ...], language: str) -> list[str]:
    return [one.sentence(language) for one in found]


def _figure(one: FigureChange, language: str) -> Shown:
    return {
        "name": words_of("indicator", one.indicator_id, language),
        "before": present_figure(one.before, language) if one.before else None,
        "now": present_figure(one.now, language) if one.now else None,
    }
