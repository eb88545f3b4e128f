"""Who answers for an area in a year, with which money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.web.workspace.actions.revise import create
from convive.web.workspace.models import AreaLead, Strategy


@transaction.atomic
def make_lead(
    strategy: Strategy, area: tuple[str, str, str], fields: Mapping[str, Any], *, by: Any
) -> AreaLead:
    """Give an area somebody who answers for it.

    Parameters
    ----------
    area : tuple
        Level, code and name of the area.

    Raises
    ------
    ConflictError
        AREA_HAS_LEAD where somebody answers for it in that year already.
    """
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    level, area_id, name = area
    there = AreaLead.objects.filter(
        strategy=strategy, level=level, area_id=area_id, year=fields["year"]
    )
    if there.exists():
        raise ConflictError("AREA_HAS_LEAD", area=name, year=fields["year"])
    lead = AreaLead(strategy=strategy, level=level, area_id=area_id, area_name=name)
    return create(lead, fields, by=by)
