"""What is asked for when a form is to be printed, and what stands at its head."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from convive.core.errors import RequestError
from convive.core.instruments.model import Instrument, InstrumentKind

MOST_SHEETS = 500
LARGEST_NUMBER = 999_999


class HeadField(StrEnum):
    """What a sheet says about itself; the observer is a number, never a name."""

    PLACE = "place"
    DAYPART = "daypart"
    RATER = "rater"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """A batch of numbered sheets of one instrument in one language."""

    instrument: Instrument
    language: str
    code: str
    """Of the campaign; of the instrument where it is printed without one."""
    title: str = ""
    """Of the campaign; may be empty."""
    first: int = 1
    sheets: int = 1
    is_large: bool = False
    """Large print: 16 point, one item under the other."""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed.

        Raises
        ------
        RequestError
            PAPER_SHEETS.
        """
        last = self.first + self.sheets - 1
        if not (1 <= self.sheets <= MOST_SHEETS and self.first >= 1 and last <= LARGEST_NUMBER):
            raise RequestError("PAPER_SHEETS", limit=MOST_SHEETS)

    @property
    def numbers(self) -> range:
        """Return the numbers of the sheets."""
        return range(self.first, self.first + self.sheets)


def head_fields(instrument: Instrument) -> tuple[HeadField, ...]:
    """Return what a sheet says about itself; nothing where people answer about themselves."""
    if instrument.kind is InstrumentKind.SURVEY:
        return ()
    place = (HeadField.PLACE,) if instrument.is_at_place else ()
    daypart = (HeadField.DAYPART,) if instrument.by_daypart else ()
    return (*place, *daypart, HeadField.RATER, HeadField.DATE)


def sheet_text(code: str, number: int) -> str:
    """Return what the square code of a sheet says.

    Examples
    --------
    >>> sheet_text("walk-2026", 12)
    'convive:sheet:walk-2026:12'
    """
    return f"convive:sheet:{code}:{number}"


def sheet_id(campaign: UUID, number: int) -> UUID:
    """Return the id of the form that a sheet becomes: always the same, so that it comes in once."""
    return uuid5(NAMESPACE_URL, f"convive:sheet:{campaign}:{number}")
