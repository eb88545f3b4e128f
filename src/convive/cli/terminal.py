"""How the command line speaks: language, console, progress bars."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from convive.app.ports import Progress as ProgressPort
from convive.catalogue.texts import has_text, say


@dataclass
class Terminal:
    """A person at a terminal: their language and where to write."""

    language: str = "en"
    is_quiet: bool = False
    out: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    err: Console = field(
        default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True)
    )

    def say(self, key: str, **params: object) -> None:
        """Print a sentence of the catalogue, unless told to be quiet."""
        if not self.is_quiet:
            self.entry(say(key, self.language, **params))

    def warn(self, key: str, **params: object) -> None:
        """Print a sentence on standard error, quiet or not."""
        _print(self.err, say(key, self.language, **params))

    def entry(self, text: str, *, lead: str = "", style: str = "") -> None:
        """Print a text behind a lead, which alone is styled; further lines hang below the text."""
        _print(self.out, text, lead=lead, style=style)

    def complain(self, text: str) -> None:
        """Print an error on standard error, quiet or not."""
        _print(self.err, text, lead="", style="bold")

    def text(self, key: str, **params: object) -> str:
        """Return a sentence of the catalogue."""
        return say(key, self.language, **params)

    @contextmanager
    def progress(self) -> Iterator[ProgressPort]:
        """Give a progress callback that draws bars on a terminal and nothing elsewhere."""
        if self.is_quiet or not self.err.is_terminal:
            yield _nothing
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.err, transient=True) as bars:
            tasks: dict[str, object] = {}

            def report(step: str, done: int, total: int) -> None:
                if step not in tasks:
                    tasks[step] = bars.add_task(self._step(step), total=total or None)
                bars.update(tasks[step], completed=done, total=total or None)  # type: ignore[arg-type]

            yield report

    def _step(self, step: str) -> str:
        key = f"cli.step.{step}"
        return say(key, self.language) if has_text(key, self.language) else step


def _print(console: Console, text: str, *, lead: str = "", style: str = "") -> None:
    """Wrap at words for a person; leave the line whole for a pipe, and paths whole for both."""
    shown = lead + text
    if console.is_terminal:
        wrapped = textwrap.wrap(
            shown,
            width=max(console.width, 40),
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )
        shown = "\n".join(wrapped)
    line = Text(shown)
    line.stylize(style, 0, len(lead) or len(shown))
    console.print(line)


def _nothing(_step: str, _done: int, _total: int) -> None:
    """Report nothing: no terminal to draw on."""


def is_interactive() -> bool:
    """Tell whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
