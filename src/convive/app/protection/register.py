"""Record of processing, one row a source (Article 30 of the General Data Protection Regulation)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from convive.app.protection.terms import Terms
from convive.catalogue.texts import localised, say

COLUMNS = (
    "source",
    "title",
    "owner",
    "contact",
    "purpose",
    "legal_basis",
    "personal_data",
    "categories",
    "retention",
    "agreement_ends",
    "recipients",
    "security",
)


def register(terms: Iterable[Terms], *, language: str) -> list[dict[str, str]]:
    """Return the record in words; what the mapping files leave open is said to be open."""
    say_here: Callable[..., str] = lambda key, **data: say(  # noqa: E731
        f"register.{key}", language, **data
    )
    open_point = say_here("open")
    return [
        {
            "source": one.source_id,
            "title": localised(one.title, language),
            "owner": one.owner,
            "contact": one.contact or open_point,
            "purpose": "; ".join(one.purposes) or open_point,
            "legal_basis": one.legal_basis or open_point,
            "personal_data": say_here(f"personal.{one.personal_data}")
            if one.personal_data
            else open_point,
            "categories": say_here(f"categories.{one.family}"),
            "retention": retention_words(one, language),
            "agreement_ends": one.agreement_ends.isoformat() if one.agreement_ends else "",
            "recipients": say_here("recipients"),
            "security": say_here("security"),
        }
        for one in terms
    ]


def retention_words(terms: Terms, language: str) -> str:
    """Return how long the rows of a source may be kept."""
    if terms.retention_months:
        return say("register.months", language, n=terms.retention_months)
    if terms.unlimited_reason:
        return say("register.unlimited", language, reason=terms.unlimited_reason)
    return say("register.open", language)
