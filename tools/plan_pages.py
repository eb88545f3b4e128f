"""The reference page of plan files, and their JSON Schema."""

from __future__ import annotations

import json

from convive.catalogue.texts import say
from convive.connectors.plan_files import FORMAT, plan_schema
from convive.connectors.plan_files.columns import TABLES, WORDS, Column
from convive.connectors.plan_files.headers import header, sheet_title

NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"
_KINDS = {
    "text": "text", "code": "code", "codes": "codes, `;` between them", "refs": "parts of the plan, `;` between them",
    "choice": "one word of", "choices": "words, `;` between them, of", "date": "day", "moment": "day and time (ISO 8601)",
    "whole": "whole number", "number": "number", "money": "amount, two decimals", "yes": "yes or empty",
    "counts": "`women: 30; unknown: 4`", "params": "JSON object",
}  # fmt: skip
_INTRO = f"""# Plan files

A strategy with everything that belongs to it leaves Convive and comes back in two kinds of file:

- **JSON** (`{FORMAT}`), to exchange, keep and compare. Its schema is
  [convive-plan-1.schema.json](convive-plan-1.schema.json): closed, so a key that it does not know is told,
  not lost. The same plan gives the same bytes. Amounts are texts with two decimals.
- **XLSX**, to fill in and correct: one sheet a table, headers and words in the reader's language.

Both read back as the same plan. A city pack may hold such files in `strategy/`.

## How a workbook is read

- Sheets, headers and words may be in any of the seven languages, also mixed, or be the codes below.
- Columns may stand in any order; columns and sheets that are not known are named and left out.
- Days: as a spreadsheet has them, `2026-12-31` or with the day first (`31.12.2026`, `31/12/2026`).
- Numbers: as a spreadsheet has them, or typed (`12.000,50`, `12 000.50`). Typed with one mark before three
  digits (`12.500`) they could mean two things and are asked about.
- A time without a zone is UTC. Blanks around a text are no part of it.
- Every problem is told at once with sheet and row; with one error nothing is taken over.
- Formulas are refused; texts that look like formulas are written and read as texts.
- Columns about persons (names, days of birth, scores …) are refused in any language: a plan is about
  places, groups and organisations.
- Limits: 32 MiB, 200,000 rows a sheet, 3 million cells.

Parts of a plan are named `challenge:code`, `objective:code`, `action:code`, `decision:code`,
`commitment:code`, `organisation:code` and `finding:id`.

## On the command line

`convive plan check FILE`, `convive plan convert FILE --to json`, `convive plan compare FILE FILE`.

"""


def plan_page() -> str:
    """Return the page of plan files."""
    parts = [_INTRO.replace("\n\n", f"\n\n{NOTE}", 1), "## Tables\n\n"]
    for table in TABLES:
        parts.append(f"### {sheet_title(table.name, 'en')} (`{table.name}`)\n\n")
        parts.append("| column | code | holds | needed |\n|---|---|---|---|\n")
        for column in table.columns:
            needed = "yes" if column.is_needed else ""
            parts.append(
                f"| {header(column.name, 'en')} | `{column.name}` | {_holds(column)} | {needed} |\n"
            )
        parts.append("\n")
    parts.append("## Words\n\n")
    for name, (codes, prefix) in WORDS.items():
        listed = ", ".join(f"{say(f'{prefix}.{code}', 'en')} (`{code}`)" for code in codes)
        parts.append(f"- **{name}**: {listed}\n")
    return "".join(parts)


def _holds(column: Column) -> str:
    kind = _KINDS[column.kind]
    if column.words and column.kind != "yes":
        return f"{kind} *{column.words}*"
    if column.points_at:
        return f"{kind} of `{column.points_at}`"
    return f"{kind}, up to {column.most:,} characters" if column.kind == "text" else kind


def schema_page() -> str:
    """Return the JSON Schema of plan files."""
    return json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n"
