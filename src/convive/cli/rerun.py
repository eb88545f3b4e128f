"""`convive rerun`: run the bundle of a published audit again and say what is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal

NOT_THE_SAME = 1


def rerun(
    context: typer.Context,
    bundle: Annotated[Path, typer.Argument(help="rerun.zip from the downloads of a town.")],
) -> int:
    """Compare a published audit with its digests, and work its findings and files out again."""
    # No other command waits for the statistics.
    from convive.wiring.open_files import rerun as run_again  # noqa: PLC0415

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        progress("diagnose", 0, 0)
        compared = run_again(bundle)
    different = [one for one in compared if not one.is_same]
    for one in different:
        what = terminal.text(f"cli.rerun.{one.code}")
        terminal.warn("cli.rerun.differs", what=what, name=one.name)
    if different:
        terminal.say("cli.rerun.some_differ", n=len(different), total=len(compared))
        return NOT_THE_SAME
    terminal.say("cli.rerun.all_same", n=len(compared))
    return 0
