"""`convive evidence`: what is kept, until when, who looked at it, and that it is gone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from convive.app.protection.register import COLUMNS, retention_words
from convive.app.protection.weed import Leftover, Weeding
from convive.app.spreadsheet_cells import harmless
from convive.catalogue.texts import format_number
from convive.cli.terminal import Terminal, is_interactive
from convive.core.errors import StorageError
from convive.wiring import (
    acting_person,
    delete_weeded_files,
    evidence_holdings,
    evidence_register,
    restricted_store,
    weed_evidence,
)

app = typer.Typer(
    help="What the restricted store keeps: list, weed, prove, log, register.",
    no_args_is_help=True,
)

PackArgument = Annotated[Path, typer.Argument(help="Folder of the city pack.")]
CERTIFICATES = "certificates"


@app.command("list")
def list_evidence(context: typer.Context, pack: PackArgument) -> None:
    """Show what is kept: source, rows, days, size, legal basis, retention, next weeding."""
    terminal: Terminal = context.obj
    found = evidence_holdings(pack)
    if not found:
        terminal.say("cli.evidence.empty", pack=str(pack))
        return
    rows = []
    for one in found:
        weeding = one.next_weeding
        rows.append(
            (
                one.source_id,
                one.kind,
                format_number(one.rows, terminal.language),
                one.first_day or "",
                one.last_day or "",
                format_number(one.size, terminal.language),
                (one.terms.legal_basis or "") if one.terms else "",
                retention_words(one.terms, terminal.language) if one.terms else "",
                weeding.isoformat() if weeding else "",
            )
        )
    names = ("source", "kind", "rows", "first", "last", "bytes", "basis", "retention", "next")
    _show(terminal, names, rows)


@app.command("weed")
def weed(
    context: typer.Context,
    pack: PackArgument,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day to reckon from, e.g. 2026-01-31."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    delete_files: Annotated[
        bool,
        typer.Option(
            "--delete-files", help="Also delete delivered files of which every row has expired."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting files.")] = False,
) -> None:
    """Remove kept rows that are older than their source allows, and write a certificate."""
    terminal: Terminal = context.obj
    day = today.date() if today else None
    outcome = weed_evidence(pack, today=day, is_dry_run=dry_run)
    for one in outcome.sources:
        terminal.say(
            "cli.evidence.source" if one.is_kept else "cli.evidence.not_kept",
            source=one.source_id,
            limit=one.limit,
            n=one.n_removed,
            left=one.rows_after,
        )
    if not outcome.n_removed:
        terminal.say("cli.evidence.nothing")
    elif dry_run:
        terminal.say("cli.evidence.would", n=outcome.n_removed)
    else:
        written = _write_certificate(pack, outcome, terminal)
        terminal.say("cli.evidence.weeded", n=outcome.n_removed, file=str(written))
    for left in outcome.leftovers:
        terminal.warn(_leftover_key(left), file=left.label, n=left.rows)
    if delete_files and not dry_run:
        _delete(pack, outcome, terminal, is_agreed=yes)


def _leftover_key(left: Leftover) -> str:
    return "cli.evidence.left_whole" if left.is_whole else "cli.evidence.left_part"


def _delete(pack: Path, outcome: Weeding, terminal: Terminal, *, is_agreed: bool) -> None:
    whole = [left.label for left in outcome.leftovers if left.is_whole]
    if not whole:
        return
    if not is_agreed:
        if not is_interactive():
            terminal.warn("cli.evidence.needs_yes")
            return
        question = terminal.text("cli.evidence.ask", n=len(whole), files=whole)
        typer.confirm(question, abort=True)
    for label in delete_weeded_files(pack, outcome):
        terminal.say("cli.evidence.deleted", file=label)


def _write_certificate(pack: Path, outcome: Weeding, terminal: Terminal) -> Path:
    """Write the certificate for people (text) and programs (JSON); return the text."""
    body = json.loads(outcome.certificate or b"{}")
    folder = pack / CERTIFICATES
    stem = f"weeding-{body['made_at'].replace(':', '')[:17]}"
    lines = [terminal.text("certificate.title", day=body["day"], actor=body["actor"]), ""]
    for one in body["sources"]:
        lines.append(
            terminal.text(
                "certificate.source",
                source=one["source_id"],
                limit=one["limit"],
                before=one["rows_before"],
                after=one["rows_after"],
                n=one["rows_removed"],
            )
        )
        if one["earliest_day"]:
            lines.append(terminal.text("certificate.earliest", day=one["earliest_day"]))
        if one["rows_undated"]:
            lines.append(terminal.text("certificate.undated", n=one["rows_undated"]))
        lines.extend(f"  SHA-256 {digest}" for digest in one["removed"])
        lines.append("")
    lines.append(terminal.text("certificate.proof"))
    try:
        folder.mkdir(exist_ok=True)
        (folder / f"{stem}.json").write_bytes(outcome.certificate or b"")
        text = folder / f"{stem}.txt"
        text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError("CERTIFICATE_NOT_WRITTEN", folder=CERTIFICATES) from error
    return text


@app.command("log")
def log(
    context: typer.Context,
    pack: PackArgument,
    verify: Annotated[
        bool, typer.Option("--verify", help="Prove that no entry was changed or removed.")
    ] = False,
    last: Annotated[int, typer.Option(help="How many of the newest entries.", min=1)] = 50,
) -> int:
    """Show who read or changed what, when and for what purpose."""
    terminal: Terminal = context.obj
    store = restricted_store(pack)
    if verify:
        broken = store.first_broken_entry()
        if broken is not None:
            terminal.warn("cli.evidence.log_broken", n=broken)
            return StorageError.exit_code
        terminal.say("cli.evidence.log_whole", n=sum(1 for _ in store.accesses()))
        return 0
    columns = ("at", "actor", "purpose", "action", "kind", "source", "rows", "name")
    entries = list(store.accesses())[-last:]
    rows = [[_cell(entry.get(name)) for name in columns] for entry in entries]
    if rows:
        _show(terminal, columns, rows)
    else:
        terminal.say("cli.evidence.empty", pack=str(pack))
    return 0


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 32 else text[:12] + "…"


@app.command("verify")
def verify(
    context: typer.Context,
    pack: PackArgument,
    repair: Annotated[
        bool, typer.Option("--repair", help="Go back to what is intact; forget what is damaged.")
    ] = False,
) -> int:
    """Read and hash everything that is kept and prove the access log; name what is damaged."""
    terminal: Terminal = context.obj
    store = restricted_store(pack)
    found = store.check()
    for fault in found.faults:
        terminal.warn(f"fault.{fault.code}", file=fault.file, name=_cell(fault.name))
    if found.faults and repair:
        lost = store.repair(actor=acting_person(), purpose="repair")
        terminal.say("cli.evidence.repaired", n=len(lost))
        found = store.check()
    if found.faults:
        terminal.warn("cli.evidence.damaged", n=len(found.faults), pack=str(pack))
        return StorageError.exit_code
    terminal.say("cli.evidence.intact", n=found.objects, bytes=found.size, accesses=found.accesses)
    return 0


@app.command("register")
def register(
    context: typer.Context,
    pack: PackArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write, .csv or .json.")
    ] = None,
) -> None:
    """Print the record of processing, one row a source, for the data protection officer."""
    terminal: Terminal = context.obj
    rows = evidence_register(pack, language=terminal.language)
    if output is not None and output.suffix not in {".csv", ".json"}:
        raise typer.BadParameter(str(output), param_hint="--output")
    is_json = output is not None and output.suffix == ".json"
    content = json.dumps(rows, ensure_ascii=False, indent=1) + "\n" if is_json else _csv(rows)
    if output is None:
        typer.echo(content, nl=False)
        return
    try:
        # The mark lets a spreadsheet read the accents of a CSV.
        output.write_text(content, encoding="utf-8" if is_json else "utf-8-sig")
    except OSError as error:
        raise StorageError("CERTIFICATE_NOT_WRITTEN", folder=output.name) from error
    terminal.say("cli.evidence.registered", file=str(output), n=len(rows))


def _csv(rows: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _show(terminal: Terminal, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw a table for a person; lines with tabs for a pipe."""
    heads = [terminal.text(f"cli.evidence.column.{name}") for name in names]
    if not terminal.out.is_terminal:
        for row in (heads, *rows):
            typer.echo("\t".join(row))
        return
    table = Table(box=SIMPLE)
    for name, head in zip(names, heads, strict=True):
        table.add_column(head, justify="right" if name in {"rows", "bytes"} else "left")
    for row in rows:
        table.add_row(*row)
    terminal.out.print(table, soft_wrap=False)
