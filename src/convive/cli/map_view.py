"""What `convive map` shows: proposal, words, preview; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich import box
from rich.table import Table

from convive.catalogue.texts import localised
from convive.cli.problems import show
from convive.cli.terminal import Terminal

MARKS = {"sure": ("✓", "green"), "likely": ("~", "yellow"), "check": ("?", "bold magenta")}
N_WORDS = 20
_NARROW = "\u00a0\u202f"
"""Blanks that do not break; Python does not call them printable."""


def show_proposal(session: Any, terminal: Terminal) -> None:
    """Print what the file is and every key that is proposed."""
    proposal = session.proposal
    n = sum(sheet.n_rows for sheet in session.sample.sheets)
    key = "cli.map.looked_all" if session.sample.is_whole else "cli.map.looked"
    terminal.say(key, file=proposal.name, n=n)
    _show_family(session, terminal)
    if proposal.profile is not None:
        terminal.say("cli.map.cautions")
        for code in proposal.profile.cautions:
            terminal.entry(terminal.text(f"caution.{code}"), lead="  • ")
    if proposal.choices and not terminal.is_quiet:
        terminal.out.print(_choices(session, terminal))
    if proposal.personal:
        terminal.say("cli.map.personal")
        for found in proposal.personal:
            kind = terminal.text(f"wizard.personal.{found.kind}")
            terminal.entry(f"{_plain(found.column)}: {kind}", lead="  × ", style="red")
    if proposal.unused and proposal.choices:
        terminal.say("cli.map.unused", columns=[_plain(name) for name in proposal.unused])
    if proposal.words and not terminal.is_quiet:
        terminal.out.print(_words(session, terminal))


def _show_family(session: Any, terminal: Terminal) -> None:
    family = session.proposal.family
    if not family.id:
        terminal.say("cli.map.is_unknown")
    else:
        terminal.say(
            "cli.map.is",
            family=terminal.text(f"wizard.family.{family.id}"),
            confidence=terminal.text(f"wizard.confidence.{family.confidence.value}"),
        )
    reasons = list(family.reasons)
    if session.proposal.declined is not None:
        reasons = [session.proposal.declined]
    for reason in reasons:
        terminal.entry(reason_text(reason, terminal), lead="  → ")


def reason_text(reason: Any, terminal: Terminal) -> str:
    """Return a reason in the reader's language."""
    params = {
        key: localised(value, terminal.language) if isinstance(value, Mapping) else value
        for key, value in reason.params.items()
    }
    return _plain(terminal.text(f"wizard.reason.{reason.code}", **params))


def _choices(session: Any, terminal: Terminal) -> Table:
    """Return key, proposal, how sure and why as a table."""
    table = _table(terminal, "")
    for name in ("key", "value", "how_sure", "why"):
        table.add_column(terminal.text(f"cli.map.{name}"), overflow="fold", ratio=_RATIOS[name])
    for choice in session.proposal.choices:
        mark, style = MARKS[choice.confidence.value]
        sure = terminal.text(f"wizard.confidence.{choice.confidence.value}")
        why = " ".join(reason_text(reason, terminal) for reason in choice.reasons)
        table.add_row(
            _plain(choice.key), value_text(choice.value), f"[{style}]{mark} {sure}[/]", _safe(why)
        )
    return table


_RATIOS = {"key": 3, "value": 4, "how_sure": 2, "why": 5}


