"""What is done to campaigns from outside the pages; called by name from `wiring.fieldwork_evidence`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive.core.errors import NotFoundError

if TYPE_CHECKING:
    from convive.web.fieldwork.models import Campaign

# The settings are read at import and need the environment: everything of Django is imported late.
# ruff: noqa: PLC0415

COMMAND_LINE = "command line"


def list_campaigns() -> list[dict[str, Any]]:
    """Return the campaigns: code, title, kind, state, n_forms."""
    from django.db.models import Count

    from convive.web.fieldwork.models import Campaign

    found = Campaign.objects.annotate(n_forms=Count("submissions")).order_by("code")
    return [
        {
            "code": one.code, "title": one.title, "kind": one.kind, "state": one.state,
            "n_forms": one.n_forms,
        }
        for one in found
    ]  # fmt: skip


def hand_over(pack: Path, campaign: str, *, is_dry_run: bool) -> Mapping[str, Any]:
    """Hand a campaign over to the pack; return source, rows and what is left out.

    Raises
    ------
    NotFoundError
        CAMPAIGN_NOT_FOUND.
    ConviveError
        As `convive.web.fieldwork.actions.hand_over`.
    """
    from django.utils import timezone

    from convive.web.fieldwork.actions import hand_over as actions

    found = _campaign(campaign)
    if is_dry_run:
        handed, _ = actions.preview_hand_over(found, pack)
    else:
        handed = actions.hand_over(found, pack, today=timezone.localdate(), label=COMMAND_LINE)
    return {
        "source": handed.source_id, "family": handed.family, "n_rows": handed.n_rows,
        "n_forms": handed.provenance["n_forms"], "left_out": handed.provenance["left_out"],
    }  # fmt: skip


def import_forms(
    campaign: str, data: bytes, *, columns: Mapping[str, str], is_dry_run: bool
) -> Mapping[str, Any]:
    """Take forms of an export into a campaign.

    Raises
    ------
    NotFoundError
        CAMPAIGN_NOT_FOUND.
    ConviveError
        As `convive.web.fieldwork.actions.import_forms`.
    """
    from django.utils import timezone

    from convive.web.fieldwork.actions import import_forms as actions

    found = actions.import_forms(
        _campaign(campaign), data, now=timezone.now(), columns=columns, is_dry_run=is_dry_run,
        by=COMMAND_LINE,
    )  # fmt: skip
    return {
        "n_new": found.n_new, "n_already": found.n_already, "unused": found.unused,
        "absent": found.absent,
    }  # fmt: skip


def _campaign(code: str) -> Campaign:
    from convive.web.fieldwork.models import Campaign

    found = Campaign.objects.select_related("form").filter(code=code).first()
    if found is None:
        raise NotFoundError("CAMPAIGN_NOT_FOUND", campaign=code[:60])
    return found
