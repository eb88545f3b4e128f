"""Agreements, organisations and proofs."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from convive.web.accounts.models import Account, Organisation
from convive.web.rights.models import Agreement, Proof
from convive.web.rights.site import levels_now, sources_now
from convive.web.roles import Role
from factories.web_objects.accounts import make_account


def organisation(name: str = "", *, is_town: bool = False) -> Organisation:
    """Make an organisation."""
    code = (name or f"org-{uuid.uuid4().hex[:8]}").lower().replace(" ", "-")
    return Organisation.objects.create(
        code=code, name=name or code, sector="police", is_town=is_town
    )


def partner_of(found: Organisation, *roles: Role) -> Account:
    """Make an account that acts for an organisation."""
    return make_account(*(roles or (Role.PARTNER,)), organisation=found)


def incident_source() -> str:
    """Return the first source of incidents of the shown audit."""
    return next(one.source_id for one in sources_now() if one.kind == "incidents")


def agreement(*uses: Organisation, gives: Organisation | None = None, **fields: Any) -> Agreement:
    """Make an agreement, in force unless said otherwise."""
    made = Agreement.objects.create(**{
        "code": f"ag-{uuid.uuid4().hex[:8]}", "title": "Recorded crime for the council",
        "gives": gives, "sources": [incident_source()], "legal_basis": "public_task",
        "legal_reference": "Police Act, section 4", "purposes": ["diagnosis"],
        "fields": ["year", "kind"], "levels": list(levels_now("en")), "floor": 5,
        "retention_months": 12, "weeding": "delete", "contact": "Security office",
        "valid_from": date(2020, 1, 1), "valid_until": date(2099, 12, 31), "state": "active",
        "confirmed_at": datetime(2020, 1, 1, tzinfo=UTC),
    } | fields)  # fmt: skip
    made.uses.set(uses)
    return made


def _named(**more: Any) -> dict[str, Any]:
    made = agreement(state="draft", confirmed_at=None)
    return {"code": made.code, "version": made.version} | more


def proof() -> Proof:
    """Make a proof of removal."""
    from convive.web.rights.actions.proofs import keep_proof

    made = keep_proof(
        "drafts", rule="days:14", ids=["a", "b"], n_left=0, now=datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert made is not None
    return made


BUILDERS = {
    "agreement": _named,
    "agreement-edit": _named,
    "agreement-step": _named,
    "agreement-file": _named,
    "agreement-print": lambda: _named(kind="docx"),
    "evidence-source": lambda: {"source_id": incident_source()},
    "evidence-reason": lambda: {"source_id": incident_source()},
    "evidence-file": lambda: {"source_id": incident_source(), "kind": "csv"},
    "log-file": lambda: {"kind": "csv"},
    "retention-proof": lambda: {"proof_id": proof().pk, "kind": "docx"},
    "erasure-person": lambda: {"account_id": make_account().pk},
}
NOT_FOR_PARTNERS = frozenset({
    "agreement", "agreement-file", "agreement-print", "evidence-source", "evidence-reason",
    "evidence-file",
})  # fmt: skip
"""Drafts of others, and sources on which the organisation has no agreement (any more)."""
