"""`convive evaluate`: what came of an action, in plain words; and freezing a plan beforehand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from convive.cli.terminal import Terminal

if TYPE_CHECKING:
    from convive.core.evaluation.study import FrozenStudy

# Statistics are imported where they are used: no other command waits for them.
# ruff: noqa: PLC0415

ANSWER = "answer"


class _AnswerFirst(TyperGroup):
    """`convive evaluate PACK` is `convive evaluate answer PACK`."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        """Put in the command that was left out."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = [ANSWER, *args]
        found: list[str] = super().parse_args(ctx, args)  # type: ignore[arg-type]
        return found


app = typer.Typer(
    cls=_AnswerFirst,
    help="What came of an action: verdict, figures, what else could explain it.",
    no_args_is_help=True,
)


@app.command(ANSWER)
def answer(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, audited.")],
    action: Annotated[
        str | None, typer.Option("--action", help="One intervention of city.toml, by its id.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option("--study", help="Frozen plan, JSON of `convive evaluate freeze`.")
    ] = None,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day to answer on, e.g. 2026-01-31."),
    ] = None,
) -> None:
    """Answer the interventions of a pack, or a frozen plan: `convive evaluate PACK`."""
    from convive.wiring.evaluation import freeze_now, intervention_studies, load_frozen

    terminal: Terminal = context.obj
    if study is not None:
        frozen = [load_frozen(study)]
    else:
        plans = intervention_studies(pack, action)
        frozen = [freeze_now(one) for one in plans.values()]
    if not frozen:
        terminal.say("cli.evaluate.none")
    for number, one in enumerate(frozen):
        if number:
            terminal.out.print()
        _show(terminal, pack, one, today.date() if today else None)


def _show(terminal: Terminal, pack: Path, frozen: FrozenStudy, day: date | None) -> None:
    from convive.app.evaluation.wording import answer_parts, verdict_sentence
    from convive.wiring.evaluation import answer_for, names_for

    found = answer_for(pack, frozen, day)
    names = names_for(pack, frozen.current, language=terminal.language)
    terminal.entry(verdict_sentence(found, names), style="bold")
    for part in answer_parts(found, names):
        terminal.entry(part.head)
        for sentence in part.sentences:
            terminal.entry(sentence, lead="  - ")


@app.command("freeze")
def freeze(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Plan of a study, JSON.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; beside FILE if left out.")
    ] = None,
) -> None:
    """Lay a plan down with time and digest, before its figures are known."""
    from convive.wiring.evaluation import freeze_study, load_frozen

    terminal: Terminal = context.obj
    path = freeze_study(file, output)
    frozen = load_frozen(path)
    terminal.say("cli.evaluate.frozen", file=str(path), digest=frozen.first.digest)
    if frozen.was_late:
        terminal.warn("cli.evaluate.late")
