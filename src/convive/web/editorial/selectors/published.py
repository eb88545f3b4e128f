"""What the public should see, as the tables have it."""

from __future__ import annotations

from convive.app.corrections import correction_of_json
from convive.web.editorial.models import Edition, ReviewRule, StoodCorrection
from convive.web.editorial.public_state import Edition as PublicEdition
from convive.web.editorial.public_state import PublicState, Stood


def state_of_tables() -> PublicState:
    """Return what the public should see, as the tables have it."""
    rule = ReviewRule.objects.filter(pk=1).first()
    editions = Edition.objects.filter(
        state__in=(Edition.State.APPROVED, Edition.State.WITHDRAWN), visible_from__isnull=False
    ).order_by("visible_from", "key")
    return PublicState(
        rule is not None and rule.is_reviewed,
        tuple(as_public(one) for one in editions),
        tuple(
            Stood(correction_of_json(one.content), one.at) for one in StoodCorrection.objects.all()
        ),
    )


def as_public(one: Edition) -> PublicEdition:
    """Return an edition as the public file has it; it must have its day."""
    if one.visible_from is None:
        raise ValueError(one.key)
    return PublicEdition(one.key, one.built_at, one.visible_from, one.words)
