"""The `convive` command: one module a subcommand, exit codes as in docs/reference/cli.md."""

from __future__ import annotations

import sys
import tempfile
import traceback
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from convive import __version__
from convive.catalogue.texts import has_text, languages, say
from convive.cli import (
    atlas,
    audit,
    audit_log,
    backup,
    brief,
    check,
    evaluate,
    evidence,
    fieldwork,
    instrument,
    instrument_exchange,
    instrument_paper,
    jobs,
    new,
    plan,
    report,
    rerun,
    serve,
    shelf,
    shelf_exchange,
    user,
)
from convive.cli import map as map_command
from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import ConviveError, ProblemsError
from convive.wiring import preferred_language

INTERRUPTED = 130
NOT_UNDERSTOOD = 2

app = typer.Typer(
    name="convive",
    help="From a city's raw files to a diagnosis that one can see, print and question.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(is_wanted: bool) -> None:
    """Show the version and stop, before a command is asked for."""
    if is_wanted:
        typer.echo(f"convive {__version__}")
        raise typer.Exit


LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="Language of the messages: " + " ".join(languages()))
]
VersionOption = Annotated[
    bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
]


@app.callback()
def _main(
    context: typer.Context,
    language: LanguageOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    version: VersionOption = False,  # noqa: ARG001 — its callback has done the work
) -> None:
    if language and language not in languages():
        raise typer.BadParameter(language, param_hint="--language")
    context.obj = Terminal(language=language or preferred_language(), is_quiet=quiet)


app.command("new")(new.new)
app.command("map")(map_command.map_file)
app.command("check")(check.check)
app.command("audit")(audit.audit)
app.command("serve")(serve.serve)
app.command("report")(report.report)
app.command("atlas")(atlas.atlas)
app.command("brief")(brief.brief)
app.command("rerun")(rerun.rerun)
app.command("work")(jobs.work)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("jobs")(jobs.jobs)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(evidence.app, name="evidence")
app.add_typer(fieldwork.app, name="fieldwork")
app.add_typer(instrument.app, name="instrument")
instrument_exchange.register(instrument.app)
instrument_paper.register(instrument.app)
app.add_typer(plan.app, name="plan")
app.add_typer(shelf.app, name="shelf")
shelf_exchange.register(shelf.app)
app.add_typer(user.app, name="user")
app.add_typer(audit_log.app, name="audit-log")


def run() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit code instead of leaving."""
    terminal = Terminal(language=_language_of(arguments))
    try:
        code = app(args=arguments, standalone_mode=False, prog_name="convive")
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except ConviveError as error:
        return _explain(error, terminal)
    except Exception as error:  # noqa: BLE001 — the outermost edge: misuse, or a bug of ours
        return _explain_misuse(error) or _report_bug(error, terminal)
    if code == INTERRUPTED:  # typer turns Ctrl+C inside a command into this code
        terminal.warn("cli.interrupted")
    return code if isinstance(code, int) else 0


def _explain_misuse(error: Exception) -> int:
    """Show a usage error and return its exit code; 0 where the error is none.

    Typer raises the exceptions of the click it carries inside, or of the click beside it,
    depending on its version: they are known by what they can do, not by their class.
    """
    show_itself = getattr(error, "show", None)
    code = getattr(error, "exit_code", None)
    if not callable(show_itself) or not isinstance(code, int):
        return 0
    show_itself()
    return code or NOT_UNDERSTOOD


def _language_of(arguments: list[str]) -> str:
    """Find the language before the arguments are parsed, so that errors speak it too."""
    for name, value in pairwise(arguments):
        if name in {"--language", "-l"} and value in languages():
            return value
    return preferred_language()


def _explain(error: ConviveError, terminal: Terminal) -> int:
    if isinstance(error, ProblemsError) and error.problems:
        show(error.problems, terminal)
        terminal.out.print()
    key = f"error.{error.code}"
    known = has_text(key, terminal.language)
    text = say(key, terminal.language, **error.data) if known else str(error)
    terminal.complain(text)
    return error.exit_code


def _report_bug(error: Exception, terminal: Terminal) -> int:
    with tempfile.NamedTemporaryFile(
        "w", suffix=".txt", prefix="convive-", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    terminal.warn("cli.bug", kind=type(error).__name__, log=str(Path(log.name)))
    return 1


if __name__ == "__main__":
    run()
