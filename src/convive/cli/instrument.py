"""`convive instrument`: the catalogue's questionnaires and checklists, and whether a file is one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from convive.catalogue import find
from convive.catalogue.instrument_checks import check_folder, folders_in
from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.instruments.model import Instrument, Item, Section
from convive.core.model import Text

app = typer.Typer(no_args_is_help=True, help="Questionnaires, audits, checklists and scorecards.")

_COLUMNS = ("id", "title", "kind", "audience", "items", "version")


@app.command("list")
def list_instruments(context: typer.Context) -> None:
    """Show every instrument of the catalogue."""
    terminal: Terminal = context.obj
    table = Table(box=SIMPLE, pad_edge=False)
    longest = max(len(one.id) for one in find.instruments())
    for column in _COLUMNS:
        table.add_column(
            terminal.text(f"cli.instrument.column.{column}"),
            justify="right" if column in {"items", "version"} else "left",
            no_wrap=column == "id",  # it is what one copies
            overflow="ignore" if column == "id" else "fold",
            min_width=longest if column == "id" else None,
        )
    for one in find.instruments():
        table.add_row(
            one.id,
            _words(one.title, terminal),
            terminal.text(f"instrument_kind.{one.kind.value}"),
            terminal.text(f"audience.{one.audience.value}"),
            str(sum(1 for _ in one.items())),
            str(one.version),
        )
    terminal.out.print(table)


@app.command("show")
def show_instrument(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id, or id@version.")],
) -> None:
    """Show an instrument: what for, every question with its rules, what is computed."""
    terminal: Terminal = context.obj
    name, _, version = identifier.partition("@")
    if version and not version.isdecimal():
        raise NotFoundError("INSTRUMENT_NOT_FOUND", id=identifier)
    one = find.instrument(name, int(version) if version else None)
    _show_head(one, terminal)
    for section in one.content:
        _show_section(section, terminal, depth=0)
    _show_scores(one, terminal)


@app.command("check")
def check_instrument(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of an instrument, or of several.")],
) -> int:
    """Check the files of an instrument and list everything wrong, with file, line and remedy."""
    terminal: Terminal = context.obj
    folders = folders_in(folder)
    if not folders:
        raise NotFoundError("INSTRUMENT_NO_FOLDER", folder=folder.name)
    problems = [problem for one in folders for problem in check_folder(one)]
    show(problems, terminal)
    terminal.out.print()
    terminal.say("cli.instrument.checked", n=len(folders), problems=len(problems))
    return DefinitionError.exit_code if problems else 0


def _words(text: Text, terminal: Terminal) -> str:
    """Return a text in the person's language, in English where it has not been translated."""
    return text.get(terminal.language) or text.get("en", "")


def _show_head(one: Instrument, terminal: Terminal) -> None:
    terminal.out.print(f"\n{_words(one.title, terminal)}", style="bold", markup=False)
    terminal.entry(_words(one.summary, terminal))
    facts = {"kind": one.kind.value, "audience": one.audience.value, "status": one.status}
    terminal.say("cli.instrument.facts", version=str(one.version), day=one.effective_from, **facts)
    terminal.say(f"sensitivity.{one.sensitivity.value}.about")
    if one.inspired_by:
        notice = terminal.text("instrument.inspired_by", original=one.inspired_by)
        terminal.entry(notice, style="yellow")
    if one.when_not:
        terminal.say("cli.instrument.when_not", text=_words(one.when_not, terminal))


def _show_section(section: Section, terminal: Terminal, *, depth: int) -> None:
    lead = "  " * depth
    notes = [terminal.text("cli.instrument.repeats")] if section.repeats else []
    if section.relevant:
        notes.append(terminal.text("cli.instrument.asked_if", rule=section.relevant))
    title = _words(section.title, terminal)
    said = f"{lead}{title} ({'; '.join(notes)})" if notes else f"{lead}{title}"
    terminal.out.print(f"\n{said}", style="bold", markup=False)
    for part in section.content:
        if isinstance(part, Section):
            _show_section(part, terminal, depth=depth + 1)
        else:
            _show_item(part, terminal, lead=f"{lead}  ")


def _show_item(item: Item, terminal: Terminal, *, lead: str) -> None:
    notes = [item.id, terminal.text(f"item_type.{item.type.value}")]
    if item.relevant:
        notes.append(terminal.text("cli.instrument.asked_if", rule=item.relevant))
    terminal.entry(_words(item.question, terminal), lead=lead)
    terminal.out.print(f"{lead}  {', '.join(notes)}", style="dim", markup=False)
    if item.scale:
        labels = " · ".join(_words(choice.label, terminal) for choice in item.scale.choices)
        terminal.entry(labels, lead=f"{lead}  ")


def _show_scores(one: Instrument, terminal: Terminal) -> None:
    terminal.out.print()
    if one.no_score_reason:
        terminal.say("cli.instrument.no_score", reason=_words(one.no_score_reason, terminal))
    if one.scores:
        terminal.out.print(terminal.text("cli.instrument.scores"), style="bold", markup=False)
    for score in one.scores:
        method = terminal.text(f"score_method.{score.method.value}")
        terminal.entry(f"{_words(score.label, terminal)} ({score.id}): {method}", lead="  ")
