"""The sheet on which minutes are written: all items, who is there, what is decided and promised.

One form for everything: without JavaScript, a press on any of its buttons keeps all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.core.errors import RequestError
from convive.web.workspace.actions.minutes import Written
from convive.web.workspace.actions.revise import Clash
from convive.web.workspace.forms.meetings import CommitmentForm, DecisionForm
from convive.web.workspace.models import AgendaItem, Meeting

_MOST_DIGITS = 9


@dataclass
class ItemSheet:
    """One item on the sheet."""

    item: AgendaItem
    text: str
    version: int
    base: str | None
    """The text that it was made from, where the page's script has told it."""
    is_sent: bool
    decision: DecisionForm
    commitment: CommitmentForm
    clash: Clash | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to look here again."""
        return bool(self.clash or self.decision.errors or self.commitment.errors)

    def written(self) -> Written:
        """Return the minutes as they were sent."""
        return Written(self.item.pk, self.text, self.version, self.base)


@dataclass
class Sheet:
    """Everything that was sent, or what the page shows at first."""

    data: Any
    meeting: Meeting
    language: str
    items: list[ItemSheet] = field(default_factory=list)
    errors: dict[str, Any] = field(default_factory=dict)
    """For the page's title only: whether something is wrong."""
    refusal: RequestError | None = None
    """Why nobody was marked as being there."""

    def __post_init__(self) -> None:
        self.items = [self._item(one) for one in self.meeting.items.all()]

    @property
    def anchor(self) -> str:
        """Where the page opens again: at the item whose button was pressed."""
        at = str((self.data or {}).get("at", ""))
        return f"#item-{at}" if _is_number(at) else ""

    def there(self) -> dict[int, bool]:
        """Return which organisations were there, of those that the page asked about."""
        return read_there(self.data) if self.data else {}

    def _item(self, item: AgendaItem) -> ItemSheet:
        sent = self.data
        name = f"minutes-{item.pk}"
        is_sent = sent is not None and name in sent
        version = str(sent.get(f"version-{item.pk}", "")) if is_sent else ""
        options: dict[str, Any] = {
            "language": self.language, "meeting": self.meeting, "empty_permitted": True,
        }  # fmt: skip
        return ItemSheet(
            item, str(sent[name])[:20000] if is_sent else item.minutes,
            int(version) if _is_number(version) else item.version,
            sent.get(f"base-{item.pk}") if is_sent else None, is_sent,
            DecisionForm(sent, prefix=f"decision-{item.pk}", **options),
            CommitmentForm(sent, prefix=f"commitment-{item.pk}", **options),
        )  # fmt: skip


def read_there(sent: Mapping[str, Any]) -> dict[int, bool]:
    """Return organisation → whether it was there; organisations that were not asked are missing."""
    asked = sent.getlist("organisation")  # type: ignore[attr-defined]
    there = set(sent.getlist("there"))  # type: ignore[attr-defined]
    return {int(one): one in there for one in asked if _is_number(one)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
