"""Write the generated reference pages, or with --check tell which of them are out of date."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import typer.main

from convive.app import tables
from convive.catalogue import find
from convive.catalogue.model import Crosswalk
from convive.catalogue.source_profiles import profiles
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
    # Classes elsewhere are kinds of these, and which are loaded depends on what was imported.
    for child in (one for one in root.__subclasses__() if one.__module__ == errors.__name__):
        yield from _exit_codes(child)


def _commands(group: Any, lead: str = "") -> Iterator[tuple[str, Any]]:
    """Yield name and command, those of a group under the group's name."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{lead}{name} ")
        else:
            yield f"{lead}{name}", command


def cli_page() -> str:
    """Return the page of commands and exit codes."""
    parts = ["# The command line\n\n", NOTE]
    group = typer.main.get_command(app)
    # Newer Typer carries its own click inside: ask objects what they have, not what they are.
    for name, command in _commands(group):
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


def classification_page() -> str:
    """Return the page of ICCS, the categories and every crosswalk."""
    parts = ["# Classification\n\n", NOTE]
    parts.append("## Kinds of incident\n\n| kind | is | ICCS 1.0 | note |\n|---|---|---|---|\n")
    for kind in find.categories():
        codes = ", ".join(kind.iccs) or "outside"
        relation = kind.iccs_relation or ""
        parts.append(
            f"| {kind.label['en']} (`{kind.id}`) | {relation} | {codes} | {kind.iccs_note} |\n"
        )
    for name in find.crosswalks(every_version=True):
        parts.extend(_crosswalk_lines(find.crosswalk(name)))
    parts.append(
        "\n## ICCS 1.0\n\nLevels 1 and 2 are complete. English is the classification's own; "
    )
    parts.append("other languages are Convive's.\n\n| code | label | trust |\n|---|---|---|\n")
    parts.extend(f"| {c.code} | {c.label['en']} | {c.provenance} |\n" for c in find.iccs_codes())
    return "".join(parts)


def _crosswalk_lines(crosswalk: Crosswalk) -> Iterator[str]:
    span = [day.isoformat() for day in (crosswalk.valid_from, crosswalk.valid_to) if day]
    in_use = f" Words in use: {' to '.join(span)}." if span else ""
    yield f"\n## {crosswalk.label['en']} (`{crosswalk.pin}`)\n\n{crosswalk.cite}.{in_use}\n\n"
    yield "| word | kind | is | ICCS | note |\n|---|---|---|---|---|\n"
    for entry in crosswalk.entries:
        note = f"part of “{entry.part_of}”" if entry.part_of else entry.note
        codes = ", ".join(entry.iccs)
        yield f"| {entry.word} | {entry.category or '–'} | {entry.relation or ''} | {codes} | {note} |\n"


def profiles_page() -> str:
    """Return the page of the known sources."""
    parts = ["# Profiles of known sources\n\n", NOTE]
    for found in sorted(profiles(), key=lambda profile: profile.id):
        parts.append(f"## {found.title['en']} (`{found.id}`)\n\n")
        parts.append(f"{found.publisher}, <{found.url}>. Licence: {found.licence}.\n\n")
        if found.is_declined:
            parts.append("Recognised and declined: not to be used as evidence of crime.\n\n")
        else:
            parts.append(f"Read as {found.family}.\n\n")
        columns = ", ".join(f"`{column}`" for column in found.columns)
        parts.append(f"Known by: {columns}.\n\n")
        parts.extend(f"- {say(f'caution.{code}', 'en')}\n" for code in found.cautions)
        parts.append("\n")
    return "".join(parts)


def frameworks_page() -> str:
    """Return the page of every framework with its topics."""
    parts = ["# Frameworks\n\n", NOTE]
    for framework in find.frameworks():
        source = framework.source
        parts.append(
            f"## {framework.title['en']} (`{framework.id}`, version {framework.version})\n\n"
            f"{framework.about['en']}\n\n"
            f"- Source: {source.title}, {source.publisher}, {source.year}. {source.note}\n"
            f"- Kind: {framework.kind.value}\n"
            f"- Status: {framework.status}, {framework.date.isoformat()}\n"
            f"- Points: {len(framework.points)}\n\n"
            "| topic | where | points |\n|---|---|---|\n"
        )
        parts.extend(
            f"| {topic.title['en']} (`{topic.id}`) | {topic.reference} | {len(topic.points)} |\n"
            for topic in framework.topics
        )
        parts.append("\n")
    return "".join(parts)


def practices_page() -> str:
    """Return the page of everything on the knowledge shelf, by document."""
    shelf = find.practices()
    parts = [
        "# Practices\n\n", NOTE,
        (f"{len(shelf)} practices, tools, projects, programmes, networks and guides that the documents name. "
        "How a file is written: [practice-files.md](practice-files.md).\n\n"
        "| practice | kind | category | where | results | documents |\n|---|---|---|---|---|---|\n"),
    ]  # fmt: skip
    for one in shelf:
        where = ", ".join(place.name for place in one.places) or "–"
        documents = ", ".join(dict.fromkeys(source.document.code for source in one.sources))
        strength = one.results.strength.value.replace("_", " ") if one.results else "none reported"
        parts.append(
            f"| {one.title['en']} (`{one.id}`) | {one.kind.value} | {one.category.value} | {where} "
            f"| {strength} | {documents} |\n"
        )
    return "".join(parts)


def cards_page() -> str:
    """Return the page of the method cards: what each is and where Convive does that job."""
    shelf = find.cards()
    parts = [
        "# Method cards\n\n", NOTE,
        (f"{len(shelf)} cards, each one page on how to do something that the field does. "
        "How a file is written: [card-files.md](card-files.md).\n\n"
        "| card | category | where Convive does that job | instruments | documents |\n|---|---|---|---|---|\n"),
    ]  # fmt: skip
    for card in shelf:
        instruments = ", ".join(f"`{name}`" for name in card.instruments) or "–"
        documents = dict.fromkeys(source.document.code for source in card.sources)
        parts.append(
            f"| {card.title['en']} (`{card.id}`) | {card.category.value} | {card.convive['en']} "
            f"| {instruments} | {', '.join(documents) or 'common knowledge of the trade'} |\n"
        )
    return "".join(parts)


sys.path.insert(0, str(ROOT))
from tools import (  # noqa: E402 - read as a script
    glossary_pages,
    instrument_pages,
    named_systems,
    plan_pages,
    quality_pages,
    shelf_pages,
)

PAGES = {
    "profiles.md": profiles_page,
    "classification.md": classification_page,
    "tables.md": tables_page,
    "cli.md": cli_page,
    "indicators.md": indicators_page,
    "frameworks.md": frameworks_page,
    "practices.md": practices_page,
    "quality.md": quality_pages.quality_page,
    "named-systems.md": named_systems.named_systems_page,
    "cards.md": cards_page,
    "glossary.md": glossary_pages.glossary_page,
    "plan-files.md": plan_pages.plan_page,
    "convive-plan-1.schema.json": plan_pages.schema_page,
    "shelf-exchange.md": shelf_pages.exchange_page,
    "convive-shelf-1.schema.json": shelf_pages.schema_page,
    "gradings.md": shelf_pages.gradings_page,
    **{
        f"../instruments/{name}": partial(str, text)
        for name, text in instrument_pages.pages().items()
    },
}


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
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if is_check and stale:
        print(f"Out of date: {', '.join(stale)}. Run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