def value_text(value: Any) -> str:
    """Return a proposed value as one short text, safe to print."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        if "column" in value:
            return _safe(str(value["column"]))
        return _safe(", ".join(f"{k} = {v}" for k, v in value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(value_text(part) for part in value if part != "")
    return _safe(str(value))


def _words(session: Any, terminal: Terminal) -> Table:
    table = _table(terminal, terminal.text("cli.map.words"))
    table.add_column(terminal.text("cli.map.word"), overflow="fold", ratio=4)
    table.add_column(terminal.text("cli.map.rows"), justify="right")
    table.add_column(terminal.text("cli.map.category"), overflow="fold", ratio=4)
    for word in session.proposal.words[:N_WORDS]:
        mark, style = MARKS[word.confidence.value]
        category = f"[dim]{_safe(terminal.text('cli.map.no_category'))}[/]"
        if word.category:
            category = f"[{style}]{mark}[/] {_safe(terminal.text(f'category.{word.category}'))}"
        table.add_row(_safe(word.word), str(word.n), category)
    return table


def show_preview(session: Any, terminal: Terminal) -> None:
    """Print the first rows as Convive understands them, and what it would leave out and why."""
    found = session.preview()
    if found.rows_read:
        if found.rows and not terminal.is_quiet:
            terminal.out.print(_rows(found.rows, terminal))
        terminal.say(
            "cli.map.counts",
            read=found.rows_read,
            used=found.rows_used,
            rejected=found.rows_rejected,
        )
        for level, n in found.placed.items():
            terminal.say("cli.map.placed", level=_plain(level), n=n, used=found.rows_read)
        if found.rows_outside:
            terminal.say("cli.map.outside", n=found.rows_outside)
    show(found.problems, terminal)
    if found.problems:
        terminal.out.print()


_SHOWN = {
    "incidents": ("starts", "place", "category_source", "category"),
    "counts": ("period_start", "place", "category_source", "category", "count"),
    "statistics": ("period_start", "place", "statistic", "value"),
    "surveys": ("wave", "respondent", "item", "answer"),
    "observations": ("day", "daypart", "place", "item", "rating"),
    "notes": ("day", "place", "theme", "face", "direction"),
}
_TITLES = {
    "starts": "moment",
    "period_start": "moment",
    "day": "moment",
    "place": "place",
    "category_source": "source_word",
    "category": "category",
    "count": "number",
    "value": "number",
}


def _rows(rows: Sequence[Mapping[str, Any]], terminal: Terminal) -> Table:
    """Return the first rows as a table: when, where, what."""
    keys = next((shown for shown in _SHOWN.values() if set(shown) - {"place"} <= set(rows[0])), ())
    table = _table(terminal, terminal.text("cli.map.preview"))
    for key in keys:
        title = terminal.text(f"cli.map.{_TITLES[key]}") if key in _TITLES else key
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row, key, terminal) for key in keys))
    return table


def _cell(row: Mapping[str, Any], key: str, terminal: Terminal) -> str:
    value = row.get(key)
    if key == "place":
        return _place(row)
    if value is None:
        return "–"
    if key == "category":
        return _safe(terminal.text(f"category.{value}"))
    if key == "starts":
        return _moment(value, str(row.get("precision")))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _safe(f"{value:g}" if isinstance(value, float) else str(value))


def _moment(value: datetime, precision: str) -> str:
    """Return a moment no finer than what it is good for."""
    length = {"year": 4, "month": 7, "day": 10, "hour": 13}.get(precision, 16)
    return value.isoformat(" ", "minutes")[:length]


def _place(row: Mapping[str, Any]) -> str:
    area = row.get("area_id")
    longitude, latitude = row.get("longitude"), row.get("latitude")
    point = f"{latitude:.4f}, {longitude:.4f}" if longitude is not None else ""
    named = f"{row.get('area_level')} {area}" if area is not None else ""
    return _safe(" · ".join(part for part in (named, point) if part)) or "–"


def _table(terminal: Terminal, title: str) -> Table:
    is_wide = terminal.out.is_terminal
    return Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        expand=is_wide,
        pad_edge=False,
    )


def _plain(text: str) -> str:
    """Return a text without control characters, which could act on a terminal."""
    return "".join(c if c.isprintable() or c in _NARROW else "\ufffd" for c in text)


def _safe(text: str) -> str:
    """Return a text that neither acts on the terminal nor is taken for markup."""
    return _plain(text).replace("[", "\\[")
