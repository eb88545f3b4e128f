"""`convive new`: start a city pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.catalogue.texts import languages as known_languages
from convive.cli.terminal import Terminal, is_interactive
from convive.wiring import start_pack


def new(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist or be empty.")],
    name: Annotated[str, typer.Option(help="Name of the town or city.")] = "",
    country: Annotated[str, typer.Option(help="Two-letter country code.")] = "",
    languages: Annotated[
        str, typer.Option(help="Languages of the town, first = default, e.g. es,en.")
    ] = "",
    time_zone: Annotated[str, typer.Option(help="Time zone, e.g. Europe/Madrid.")] = "",
    crs: Annotated[str, typer.Option(help="Projection in metres, e.g. EPSG:25830.")] = "",
    base_year: Annotated[int, typer.Option(help="Year that the index calls 100.")] = 0,
) -> None:
    """Start a pack: city.toml, folders and commented examples. Asks what the options leave open."""
    terminal: Terminal = context.obj
    ask = _asker(terminal)
    answers = {
        "name": name or ask("cli.new.name", folder.name.replace("-", " ").title()),
        "country": country or ask("cli.new.country", "ES"),
        "languages": _split(languages or ask("cli.new.languages", terminal.language)),
        "time_zone": time_zone or ask("cli.new.time_zone", "Europe/Brussels"),
        "crs": crs or ask("cli.new.crs", "EPSG:3035"),
        "base_year": base_year or int(ask("cli.new.base_year", "2024")),
    }
    start_pack(folder, answers)
    terminal.say("cli.new.done", folder=str(folder))


def _split(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.replace(",", " ").split())
    for language in chosen:
        if language not in known_languages():
            raise typer.BadParameter(language, param_hint="--languages")
    return chosen


def _asker(terminal: Terminal):  # type: ignore[no-untyped-def]
    """Return a function that asks a person, or takes the default where nobody is there."""

    def ask(key: str, default: str) -> str:
        if not is_interactive():
            return default
        return str(typer.prompt(terminal.text(key), default=default))

    return ask
