"""`convive audit`: from raw files to a diagnosis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.app.findings import finding_sentences
from convive.cli.problems import count, show
from convive.cli.terminal import Terminal
from convive.core.model import Severity
from convive.wiring import run_audit

FIRST = 8


def audit(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack.")],
    seed: Annotated[int | None, typer.Option(help="Seed of the simulations.")] = None,
    show_problems: Annotated[
        bool, typer.Option("--problems/--no-problems", help="List what was left out and why.")
    ] = False,
) -> None:
    """Audit a pack: writes PACK/build, leaves the previous build alone if anything fails."""
    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        outcome = run_audit(pack, seed=seed, progress=progress)
    errors = [one for one in outcome.problems if one.severity is Severity.ERROR]
    if show_problems or errors:  # of plans: those of the evidence would have stopped the audit
        show(outcome.problems if show_problems else errors, terminal)
        terminal.out.print()
    elif outcome.problems:
        terminal.say(
            "cli.audit.problems",
            warnings=count(outcome.problems, Severity.WARNING),
            pack=str(pack),
        )
    sentences = finding_sentences(outcome.build, language=terminal.language)
    terminal.say("cli.audit.done", build=str(pack / "build"), findings=len(sentences))
    if not terminal.is_quiet:
        for number, text in enumerate(sentences[:FIRST], start=1):
            terminal.entry(text, lead=f"  {number:>2}. ")
        terminal.say("cli.audit.next", pack=str(pack))
