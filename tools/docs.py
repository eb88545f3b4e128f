"""Write the generated reference pages, or with --check tell which of them are out of date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import typer.main

from convive.app import tables
from convive.catalogue import find
from convive.catalogue.texts import say
from convive.cli.main import app
from convive.core import errors

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"


def tables_page() -> str:
    """Return the page of every published table."""
    parts = ["# Published tables\n\n", NOTE, (tables.__doc__ or "").partition("\n\n")[2] + "\n\n"]
    for spec in tables.RESULT_TABLES:
        parts.append(f"## {spec.name}\n\n{spec.about} Key: {', '.join(spec.key)}.\n\n")
        parts.append("| column | type | may be empty | meaning |\n|---|---|---|---|\n")
        for column in spec.columns:
            empty = "yes" if column.nullable else ""
            parts.append(f"| `{column.name}` | {column.kind.value} | {empty} | {column.about} |\n")
        parts.append("\n")
    return "".join(parts)


def _exit_codes(root: type[errors.ConviveError]) -> Iterator[tuple[int, str, str]]:
    about = (root.__doc__ or "").strip().splitlines()[0]
    yield root.exit_code, root.__name__, about
    for child in root.__subclasses__():
        yield from _exit_codes(child)


def cli_page() -> str:
    """Return the page of commands and exit codes."""
    parts = ["# The command line\n\n", NOTE]
    group = typer.main.get_command(app)
    # Newer Typer carries its own click inside: ask objects what they have, not what they are.
    for name, command in getattr(group, "commands").items():  # noqa: B009
        parts.append(f"## convive {name}\n\n{(command.help or '').strip()}\n\n")
        parts.append("| argument or option | meaning |\n|---|---|\n")
        for parameter in command.params:
            names = ", ".join(f"`{option}`" for option in parameter.opts)
            if parameter.param_type_name == "argument":
                names = f"`{(parameter.name or '').upper()}`"
            parts.append(f"| {names} | {getattr(parameter, 'help', '') or ''} |\n")
        parts.append("\n")
    parts.append("## Exit codes\n\n| code | means |\n|---|---|\n| 0 | done |\n")
    parts.append("| 2 | the command was not understood |\n| 130 | stopped by the user |\n")
    rows = sorted(set(_exit_codes(errors.ConviveError)))
    parts.extend(f"| {code} | {name}: {about} |\n" for code, name, about in rows)
    return "".join(parts)


def indicators_page() -> str:
    """Return the page of every indicator."""
    parts = ["# Indicators\n\n", NOTE]
    for indicator in find.indicators():
        parts.append(
            f"## {indicator.label['en']} (`{indicator.id}`, version {indicator.version})\n\n"
        )
        parts.append(f"{indicator.question['en']}\n\n")
        parts.append(f"- Face: {say('face.' + indicator.face.value, 'en')}\n")
        parts.append(f"- Unit: {say('unit.' + indicator.unit, 'en')}\n")
        parts.append(f"- Method: `{indicator.method}`\n- Status: {indicator.status}\n")
        if indicator.cannot_show:
            parts.append(f"- Cannot show: {indicator.cannot_show['en']}\n")
        parts.extend(f"- Source: {reference.cite}\n" for reference in indicator.references)
        parts.append("\n")
    return "".join(parts)


PAGES = {"tables.md": tables_page, "cli.md": cli_page, "indicators.md": indicators_page}


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    stale = []
    for name, page in PAGES.items():
        path = REFERENCE / name
        text = page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not is_check:
            path.write_text(text, encoding="utf-8")
    if is_check and stale:
        print(f"Out of date: {', '.join(stale)}. Run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
