"""`convive fieldwork`: campaigns of the workspace and the evidence that they become."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.core.errors import NotFoundError
from convive.wiring.fieldwork_evidence import hand_over as hand_campaign_over
from convive.wiring.fieldwork_evidence import import_forms, list_campaigns
from convive.wiring.workspace import open_workspace

app = typer.Typer(
    help="Fieldwork: list campaigns, hand one over to the evidence, import forms.",
    no_args_is_help=True,
)

PackArgument = Annotated[Path, typer.Argument(help="Folder of the city pack.")]
CampaignArgument = Annotated[str, typer.Argument(help="Code of the campaign.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")
]


@app.command("list")
def list_all(context: typer.Context, pack: PackArgument) -> None:
    """Show the campaigns: code, kind, state, number of forms, title."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    found = list_campaigns()
    if not found:
        terminal.say("cli.fieldwork.none")
    for one in found:
        told = (one["code"], one["kind"], one["state"], str(one["n_forms"]), one["title"])
        terminal.entry("\t".join(told))


@app.command("hand-over")
def hand_over(
    context: typer.Context, pack: PackArgument, campaign: CampaignArgument,
    is_dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Write what a closed campaign found into the evidence of the pack, with where it is from."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    found = hand_campaign_over(pack, campaign, is_dry_run=is_dry_run)
    key = "cli.fieldwork.would_hand_over" if is_dry_run else "cli.fieldwork.handed_over"
    terminal.say(key, source=found["source"], n=found["n_rows"], forms=found["n_forms"])
    for code, n in found["left_out"].items():
        terminal.entry(f"{terminal.text(f'fieldwork_results.left_out.{code}')}: {n}")


@app.command("import")
def import_file(
    context: typer.Context, pack: PackArgument, campaign: CampaignArgument,
    file: Annotated[Path, typer.Argument(help="CSV export of ODK Central, KoboToolbox or alike.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help="ITEM=COLUMN where the names do not tell; may be given several times."),
    ] = None,
    is_dry_run: DryRunOption = False,
) -> None:  # fmt: skip
    """Take forms that were filled in elsewhere into a campaign; each instance once."""
    terminal: Terminal = context.obj
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFoundError("FORMS_NO_FILE", file=file.name) from error
    pairs = [one.partition("=") for one in column or ()]
    if any(not middle for _, middle, _ in pairs):
        raise typer.BadParameter("ITEM=COLUMN", param_hint="--column")
    open_workspace(pack)
    found = import_forms(
        campaign, data, columns={item: name for item, _, name in pairs}, is_dry_run=is_dry_run
    )
    terminal.say("cli.fieldwork.imported", n=found["n_new"], already=found["n_already"])
    for key in ("unused", "absent"):
        if found[key]:
            terminal.entry(terminal.text(f"cli.fieldwork.{key}", names=", ".join(found[key])))
