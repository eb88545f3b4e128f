"""Writing down what the public sees, from the tables."""

from __future__ import annotations

from django.db import transaction

from convive.web.editorial.models import ReviewRule, StoodCorrection
from convive.web.editorial.public_state import is_lost, was_written, write_state
from convive.web.editorial.selectors.published import state_of_tables


def locked_rule() -> ReviewRule:
    """Return the rule; whoever has it is the only one who changes what is public."""
    ReviewRule.objects.get_or_create(pk=1)
    return ReviewRule.objects.select_for_update().get(pk=1)


def publish_state() -> None:
    """Write down what the public sees; last in a transaction, so that it is not told too early.

    Raises
    ------
    StorageError
        EDITIONS_NOT_WRITTEN.
    """
    write_state(state_of_tables())


def publish_lost_state() -> None:
    """Write down again what the public sees, if the file is lost and there is something to say.

    Raises
    ------
    StorageError
        EDITIONS_NOT_WRITTEN.
    """
    if not is_lost():
        return
    is_reviewed = ReviewRule.objects.filter(is_reviewed=True).exists()
    if is_reviewed or was_written() or StoodCorrection.objects.exists():
        with transaction.atomic():
            locked_rule()
            publish_state()
