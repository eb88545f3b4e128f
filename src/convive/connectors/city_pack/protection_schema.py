"""What a mapping file says of the protection of personal data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

_Filled = Annotated[str, Field(pattern=r"\S", max_length=500)]


class Protection(BaseModel):
    """On what footing personal data are held, for what, and for how long."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    legal_basis: _Filled | None = None
    purpose: _Filled | Annotated[list[_Filled], Field(min_length=1)] | None = None
    retention_months: Annotated[int, Field(gt=0, le=1200)] | None = None
    retention: Literal["unlimited"] | None = None
    reason: _Filled | None = None
    agreement_ends: date | None = None
    contact: _Filled | None = None
    personal_data: Literal["none", "pseudonymous", "personal"] | None = None

    @model_validator(mode="after")
    def _check_retention(self) -> Protection:
        is_unlimited = self.retention is not None
        if is_unlimited != (self.reason is not None) or (is_unlimited and self.retention_months):
            expected = 'retention_months = 60, retention = "unlimited" + reason = "…"'
            raise PydanticCustomError("retention", "retention", {"expected": expected})
        return self

    @property
    def purposes(self) -> tuple[str, ...]:
        """Return the purposes, none where none is given."""
        given = self.purpose or ()
        return (given,) if isinstance(given, str) else tuple(given)
