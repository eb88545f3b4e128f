"""The sources as the evidence room lists them."""

from __future__ import annotations

from typing import Any

from convive.app.quality_words import told_number
from convive.catalogue.texts import format_period, localised, say
from convive.web.rights.selectors.agreements import is_keeper, sources_open_to
from convive.web.rights.site import SourceShown, sources_now


def source_cards(account: Any, language: str) -> list[dict[str, Any]]:
    """Return the sources that an account may know of; without an agreement only that they are."""
    open_now, keeps = sources_open_to(account), is_keeper(account)
    return [
        _card(one, language, is_open=one.source_id in open_now)
        for one in sources_now() if keeps or one.source_id in open_now
    ]  # fmt: skip


def _card(source: SourceShown, language: str, *, is_open: bool) -> dict[str, Any]:
    card: dict[str, Any] = {
        "source_id": source.source_id, "title": localised(source.title, language),
        "kind": say(f"web.kind.{source.kind}", language), "is_open": is_open, "light": "",
        "period": "", "rows": "",
    }  # fmt: skip
    if is_open:
        card["light"] = say(f"light.{source.light}", language)
        card["rows"] = told_number(source.rows, language)
        if source.first and source.after:
            card["period"] = format_period(source.first, source.after, language)
    return card
