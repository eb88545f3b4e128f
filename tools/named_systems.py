"""The page that tells, of everything the documents name, where it stands and who does its job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convive.catalogue import find
from convive.catalogue.practices import practice_documents
from convive.catalogue.yaml_files import parse_yaml
from convive.core.strategy.practice import Practice, PracticeKind

NAMES = Path(__file__).parents[1] / "tests" / "spec"
NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"
_INTRO = f"""# What the documents name

{NOTE}Every practice, tool, project and programme that the five documents name, in the order of each document, with
the file of the shelf that tells of it. For those that are tools the last column says which function of Convive
does that job, or "not yet"; "–" where the thing is no tool. A name without a file says why.

"""


def _names() -> Iterator[dict[str, Any]]:
    for path in sorted(NAMES.glob("practice_names_*.yaml")):
        yield from parse_yaml(path.read_text(encoding="utf-8"), path.name)


def _job(practice: Practice) -> str:
    """Return what Convive has for it; a tool always says something."""
    if practice.links.convive:
        return practice.links.convive
    return "not yet" if practice.kind is PracticeKind.TOOL else "–"


def named_systems_page() -> str:
    """Return the table of names, one part a document."""
    shelf = {one.id: one for one in find.practices()}
    names = list(_names())
    parts = [_INTRO]
    for code, document in practice_documents().items():
        rows = [one for one in names if one["document"] == code]
        if not rows:
            continue
        parts.append(
            f"## {document.title}\n\n| name | lines | file | kind | in Convive |\n|---|---|---|---|---|\n"
        )
        parts += [_row(one, shelf) for one in rows]
        parts.append("\n")
    return "".join(parts)


def _row(one: dict[str, Any], shelf: dict[str, Practice]) -> str:
    name = str(one["name"]).replace("|", "/")
    if "practice" not in one:
        return f"| {name} | {one['lines']} | none: {one['left_out']} | – | – |\n"
    practice = shelf[one["practice"]]
    return f"| {name} | {one['lines']} | `{practice.id}` | {practice.kind.value} | {_job(practice)} |\n"
