"""An agreement on evidence as plain values: who may see what of it, for what, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from convive.core.errors import RequestError

FORMAT = "convive-agreement/1"
NOTICE_DAYS = (30, 7, 0)
"""So many days before its end an agreement is spoken of."""


class LegalBasis(StrEnum):
    """On what law an agreement rests; in words ``rights.basis.<code>``."""

    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    CONSENT = "consent"
    VITAL_INTERESTS = "vital_interests"
    LAW_ENFORCEMENT = "law_enforcement"
    """National law made for Directive (EU) 2016/680."""
    RESEARCH = "research"
    NOT_PERSONAL = "not_personal"
    """Nothing about persons changes hands: counts only."""


class Purpose(StrEnum):
    """What evidence may be used for; in words ``rights.purpose.<code>``."""

    DIAGNOSIS = "diagnosis"
    PLANNING = "planning"
    DELIVERY = "delivery"
    EVALUATION = "evaluation"
    REPORTING = "reporting"
    RESEARCH = "research"


class Reason(StrEnum):
    """Why somebody looks now; in words ``rights.reason.<code>``."""

    MEETING = "meeting"
    AUDIT = "audit"
    ACTION = "action"
    EVALUATION = "evaluation"
    ANSWER = "answer"
    CHECK = "check"


class Field(StrEnum):
    """What a table may be broken down by, beside areas; in words ``rights.field.<code>``."""

    YEAR = "year"
    MONTH = "month"
    KIND = "kind"
    DAYPART = "daypart"
    WEEKDAY = "weekday"
    HOUR = "hour"


class Weeding(StrEnum):
    """What happens to what was downloaded, once retention is over."""

    DELETE = "delete"
    RETURN = "return"
    ANONYMISE = "anonymise"


class State(StrEnum):
    """How an agreement stands; in words ``rights.state.<code>``."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What is agreed; organisations by their codes, sources by their ids."""

    code: str
    version: int
    title: str
    gives: str
    uses: tuple[str, ...]
    sources: tuple[str, ...]
    legal_basis: str
    legal_reference: str
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    levels: tuple[str, ...]
    floor: int
    retention_months: int | None
    weeding: str
    contact: str
    valid_from: date | None
    valid_until: date | None

    def parties(self) -> frozenset[str]:
        """Return every organisation that is a party."""
        return frozenset({self.gives, *self.uses} - {""})


def missing(terms: AgreementTerms, *, minimum: int) -> tuple[str, ...]:
    """Return the names of what is missing or wrong before an agreement may become active.

    Parameters
    ----------
    minimum : int
        Smallest count that the town shows anywhere.
    """
    needed = (
        "title", "gives", "uses", "sources", "legal_basis", "legal_reference", "purposes",
        "retention_months", "weeding", "contact", "valid_from", "valid_until",
    )  # fmt: skip
    found = [name for name in needed if not getattr(terms, name)]
    if not terms.fields and not terms.levels:
        found.append("fields")
    if terms.floor < minimum:
        found.append("floor")
    begins, ends = terms.valid_from, terms.valid_until
    if begins and ends and ends < begins:
        found.append("valid_until")
    return tuple(dict.fromkeys(found))


def state_on(kept: str, valid_until: date | None, today: date) -> State:
    """Return how an agreement stands on a day: what is kept, and the calendar.

    Examples
    --------
    >>> state_on("active", date(2026, 6, 30), date(2026, 7, 1)).value
    'ended'
    """
    if kept == State.ACTIVE and valid_until is not None and today > valid_until:
        return State.ENDED
    return State(kept)


def is_in_force(kept: str, valid_from: date | None, valid_until: date | None, today: date) -> bool:
    """Tell whether an agreement opens anything on a day."""
    if valid_from is None or valid_until is None:
        return False
    return kept == State.ACTIVE and valid_from <= today <= valid_until


def to_json(terms: AgreementTerms) -> dict[str, Any]:
    """Return an agreement for another installation."""
    raw = asdict(terms)
    for name in ("valid_from", "valid_until"):
        raw[name] = raw[name].isoformat() if raw[name] else None
    return {"format": FORMAT, **{name: _plain(value) for name, value in raw.items()}}


def from_json(raw: Any) -> AgreementTerms:
    """Return the agreement of a file.

    Raises
    ------
    RequestError
        AGREEMENT_NOT_READ with the names of the fields that are not as they should be.
    """
    if not isinstance(raw, Mapping) or raw.get("format") != FORMAT:
        raise RequestError("AGREEMENT_NOT_READ", fields=["format"])
    found: dict[str, Any] = {}
    wrong = sorted({*raw} - {"format", *(one.name for one in fields(AgreementTerms))})
    for one in fields(AgreementTerms):
        try:
            found[one.name] = _read(one.name, raw[one.name])
        except (KeyError, TypeError, ValueError):
            wrong.append(one.name)
    if wrong:
        raise RequestError("AGREEMENT_NOT_READ", fields=wrong[:20])
    return AgreementTerms(**found)


_LISTS: Mapping[str, type[StrEnum] | None] = {
    "uses": None, "sources": None, "levels": None, "purposes": Purpose, "fields": Field,
}  # fmt: skip
_WORDS: Mapping[str, type[StrEnum]] = {"legal_basis": LegalBasis, "weeding": Weeding}
_NUMBERS = {"version": (1, 1000), "floor": (1, 1000), "retention_months": (1, 600)}
_LONGEST = 200


def _read(name: str, value: Any) -> Any:
    if name in {"valid_from", "valid_until", "retention_months"} and value is None:
        return None
    if name in {"valid_from", "valid_until"}:
        return date.fromisoformat(value)
    if name in _NUMBERS:
        least, most = _NUMBERS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(name)
        return value
    if name in _LISTS:
        if not isinstance(value, list) or len(value) > _LONGEST:
            raise ValueError(name)
        words = _LISTS[name]
        return tuple(_text(one) if words is None else words(one).value for one in value)
    text = _text(value)
    return _WORDS[name](text).value if name in _WORDS and text else text


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise ValueError("text")
    return value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
