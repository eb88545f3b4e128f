"""Hands a closed campaign over to the evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from convive.core.errors import ConflictError, RequestError
from convive.core.instruments.model import Sensitivity
from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.kept_forms import field_round, kept_forms
from convive.wiring import fieldwork_evidence

if TYPE_CHECKING:
    from convive.app.fieldwork.handover import HandOver
    from convive.connectors.city_pack.fieldwork_files import KeptHandOver


def preview_hand_over(campaign: Campaign, pack: Path) -> tuple[HandOver, KeptHandOver | None]:
    """Return what would be handed over, and what the pack has of the campaign already.

    Raises
    ------
    ConflictError
        HANDOVER_NOT_CLOSED, HANDOVER_FOREIGN.
    RequestError
        HANDOVER_RESTRICTED: results of a restricted instrument are no evidence of the audit;
        HANDOVER_NOTHING_FEEDS, HANDOVER_NOTHING_LEFT.
    NotFoundError
        HANDOVER_NO_PACK.
    """
    facts = fieldwork_evidence.pack_facts(pack)
    of = field_round(campaign, owner=facts.name, language=facts.language)
    if of.instrument.sensitivity is Sensitivity.RESTRICTED:
        raise RequestError("HANDOVER_RESTRICTED", instrument=of.instrument.id)
    if campaign.state != Campaign.State.CLOSED:
        raise ConflictError("HANDOVER_NOT_CLOSED")
    return fieldwork_evidence.preview(pack, of, kept_forms(campaign, time_zone=facts.time_zone))


def hand_over(
    campaign: Campaign, pack: Path, *, today: date, by: Any = None, label: str = ""
) -> HandOver:
    """Write the evidence of a campaign into the pack; the event and the files, or neither.

    Raises
    ------
    ConviveError
        As `preview_hand_over`; StorageError HANDOVER_NOT_WRITTEN.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().select_related("form").get(pk=campaign.pk)
        handed, _ = preview_hand_over(locked, pack)
        record(
            "fieldwork.handed_over", actor=by, label=label, thing=("campaign", locked.code),
            source=handed.source_id, family=handed.family, n_rows=handed.n_rows,
            instrument=str(handed.provenance["instrument"]),
        )  # fmt: skip
        fieldwork_evidence.write(pack, handed, today=today)
    return handed
