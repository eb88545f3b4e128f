"""Keeping a whole sheet of minutes: each part on its own, so that one mistake holds up nothing."""

from __future__ import annotations

from typing import Any, Protocol

from convive.web.workspace.actions.minutes import (
    Promised,
    Written,
    add_commitment,
    add_decision,
    set_attendance,
    write_minutes,
)
from convive.web.workspace.actions.revise import Clash, EditClashError
from convive.web.workspace.models import AgendaItem, Meeting


class ItemPart(Protocol):
    """One item of a sheet, as `forms.sheet` reads it."""

    item: AgendaItem
    is_sent: bool
    clash: Clash | None
    decision: Any
    commitment: Any

    def written(self) -> Written:
        """Return the minutes as they were sent."""
        ...


class SheetParts(Protocol):
    """A sheet, as `forms.sheet` reads it."""

    items: list[Any]

    def there(self) -> dict[int, bool]:
        """Return which organisations were there."""
        ...


def keep_sheet(meeting: Meeting, sheet: SheetParts, *, by: Any) -> bool:
    """Keep everything that can be kept; False where somebody has to look again.

    Raises
    ------
    ConflictError
        MEETING_FINAL, MEETING_CANCELLED; then nothing was changed.
    """
    if there := sheet.there():
        set_attendance(meeting, there, by=by)
    return all([_keep_item(meeting, one, by=by) for one in sheet.items])  # every one, not up to the first


def _keep_item(meeting: Meeting, part: ItemPart, *, by: Any) -> bool:
    return all((_keep_minutes(meeting, part, by=by), _keep_results(meeting, part, by=by)))


def _keep_minutes(meeting: Meeting, part: ItemPart, *, by: Any) -> bool:
    if not part.is_sent:
        return True
    try:
        write_minutes(meeting, part.written(), by=by)
    except EditClashError as error:
        part.clash = error.clashes["minutes"]
        part.version = error.version  # type: ignore[attr-defined]
        return False
    return True


def _keep_results(meeting: Meeting, part: ItemPart, *, by: Any) -> bool:
    """Keep decision and commitment of an item; the commitment belongs to the decision beside it."""
    decision, commitment = part.decision, part.commitment
    if not all([not form.is_bound or not form.is_sent or form.is_valid() for form in (decision, commitment)]):  # fmt: skip
        return False
    made = None
    if decision.is_bound and decision.is_sent:
        fields = decision.cleaned_data
        actions = [fields["action"]] if fields["action"] else []
        made = add_decision(part.item, fields["text"], actions=actions, by=by)
    if commitment.is_bound and commitment.is_sent:
        fields = commitment.cleaned_data
        promised = Promised(
            fields["text"], fields["owner"], fields["due"], fields["action"], made, part.item
        )
        add_commitment(meeting, promised, by=by)
    return True
