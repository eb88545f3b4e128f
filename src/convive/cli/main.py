"""The `convive` command: one module a subcommand, exit codes as in docs/reference/cli.md."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated

import click
import typer

from convive import __version__
from convive.catalogue.texts import has_text, languages, say
from convive.cli import audit, check, new, report, serve
from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import ConviveError, ProblemsError
from convive.wiring import preferred_language

app = typer.Typer(
    name="convive",
    help="From a city's raw files to a diagnosis that one can see, print and question.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

LanguageOption = Annotated[
    str, typer.Option("--language", "-l", help="Language of the messages: " + " ".join(languages()))
]


def _version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"convive {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    language: LanguageOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    _version(is_wanted=version)
    context.obj = Terminal(language=language or preferred_language(), is_quiet=quiet)


app.command("new")(new.new)
app.command("check")(check.check)
app.command("audit")(audit.audit)
app.command("serve")(serve.serve)
app.command("report")(report.report)


def run() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit code instead of leaving."""
    terminal = Terminal(language=_language_of(arguments))
    try:
        code = app(args=arguments, standalone_mode=False, prog_name="convive")
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        terminal.warn("cli.interrupted")
        return 130
    except ConviveError as error:
        return _explain(error, terminal)
    except Exception as error:  # noqa: BLE001 — the outermost edge: a bug of ours, not the user's
        return _report_bug(error, terminal)
    return code if isinstance(code, int) else 0


def _language_of(arguments: list[str]) -> str:
    """Find the language before the arguments are parsed, so that errors speak it too."""
    for name, value in zip(arguments, [*arguments[1:], ""], strict=True):
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
    terminal.err.print(text, markup=False, style="bold")
    return error.exit_code


def _report_bug(error: Exception, terminal: Terminal) -> int:
    with tempfile.NamedTemporaryFile(
        "w", suffix=".txt", prefix="convive-", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    terminal.warn("cli.bug", kind=type(error).__name__, log=str(Path(log.name)))
    return 1
