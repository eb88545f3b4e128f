"""`convive shelf`: what was tried elsewhere, found, read, and held against a finding."""

from __future__ import annotations

import typer

from convive.cli import shelf_fit, shelf_search

app = typer.Typer(
    no_args_is_help=True,
    help="The knowledge shelf: what was tried elsewhere, and whether it fits here.",
)
app.command("search")(shelf_search.search)
app.command("show")(shelf_search.show)
app.command("fit")(shelf_fit.fit)
