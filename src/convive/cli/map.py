"""`convive map`: propose the mapping of a file, show what it would give, save it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from convive.catalogue.texts import languages
from convive.cli.map_view import show_preview, show_proposal, value_text
from convive.cli.terminal import Terminal, is_interactive
from convive.core.errors import DatasetError
from convive.wiring.mapping import mapping_families, propose_mapping, save_mapping, ways_to_fill

NO_MAPPING = DatasetError.exit_code


def map_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Table, workbook, map file, or a zip of these.")],
    pack: Annotated[
        Path | None,
        typer.Option(help="Folder of the city pack: areas are matched, files kept there."),
    ] = None,
    family: Annotated[
        str,
        typer.Option(
            help="What the file is: incidents, counts, statistics, surveys, observations, notes, "
            "territory."
        ),
    ] = "",
    profile: Annotated[str, typer.Option(help="Id of a known source.")] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; {year} and * as patterns.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language of the comments.")
    ] = "",
    save: Annotated[bool, typer.Option(help="Whether the mapping is saved.")] = True,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing, take what is best.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a mapping that exists.")] = False,
) -> int:
    """Propose how a file is read: looks at names and values, shows what it would give, saves it."""
    if language and language not in languages():
        raise typer.BadParameter(language, param_hint="--language")
    terminal: Terminal = context.obj
    terminal = Terminal(language or terminal.language, is_quiet=terminal.is_quiet)
    session = propose_mapping(
        file, pack, family=family or None, profile=profile or None, sheet=sheet or None
    )
    is_asking = is_interactive() and not yes
    if is_asking and not session.proposal.family.id and session.proposal.declined is None:
        session = _ask_family(session, terminal)
    show_proposal(session, terminal)
    if is_asking:
        session = _ask_missing(_ask_unsure(session, terminal), terminal)
    _say_open(session, terminal)
    if not session.proposal.is_usable:
        terminal.say("cli.map.declined")
        return NO_MAPPING
    show_preview(session, terminal)
    if not session.is_valid:
        terminal.say("cli.map.declined")
        return NO_MAPPING
    if not save:
        terminal.say("cli.map.not_saved")
        return 0
    return _save(session, output, terminal, is_asking=is_asking, force=force)


def _say_open(session: Any, terminal: Terminal) -> None:
    """Say what was unsure and what was not found."""
    proposal = session.proposal
    if proposal.declined is not None:
        return
    if proposal.unsure:
        terminal.say("cli.map.unsure", keys=[choice.key for choice in proposal.unsure])
    if not proposal.family.id:
        return
    undecided = [key for key in proposal.missing if proposal.choice(*key.split("."))]
    nothing = [key for key in proposal.missing if key not in undecided]
    if nothing:
        terminal.warn("cli.map.missing", keys=nothing)
    if undecided:
        terminal.warn("cli.map.undecided", keys=undecided)


def _ask_family(session: Any, terminal: Terminal) -> Any:
    families = mapping_families()
    texts = [terminal.text(f"wizard.family.{name}") for name in families]
    chosen = _pick(terminal.text("cli.map.ask_family"), texts, terminal)
    return session.as_family(families[chosen - 1]) if chosen else session


def _ask_unsure(session: Any, terminal: Terminal) -> Any:
    """Ask about every choice that is to be checked: one of the options, or a value of one's own."""
    for choice in session.proposal.unsure:
        options = [choice.value, *choice.alternatives]
        for number, option in enumerate(options, 1):
            terminal.entry(value_text(option), lead=f"  {number}  ")
        session = _decided(session, choice, options, terminal)
    return session


def _decided(session: Any, choice: Any, options: list[Any], terminal: Terminal) -> Any:
    """Return the session after a choice; asks again where the answer is a slip."""
    question = terminal.text("cli.map.ask_key", name=choice.key)
    while True:
        answer = str(typer.prompt(question, default="1")).strip()
        if answer.isdecimal() and int(answer) <= len(options):
            picked = options[int(answer) - 1] if int(answer) else None
            return session.decide(choice.path, picked)
        said = session.instead(choice, answer)
        if said is not None:
            return said


def _ask_missing(session: Any, terminal: Terminal) -> Any:
    """Ask for what the mapping needs and the file does not show, one of the ways to give it."""
    for keys in session.proposal.missing:
        # Whole tables are written by hand.
        ways = [
            way for way in ways_to_fill(keys) if ("values",) not in way and ("items",) not in way
        ]
        names = [" + ".join(".".join(path) for path in way) for way in ways]
        chosen = len(ways)
        if chosen > 1:
            question = terminal.text("cli.map.ask_way", name=keys)
            chosen = _pick(question, names, terminal)
        for path in ways[chosen - 1] if chosen else ():
            question = terminal.text("cli.map.ask_missing", name=".".join(path))
            answer = str(typer.prompt(question, default="", show_default=False)).strip()
            if answer:
                session = session.answer(path, answer)
    return session


def _pick(question: str, options: list[str], terminal: Terminal) -> int:
    """Return which of the numbered options a person wants; 0 for none, the first by default."""
    for number, option in enumerate(options, 1):
        terminal.entry(option, lead=f"  {number}  ")
    while True:
        answer = typer.prompt(question, default=1, type=int)
        if 0 <= int(answer) <= len(options):
            return int(answer)


def _save(
    session: Any,
    output: Path | None,
    terminal: Terminal,
    *,
    is_asking: bool,
    force: bool,
) -> int:
    """Save the mapping; a level of areas is shown too, since it belongs into city.toml."""
    target = output or session.target()
    facts: dict[str, Any] = {}
    is_level = session.proposal.family.id == "territory"
    if is_asking:
        if session.proposal.profile is None and not is_level:
            facts = {
                key: typer.prompt(
                    terminal.text(f"cli.map.ask_{key}"), default="", show_default=False
                )
                for key in ("owner", "licence")
            }
        if not typer.confirm(terminal.text("cli.map.ask_save", file=str(target)), default=True):
            terminal.say("cli.map.not_saved")
            return 0
    saved = save_mapping(session, target, language=terminal.language, force=force, **facts)
    for path in saved[1:]:
        terminal.say("cli.map.copied", file=str(path))
    terminal.say("cli.map.saved", file=str(saved[0]))
    if is_level:
        terminal.say("cli.map.level")
        terminal.out.print(saved[0].read_text(encoding="utf-8"), markup=False)
    elif session.pack is not None:
        terminal.say("cli.map.next", pack=str(session.pack))
    return 0
