"""Keeping a whole sheet of minutes: each part on its own, so that one mistake holds up nothing."""

from __future__ import annotations

from typing import Any, Protocol

from convive.core.errors import RequestError
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
    refusal: RequestError | None

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
    try:
        if there := sheet.there():
            set_attendance(meeting, there, by=by)
    except RequestError as error:
        sheet.refusal = error
    were_kept = [_keep_item(meeting, one, by=by) for one in sheet.items]
    return sheet.refusal is None and all(were_kept)


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
    sent = [form for form in (decision, commitment) if form.is_bound and form.is_sent]
    are_right = [form.is_valid() for form in sent]
    if not all(are_right):
        return False
    made = None
    if decision in sent:
        fields = decision.cleaned_data
        actions = [fields["action"]] if fields["action"] else []
        made = add_decision(part.item, fields["text"], actions=actions, by=by)
    if commitment in sent:
        fields = commitment.cleaned_data
        promised = Promised(
            fields["text"], fields["owner"], fields["due"], fields["action"], made, part.item
        )
        add_commitment(meeting, promised, by=by)
    return True
