"""Which pack this site belongs to."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from convive.core.errors import NotFoundError
from convive.wiring.fieldwork_evidence import PackFacts, pack_facts, pack_of_site


def own_pack() -> Path:
    """Return the folder of the pack.

    Raises
    ------
    NotFoundError
        HANDOVER_NO_PACK: a build is shown on its own.
    """
    found = pack_of_site(settings.CONVIVE_BUILD, settings.CONVIVE_WORKSPACE)
    if found is None:
        raise NotFoundError("HANDOVER_NO_PACK")
    return found


def facts_of_site() -> PackFacts | None:
    """Return the facts of the pack, None where there is none."""
    try:
        return pack_facts(own_pack())
    except NotFoundError:
        return None
